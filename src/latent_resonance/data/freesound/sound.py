"""A sound as the API describes it, and the names that it gets here."""

import re
import unicodedata
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

# What is asked of each result: the documented properties that are used.
FIELDS = "id,url,name,tags,license,type,filesize,duration,username,previews"

# Flag to the names that the filter takes. The second spelling was the documented one until 2025.
LICENCE_FILTERS = {
    "cc0": ("Creative Commons 0",),
    "by": ("Attribution",),
    "by-nc": ("Attribution NonCommercial", "Attribution Noncommercial"),
}
_SUFFIXES = {
    kind: f".{kind}" for kind in ("wav", "aif", "aiff", "ogg", "mp3", "m4a", "flac")
}  # fmt: skip
_MOST_NAME = 60


class Sound(BaseModel):
    """One result of a search; what else the API sends is not looked at."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: int = Field(gt=0)
    name: str
    username: str
    license: str
    url: str = ""
    tags: list[str] = []
    type: str = ""
    filesize: int | None = None
    duration: float = Field(0.0, ge=0)
    previews: dict[str, str] = {}


def parse_sound(result: Any) -> Sound | None:
    """A result of a search, None when it is not as documented."""
    try:
        return Sound.model_validate(result)
    except ValidationError:
        return None


def licence_kind(url: str) -> str:
    """``cc0``, ``by``, ``by-nc``, ``sampling+``, or empty, from a licence's address or name."""
    text = url.strip().lower()
    if "publicdomain/zero" in text or text == "creative commons 0":
        return "cc0"
    matched = re.search(r"creativecommons\.org/licenses/([a-z+-]+)/", text)
    if matched:
        return matched[1]
    return {"attribution": "by", "attribution noncommercial": "by-nc"}.get(text, "")


def licence_name(url: str) -> str:
    """The SPDX name where there is one, such as ``CC-BY-NC-4.0``; else what was given."""
    kind = licence_kind(url)
    if kind == "cc0":
        return "CC0-1.0"
    version = re.search(r"/(\d+\.\d+)/?", url)
    if kind == "sampling+":
        return f"CC-Sampling-Plus-{version[1] if version else '1.0'}"
    return f"CC-{kind.upper()}-{version[1]}" if kind and version else one_line(url)


def file_name(sound: Sound, suffix: str) -> str:
    """``ID-name.suffix``: small ASCII letters, digits and ``-`` only, whatever the name was."""
    plain = unicodedata.normalize("NFKD", sound.name).encode("ascii", "ignore").decode().lower()
    # The name often ends in a suffix of its own.
    plain = re.sub(r"\.(wav|aiff?|ogg|mp3|m4a|flac)$", "", plain)
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_MOST_NAME].strip("-")
    return f"{sound.id}{f'-{slug}' if slug else ''}{suffix}"


def original_suffix(sound: Sound) -> str | None:
    """Of the file that was uploaded; None for a type that the API does not have."""
    return _SUFFIXES.get(sound.type.lower())


def one_line(text: str) -> str:
    """Without line breaks and control characters, however many spaces there were."""
    kept = "".join(mark if mark.isprintable() else " " for mark in text)
    return " ".join(kept.split())
