"""The recipe that a file carries: a sound, a picture or a video."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import MediaError
from latent_resonance.stage.metadata.wav_info import read_comment

KEY = "recipe"
_MARK = f"{KEY}: "
_PICTURES = {".png", ".jpg", ".jpeg", ".webp"}
_VIDEOS = {".mp4", ".webm", ".mkv"}


def spell_recipe(recipe: dict[str, Any]) -> str:
    """A recipe as the text that a stage's ``meta`` takes under ``KEY``."""
    return json.dumps(recipe, sort_keys=True, separators=(",", ":"))


def spell_comment(meta: Mapping[str, str]) -> str:
    """A stage's ``meta`` as the comment that a file carries; empty where there is none."""
    return "; ".join(f"{key}: {value}" for key, value in sorted(meta.items()))


def read_recipe(path: Path) -> dict[str, Any] | None:
    """The recipe in a sound, a picture (.png, .jpg) or a video; None when it carries none.

    Raises:
        MediaError: there is no such file, or it cannot be read.
    """
    comment = _comment(path)
    start = comment.find(_MARK)
    if start < 0:
        return None
    try:
        found, _ = json.JSONDecoder().raw_decode(comment, start + len(_MARK))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _comment(path: Path) -> str:
    suffix = path.suffix.lower()
    try:
        if not path.exists():
            raise MediaError(f"there is no file {path}")
        if suffix == ".wav":
            return read_comment(path)
        if suffix in _PICTURES:
            return _picture_comment(path)
        return _video_comment(path) if suffix in _VIDEOS else _sound_comment(path)
    except OSError as error:
        raise MediaError(f"cannot read {path}: {error.strerror or error}") from error


def _sound_comment(path: Path) -> str:
    import soundfile

    try:
        with soundfile.SoundFile(path) as file:
            return str(file.comment)
    except soundfile.SoundFileError as error:
        raise MediaError(f"{path} is not a sound that can be read") from error


def _picture_comment(path: Path) -> str:
    from PIL import Image

    with Image.open(path) as image:
        found = image.info.get("Comment") or image.info.get("comment") or ""
    return found.decode("utf-8", "replace") if isinstance(found, bytes) else str(found)


def _video_comment(path: Path) -> str:
    import av

    try:
        with av.open(str(path)) as file:
            return {key.lower(): text for key, text in file.metadata.items()}.get("comment", "")
    except (av.error.FFmpegError, ValueError) as error:
        raise MediaError(f"{path} is not a video that can be read") from error
