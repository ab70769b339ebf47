"""A patch to a file, as ``resonance render`` makes one."""

from pathlib import Path
from typing import Any

from latent_resonance.engine.perform import Progress, render_file
from latent_resonance.engine.setup import Setup
from latent_resonance.engine.single_note import render_note
from latent_resonance.studio.jobs.requests import RenderJob
from latent_resonance.studio.patch_recipe import held_recipe, performed_recipe, reader_of
from latent_resonance.studio.take_files import describe_patch

_MIDDLE_C = 60.0
_NOTE_SECONDS = 2.0
# Where files lie on the server is nothing for a page.
_PATHS = ("input", "output", "spectrogram")


def render_patch(
    request: RenderJob, upload: Path | None, folder: Path, on_progress: Progress
) -> dict[str, Any]:
    """Play a patch by an upload; without one its controls are held, and middle C is played.

    The same request gives the same bytes.

    Args:
        request: the patch, and what file is made of it.
        upload: a video, a MIDI file, a saved performance.
        folder: where the files go.
        on_progress: called with seconds done and in all.

    Returns:
        The report, with ``files``: name to file name in ``folder``.

    Raises:
        ResonanceError: the patch or the upload cannot be used.
    """
    patch, seconds = request.patch, request.seconds
    output = folder / f"{patch.instrument}.{request.format}"
    picture = output.with_suffix(".png") if request.picture else None
    recipe = held_recipe(patch) if upload is None else performed_recipe(patch, upload)
    senses = () if upload is None else (reader_of(recipe, upload),)
    sides = {} if request.channels is None else {"channels": request.channels}
    setup = Setup(seed=patch.seed, senses=senses, rate=request.rate, render=sides)
    meta = describe_patch(patch)
    if upload is None and recipe.plays_notes:
        length = seconds or _NOTE_SECONDS
        report = render_note(
            recipe,
            setup,
            output,
            _MIDDLE_C,
            seconds=length,
            picture=picture,
            meta=meta,
            mastering=request.mastering,
        )
    else:
        made = render_file(
            recipe,
            output,
            source=upload,
            setup=setup,
            seconds=seconds,
            picture=picture,
            mastering=request.mastering,
            meta=meta,
            on_progress=on_progress,
        )
        report = dict(made.report)
    names = [path.name for path in (output, picture) if path is not None]
    told = {name: value for name, value in report.items() if name not in _PATHS}
    return {**told, "files": {name: name for name in names}}
