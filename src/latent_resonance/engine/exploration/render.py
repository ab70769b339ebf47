"""Renders places of a sound bundle to files, as ``resonance render texture`` does."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.files import check_apart, check_writable
from latent_resonance.contracts.values import FloatArray
from latent_resonance.engine.exploration.explorer import Explorer, Refine
from latent_resonance.engine.exploration.request import PlaceRequest, check_length
from latent_resonance.engine.exploration.sequence import play_events, play_way
from latent_resonance.engine.exploration.sound_recipe import (
    SoundRecipe,
    carried_place,
    check_events,
    checked,
    recipe_in,
    recipe_to_change,
)
from latent_resonance.engine.mastering import NO_FILE, Mastering, at_loudness
from latent_resonance.engine.output_rate import check_channels, check_rate, resampled, wide_layout
from latent_resonance.engine.report import measure_sound, write_sound
from latent_resonance.navigate.latent_space.kin import new_events
from latent_resonance.render.spectral.loop import is_over
from latent_resonance.render.spectral.width import widen_sound
from latent_resonance.sound.loudness import fade
from latent_resonance.stage.metadata.recipe_of import KEY, spell_recipe
from latent_resonance.stage.spectrogram_picture import check_picture

Progress = Callable[[float, float], None]
_END_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Output:
    """Where sounds go, and how long and loud they are.

    Attributes:
        path: of a sound file; variations get ``-1``, ``-2`` and on before the extension.
        seconds: length; one window when None.
        variations: how many sounds.
        morph: named places or sound files that the sound is on its way to, one after the other.
        loudness: target in LUFS; the usual one when None.
        picture: spectrogram of the first, .png.
        rate: in Hz; the model's own when None.
        channels: 1 or 2; 1 when None.
        fade_in: in seconds; 0 when None.
        fade_out: likewise.
        bits: 16 or 24, of .wav and .flac; 24 when None.
        dither: of 16 bits.

    What is None is kept of a sound that is changed, and so is its way where ``morph`` is empty.
    """

    path: Path
    seconds: float | None = None
    variations: int = 1
    morph: Sequence[str] = ()
    loudness: float | None = None
    picture: Path | None = None
    rate: int | None = None
    channels: int | None = None
    fade_in: float | None = None
    fade_out: float | None = None
    bits: int | None = None
    dither: bool = False

    def __post_init__(self) -> None:
        """Raises InputError for what cannot be."""
        check_length(self.seconds, self.variations)
        if self.rate:
            check_rate(self.rate)
        check_channels(self.channels)
        self.mastering  # noqa: B018 - its values are checked

    @property
    def bits_given(self) -> dict[str, Any]:
        """``bits`` and ``dither`` where they were asked for."""
        return {} if self.bits is None else {"bits": self.bits, "dither": self.dither}

    @property
    def mastering(self) -> Mastering:
        """What of it is done to the finished sound."""
        fades = self.fade_in or 0.0, self.fade_out or 0.0
        return Mastering(self.loudness, *fades, self.bits, self.dither)


def render_places(
    explorer: Explorer,
    request: PlaceRequest,
    output: Output,
    refine: Refine | None = None,
    on_progress: Progress = lambda done, total: None,
) -> dict[str, Any]:
    """Render a request to one file or several; gives the report.

    Raises:
        ResonanceError: something given cannot be used or written; no file is left half-written.
    """
    paths = _paths(output)
    for path in (*paths, output.picture):
        check_writable(path)
    read = (*request.query, request.source, *map(Path, output.morph))
    check_apart((*paths, output.picture), read)
    check_picture(output.picture)
    goals = tuple(_goal(explorer, name, refine) for name in output.morph)
    began = time.perf_counter()
    places = explorer.variations(request, output.variations, refine)
    found = time.perf_counter() - began
    nowhere, length = np.zeros(0, np.float32), explorer.window_seconds
    usual = SoundRecipe("", "", nowhere, (), length, request.seed, events=True)
    known = recipe_to_change(request.start, explorer.bundle) if request.start else usual
    seconds = known.seconds if output.seconds is None else output.seconds
    rate = known.rate if output.rate is None else output.rate
    sounds = []
    for index, (path, w) in enumerate(zip(paths, places, strict=True)):
        finish = known.mastering.again(path, output.bits_given)
        recipe = SoundRecipe(
            explorer.bundle.name,
            explorer.bundle.seal,
            w,
            goals or known.goals,
            round(seconds, 6),
            known.seed,
            known.loudness if output.loudness is None else output.loudness,
            0 if rate == explorer.layout.sample_rate else rate,
            known.channels if output.channels is None else output.channels,
            known.fade_in if output.fade_in is None else output.fade_in,
            known.fade_out if output.fade_out is None else output.fade_out,
            known.events,
            request.named or known.named,
            request.settings_table() | ({"variation": index + 1} if len(paths) > 1 else {}),
            finish.bits,
            finish.dither,
        )
        picture = output.picture if index == 0 else None
        sounds.append(make(explorer, recipe, path, picture))
        on_progress(index + 1, len(paths))
    took = time.perf_counter() - began
    return {
        "bundle": explorer.bundle.name,
        "seed": known.seed,
        **request.settings_table(),
        **({"morph": list(output.morph)} if output.morph else {}),
        **({"spectrogram": str(output.picture)} if output.picture else {}),
        **sounds[0],
        **({"variations": sounds} if len(sounds) > 1 else {}),
        "place_ms": round(1e3 * found, 1),
        "times_real_time": round(len(sounds) * seconds / max(took, 1e-9), 2),
    }


def render_again(
    source: Path,
    output: Path,
    explorer: Explorer | None = None,
    *,
    bits: int | None = None,
    dither: bool = False,
) -> dict[str, Any]:
    """Make the sound of a file that ``render texture`` wrote once more; gives the report.

    Args:
        source: the file.
        output: of the new one.
        explorer: opened already, in place of the bundle that the recipe names.
        bits: 16 or 24, of .wav and .flac; 24 when None.
        dither: of 16 bits.

    Raises:
        ResonanceError: the file carries no recipe, or its bundle is not this one.
    """
    recipe = recipe_in(source)
    check_writable(output)
    goal = Output(
        output,
        recipe.seconds,
        loudness=recipe.loudness,
        rate=recipe.rate,
        channels=recipe.channels,
        fade_in=recipe.fade_in,
        fade_out=recipe.fade_out,
        bits=bits,
        dither=dither,
    )
    finish = recipe.mastering.again(output, goal.bits_given)
    opened = explorer or Explorer(recipe.bundle)
    try:
        recipe = checked(recipe, opened.bundle)
        check_events(recipe, opened.bundle, opened.window_seconds)
        return {
            "recipe": "texture",
            "from": str(source),
            **make(opened, replace(recipe, bits=finish.bits, dither=finish.dither), output),
        }
    finally:
        if explorer is None:
            opened.close()


def make(
    explorer: Explorer,
    recipe: SoundRecipe,
    path: Path,
    picture: Path | None = None,
) -> dict[str, Any]:
    """Make the sound of a recipe and write it; gives what is measured of it."""
    sound = sound_of(explorer, recipe, path)
    sound = sound if sound.ndim == 2 else sound[:, None]
    rate = recipe.rate or explorer.layout.sample_rate
    meta = {KEY: spell_recipe(recipe.table())}
    options = recipe.mastering.stage_options()
    write_sound(path, sound, rate, meta, picture, f"texture · {path.stem}", options)
    measured = measure_sound(sound, rate, path)
    attributes = zip(explorer.measured, explorer.measure(recipe.w), strict=True)
    return {
        "output": str(path),
        **measured,
        **Mastering(recipe.loudness).remark(sound, measured["loudness_lufs"]),
        "attributes": {name: round(float(value), 3) for name, value in attributes},
    }


def sound_of(explorer: Explorer, recipe: SoundRecipe, path: Path = NO_FILE) -> FloatArray:
    """The sound of a recipe, for a file or none; the same recipe, the same samples.

    Gives float32 ``[samples]``, or ``[samples, 2]``.
    """
    rate = recipe.rate or explorer.layout.sample_rate
    layout = wide_layout(explorer.layout, rate)
    length = max(1, round(recipe.seconds * layout.sample_rate))
    if not recipe.goals and recipe.seconds <= explorer.window_seconds + 1e-6:
        sound = explorer.sound(recipe.w, recipe.seed, layout)[:length]
        if recipe.channels > 1:
            sound = widen_sound(sound, layout, recipe.seed)
    else:
        model = explorer.model_of(layout)
        length_and_form = recipe.seconds, recipe.seed, recipe.channels
        if recipe.goals or not recipe.events:
            sound = play_way(model, layout, recipe.w, recipe.goals, *length_and_form)
        else:
            random = np.random.Generator(np.random.PCG64([recipe.seed, 3]))
            over = is_over(explorer.window(recipe.w))
            places = new_events(explorer.space, recipe.w, recipe.named, random, over=over)
            sound = play_events(model, layout, places, over, *length_and_form)
        sound = sound if recipe.channels > 1 else sound[:, 0]
    whole = resampled(sound, layout.sample_rate, rate)
    if recipe.fade_in or recipe.fade_out:
        whole = fade(whole, rate, recipe.fade_in, recipe.fade_out)
    made = at_loudness(whole, rate, recipe.loudness, path)
    end = min(len(made), round(_END_SECONDS * rate))
    ramp = np.linspace(1, 0, end, dtype=np.float32)
    made[len(made) - end :] *= ramp if made.ndim == 1 else ramp[:, None]
    return made


def _goal(explorer: Explorer, morph: str, refine: Refine | None) -> FloatArray:
    path = Path(morph)
    if morph not in explorer.space.places and path.suffix and path.is_file():
        carried = carried_place(path, explorer.bundle)
        return explorer.example(path, refine) if carried is None else carried
    return explorer.space.place(morph)


def _paths(output: Output) -> list[Path]:
    if output.variations == 1:
        return [output.path]
    digits = len(str(output.variations))
    return [
        output.path.with_name(f"{output.path.stem}-{number:0{digits}d}{output.path.suffix}")
        for number in range(1, output.variations + 1)
    ]
