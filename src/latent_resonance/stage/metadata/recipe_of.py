"""The recipe that a sound file carries."""

import json
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import MediaError
from latent_resonance.stage.metadata.wav_info import read_comment

KEY = "recipe"
_MARK = f"{KEY}: "


def spell_recipe(recipe: dict[str, Any]) -> str:
    """A recipe as the text that a stage's ``meta`` takes under ``KEY``."""
    return json.dumps(recipe, sort_keys=True, separators=(",", ":"))


def read_recipe(path: Path) -> dict[str, Any] | None:
    """The recipe in a .wav, .flac or .ogg; None when it carries none.

    Raises:
        MediaError: there is no such file, or it is no sound.
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
    import soundfile

    try:
        if path.suffix.lower() == ".wav":
            return read_comment(path)
        with soundfile.SoundFile(path) as file:
            return str(file.comment)
    except FileNotFoundError as error:
        raise MediaError(f"there is no file {path}") from error
    except OSError as error:
        raise MediaError(f"cannot read {path}: {error.strerror or error}") from error
    except soundfile.SoundFileError as error:
        if not path.exists():
            raise MediaError(f"there is no file {path}") from error
        raise MediaError(f"{path} is no sound that can be read") from error
