"""A patch to a file, by the engine's own offline renderers."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.decode import decode_mono
from latent_resonance.engine.assemble import Chain, Setup
from latent_resonance.engine.exploration.explorer import Explorer
from latent_resonance.engine.instrument import Instrument
from latent_resonance.engine.notes.instruments import Tone
from latent_resonance.engine.notes.open import Notes
from latent_resonance.engine.notes.render import render_note, render_song
from latent_resonance.engine.offline import render
from latent_resonance.engine.perform import Progress, sense_file
from latent_resonance.engine.player import Player
from latent_resonance.engine.recipe import PartChoice, load_recipe
from latent_resonance.stage.spectrogram_picture import draw_spectrogram
from latent_resonance.studio.instruments.notes import notes_setup, tone_place
from latent_resonance.studio.instruments.place import Standing
from latent_resonance.studio.instruments.still import StillSensor
from latent_resonance.studio.instruments.texture import (
    BUNDLE,
    assemble,
    axis_ranges,
    blend_of,
    navigator_from,
)
from latent_resonance.studio.jobs.requests import RenderJob
from latent_resonance.studio.patch import Place
from latent_resonance.studio.take_files import TakeFile, describe_patch

_MIDDLE_C = 60.0


def render_patch(
    request: RenderJob, upload: Path | None, folder: Path, on_progress: Progress
) -> dict[str, Any]:
    """The report, with ``files``: name to file name in ``folder``."""
    output = folder / f"{request.patch.instrument}.{request.format}"
    picture = output.with_suffix(".png") if request.picture else None
    if request.patch.instrument == "notes":
        report = _notes(request, upload, output, picture, on_progress)
    elif request.patch.instrument == "texture":
        report = _texture(request, upload, output, picture, on_progress)
    else:
        report = _chain(request, upload, output, picture, on_progress)
    names = [path.name for path in (output, picture) if path is not None]
    return {**report, "files": {name: name for name in names}}


def _notes(
    request: RenderJob, upload: Path | None, output: Path, picture: Path | None, told: Progress
) -> dict[str, Any]:
    place, meta = request.patch.place, describe_patch(request.patch)
    with Notes(notes_setup(request.patch)) as notes:
        if place is not None:
            notes.tone = Tone("a place", tone_place(notes.bundle, place))
        if upload is not None:
            return render_song(notes, upload, output, request.seconds, picture, told, meta)
        seconds = request.seconds or 2.0
        return render_note(notes, output, _MIDDLE_C, seconds=seconds, picture=picture, meta=meta)


def _texture(
    request: RenderJob, upload: Path | None, output: Path, picture: Path | None, told: Progress
) -> dict[str, Any]:
    """Stepped by a counter, the model in the same thread: the same patch, the same bytes."""
    patch = request.patch
    if upload is not None or request.seconds is None:
        raise InputError("a texture is played by its patch: say how many seconds, give no upload")
    with Explorer(patch.bundle or BUNDLE) as texture:
        ranges = axis_ranges(texture.space)
        axes = {name: value for name, value in patch.controls.items() if name in ranges}
        base = texture.seeded(patch.seed) if patch.place is None else blend_of(texture, patch.place)
        parts = assemble(texture, patch.seed, navigator_from(texture, base, axes))
        sensor = StillSensor({n: v for n, v in patch.controls.items() if n not in axes})
        player = Player(parts, sensor)
        rate = texture.layout.sample_rate
        file = TakeFile(output, patch, rate, 1)
        try:
            left = max(1, round(request.seconds * rate))
            while left:
                count = min(left, rate // 4)
                file.add(player.read(count).samples)
                left -= count
                told(file.seconds, request.seconds)
            file.finish()
        except BaseException:
            file.abort()
            raise
        if picture is not None:
            samples = decode_mono(output, rate).samples
            draw_spectrogram(samples, rate, picture, f"texture · {output.name}")
        return {
            "recipe": "texture",
            "bundle": texture.bundle.name,
            "duration_seconds": round(file.seconds, 6),
            **player.meters.report(),
        }


def _chain(
    request: RenderJob, upload: Path | None, output: Path, picture: Path | None, told: Progress
) -> dict[str, Any]:
    """Sensed controls come from the upload, or are those of the patch."""
    patch, recipe = request.patch, load_recipe(request.patch.instrument)
    setup = Setup(bundle=patch.bundle, seed=patch.seed)
    if upload is not None:
        setup = sense_file(recipe, setup, upload)
    else:
        values = {"values": patch.controls, "seconds": request.seconds}
        setup = replace(setup, sense=PartChoice(part="sliders", options=values))
    with Chain(recipe, setup) as chain:
        parts = chain.instrument
        sensed = {control.name for control in parts.navigator.listens}
        held = {name: value for name, value in patch.controls.items() if name not in sensed}
        navigator = parts.navigator
        if patch.place is not None:
            navigator = Standing(navigator, _blend(chain.bundle, patch.place))
        chain.instrument = Instrument(
            navigator, parts.model, parts.renderer, chain.spec, overrides=held
        )
        choice = PartChoice(part="audio_file", options={"path": str(output)})
        stage = chain.stage(choice, **describe_patch(patch))
        try:
            made = render(chain, stage, request.seconds, None, told)
            if picture is not None:
                title = f"{recipe.name} · {output.name}"
                draw_spectrogram(made.samples.mean(axis=1), made.sample_rate, picture, title)
        except BaseException:
            stage.abort()
            raise
    return {"recipe": recipe.name, **made.report}


def _blend(bundle: Bundle, place: Place) -> FloatArray:
    return place.found_in(bundle.space)
