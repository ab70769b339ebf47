"""The recipe that a file carries: a sound, a picture or a video."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import MediaError
from latent_resonance.sound.recordings.container import open_container
from latent_resonance.stage.metadata.wav_info import read_comments
from latent_resonance.stage.video.codecs import CONTAINERS

KEY = "recipe"
PERFORMANCE = "latent-resonance performance"
"""``format`` of what a performance's file says of it: not enough to make it again."""
_MARK = f"{KEY}: "
_PICTURES = {".png", ".jpg", ".jpeg", ".webp"}
_VIDEOS = {*CONTAINERS}


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
    for comment in _comments(path):
        start = comment.find(_MARK)
        if start < 0:
            continue
        try:
            found, _ = json.JSONDecoder().raw_decode(comment, start + len(_MARK))
        except (ValueError, RecursionError):  # cut short by an editor, perhaps: there may be a twin
            continue
        if isinstance(found, dict):
            return found
    return None


def _comments(path: Path) -> list[str]:
    suffix = path.suffix.lower()
    try:
        if not path.exists():
            raise MediaError(f"there is no file {path}")
        if suffix == ".wav":
            return read_comments(path)
        if suffix in _PICTURES:
            return [_picture_comment(path)]
        return [_media_comment(path, "video")] if suffix in _VIDEOS else _sound_comments(path)
    except OSError as error:
        raise MediaError(f"cannot read {path}: {error.strerror or error}") from error


def _sound_comments(path: Path) -> list[str]:
    import soundfile

    try:
        with soundfile.SoundFile(path) as file:
            own = str(file.comment)
    except soundfile.SoundFileError as error:
        other = _media_comment(path, "sound")
        if not other:
            raise MediaError(f"{path} is not a sound that can be read") from error
        return [other]
    # FFmpeg writes comments under another name.
    return [own] if _MARK in own else [own, _media_comment(path, "sound")]


def _picture_comment(path: Path) -> str:
    from PIL import Image

    with Image.open(path) as image:
        found = image.info.get("Comment") or image.info.get("comment") or ""
    return found.decode("utf-8", "replace") if isinstance(found, bytes) else str(found)


def _media_comment(path: Path, what: str) -> str:
    import av

    try:
        with open_container(path) as file:
            told = {key.lower(): str(text) for key, text in file.metadata.items()}
            return told.get("comment", "")
    except (av.error.FFmpegError, ValueError) as error:
        raise MediaError(f"{path} is not a {what} that can be read") from error
