"""Pictures of recordings as files that carry their recipe."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import InputError, MediaError, OutputError
from latent_resonance.contracts.files import check_writable, is_hidden
from latent_resonance.contracts.parts import PictureStage
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Frame, Spec
from latent_resonance.engine.report import carrying
from latent_resonance.engine.voice_pictures.again import paint_again
from latent_resonance.engine.voice_pictures.embedded import open_painter
from latent_resonance.engine.voice_pictures.paint import BUNDLE, VoicePicture, paint_voice
from latent_resonance.sound.recordings.reader import SOUND_SUFFIXES

_WITH_RECIPE = (".png", ".jpg", ".jpeg")


def paint_file(source: Path, output: Path, prompt: str, **asked: Any) -> dict[str, Any]:
    """Paint a recording to a picture's file.

    Args:
        source: a file of sound or video.
        output: ``.png`` or ``.jpg``; appears when it is whole.
        prompt: what to see.
        asked: as ``paint_voice`` takes it.

    Returns:
        Plain values, as ``--json`` shows them.

    Raises:
        ResonanceError: what ``paint_voice`` refuses, or the file cannot be written.
    """
    _check(output)
    return _kept(paint_voice(source, prompt, **asked), output, source)


def paint_folder(
    folder: Path,
    output: Path,
    prompt: str,
    *,
    bundle: str = BUNDLE,
    size: int | None = None,
    device: str = "cpu",
    on_each: Callable[[dict[str, Any], int, int], None] | None = None,
    on_fetch: Callable[[float, float], None] | None = None,
    **asked: Any,
) -> list[dict[str, Any]]:
    """Paint every recording of a folder, in the order of their names; the model is opened once.

    A recording that cannot be used is left out and told as ``error``; ``on_each`` gets each report
    as it comes, how many are done, and of how many.

    Raises:
        InputError: there are no recordings, or none of them can be used.
        OutputError: a picture cannot be written.
        ResonanceError: what ``paint_voice`` refuses whatever the recording.
    """
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}")
    sounds = sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() in SOUND_SUFFIXES and path.is_file() and not is_hidden(path, folder)
    )
    if not sounds:
        raise InputError(f"the folder {folder} holds no recordings")
    names = [_picture_name(path, sounds) for path in sounds]
    if output.is_file():
        raise OutputError(f"cannot write {output}: --batch gives a folder of pictures")
    sides = None if size is None else (size, size)
    model = open_painter(bundle, sides, device=device, on_fetch=on_fetch)
    reports: list[dict[str, Any]] = []
    try:
        # A prompt of which nothing is known is told once, before the work.
        model.read(prompt)
        for sound, name in zip(sounds, names, strict=True):
            try:
                made = paint_voice(sound, prompt, model=model, size=size, **asked)
            except MediaError as error:
                reports.append({"input": str(sound), "error": str(error)})
            else:
                _make(output)
                reports.append(_kept(made, output / name, sound))
            if on_each:
                on_each(reports[-1], len(reports), len(sounds))
    finally:
        model.close()
    if all("error" in one for one in reports):
        raise InputError(f"no recording of {folder} can be used: {reports[0]['error']}")
    return reports


def paint_file_again(source: Path, output: Path, **asked: Any) -> dict[str, Any]:
    """Paint the picture of a file once more to another; as ``paint_again`` and ``paint_file``."""
    _check(output)
    return _kept(paint_again(source, **asked), output, source)


def keep_picture(picture: VoicePicture, output: Path) -> None:
    """Write a picture with its recipe; raises OutputError."""
    meta = carrying(picture.recipe)
    stage: PictureStage = find_part("stage", "picture_file").make({"path": output})
    try:
        stage.prepare(Spec(meta=meta))
        stage.show(Frame(picture.pixels, 0.0))
    except BaseException:
        stage.abort()
        raise
    stage.close()


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot write {folder}: {error.strerror}") from error


def _check(output: Path) -> None:
    check_writable(output)
    if output.suffix.lower() not in _WITH_RECIPE:
        raise OutputError(
            f"cannot write {output}: a picture that carries its recipe is a .png or .jpg"
        )


def _picture_name(sound: Path, sounds: list[Path]) -> str:
    alike = sum(other.stem == sound.stem for other in sounds) > 1
    return f"{sound.name if alike else sound.stem}.png"


def _kept(picture: VoicePicture, output: Path, source: Path) -> dict[str, Any]:
    keep_picture(picture, output)
    return tell_picture(picture, output, source)


def tell_picture(picture: VoicePicture, output: Path, source: Path | None) -> dict[str, Any]:
    """What there is to say of a picture that was written, as plain values."""
    height, width = picture.pixels.shape[:2]
    return {
        "input": None if source is None else str(source),
        "output": str(output),
        "width": width,
        "height": height,
        "prompt": picture.recipe["prompt"],
        "mode": picture.recipe["mode"],
        "steps": picture.recipe["steps"],
        "guidance": picture.recipe["guidance"],
        "understood": list(picture.understood),
        "unknown": picture.unknown,
        "cut": list(picture.reading.cut),
        "voice": picture.voice,
        "part": picture.part,
    }
