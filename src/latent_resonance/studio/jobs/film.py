"""A take of an instrument of pictures as a film: its places drawn anew, with its own sound."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import Model, Want
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import AudioBlock, Frame, Latent
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.prepare import Prepared, prepare_chain
from latent_resonance.engine.setup import Setup
from latent_resonance.engine.windows import InlineWindows
from latent_resonance.studio.cards import page_chain
from latent_resonance.studio.names import bundle_for, known_recipe
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.take_files import describe_patch
from latent_resonance.studio.take_pictures import TakePictures

_ASPECT = 16 / 9


def make_film(
    sound: Path,
    pictures: TakePictures,
    patch: Patch,
    output: Path,
    height: int,
    on_progress: Callable[[float, float], None],
) -> dict[str, Any]:
    """Draw a take; picture and sound are equally long within one picture.

    Args:
        sound: of the take, WAV.
        pictures: of the take.
        patch: what it was played with, kept in the file.
        output: .mp4, .mov, .webm or .mkv.
        height: in pixels; 16 to 9 where the model draws any size, else its own shape.
        on_progress: called with seconds done and in all.

    Raises:
        ResonanceError: the model is gone, or the file cannot be written; nothing is left of it.
    """
    import soundfile

    with ExitStack() as opening, soundfile.SoundFile(sound) as source:
        parts = _parts(pictures, height, opening)
        gives = parts.renderer.gives
        assert isinstance(gives, PictureFormat)  # noqa: S101 - page_chain gave one of pictures
        total = source.frames / source.samplerate
        stage = find_part("stage", "video_file").make({"path": output})
        spec = replace(
            parts.spec,
            sample_rate=source.samplerate,
            channels=source.channels,
            meta=describe_patch(patch),
        )
        stage.prepare(spec)
        opening.callback(stage.close)
        try:
            count = max(1, round(total * gives.frame_rate))
            for index, frame in enumerate(_frames(parts, pictures, count, opening)):
                stage.show(frame)
                until = round((index + 1) / gives.frame_rate * source.samplerate)
                block = source.read(until - source.tell(), "float32", always_2d=True)
                stage.play(AudioBlock(block, source.samplerate, source.tell() - len(block)))
                on_progress((index + 1) / gives.frame_rate, total)
            rest = source.read(-1, "float32", always_2d=True)
            stage.play(AudioBlock(rest, source.samplerate, source.frames - len(rest)))
        except BaseException:
            stage.abort()
            raise
    return {"pictures": count, "width": gives.width, "height": gives.height}


def _parts(pictures: TakePictures, height: int, opening: ExitStack) -> Prepared:
    chain = page_chain(known_recipe(pictures.instrument))
    other = pictures.bundle if pictures.bundle != chain.bundle else None
    bundle = bundle_for(other, chain.bundle)
    size = {"height": height}
    if bundle.any_size:
        size["width"] = 2 * round(height * _ASPECT / 2)
    render = {**size, "flash_limiter": pictures.limited}
    start = bundle.space.mean
    return prepare_chain(chain, Setup(opened=bundle, render=render, start=start), opening)


def _frames(parts: Prepared, pictures: TakePictures, count: int, opening: ExitStack) -> Any:
    """Each picture of the film; where none was recorded the one before stays."""
    choice, renderer = parts.recipe.model, parts.renderer
    model: Model = find_part("models", choice.part).make(choice.options, parts.bundle)
    opening.callback(model.close)
    model.prepare(parts.spec)
    windows, state = InlineWindows(model, renderer, Meters()), renderer.start()
    step = parts.spec.step_seconds
    # To the nearest of the film's moments.
    times = (np.arange(count) + 0.5) * step
    rows = np.maximum(np.searchsorted(pictures.seconds, times) - 1, 0)
    for index, row in enumerate(rows):
        latent = Latent(pictures.places[row], pictures.played(int(row)))
        if index == 0 or row != rows[index - 1]:
            windows.serve([Want(latent.w)])
        frame, _, state = renderer.render(state, latent, windows)
        yield Frame(frame.pixels, index * step)  # type: ignore[union-attr]
