"""Presets that ship with the program: one JSON file each in ``factory/INSTRUMENT/``."""

import json
import uuid
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from latent_resonance.contracts.errors import InputError
from latent_resonance.studio.store.presets import NewPreset, Preset

FOLDER = Path(__file__).parent / "factory"

_NAMES = uuid.UUID("6f0f3f0e-5d57-5f0b-9d1c-8f5b6f3f7a11")


@cache
def factory_presets() -> tuple[Preset, ...]:
    """All of them, in the order in which a list shows them: by instrument, then by file name.

    Raises:
        InputError: a file is not what it should be.
    """
    return tuple(_read(path) for path in sorted(FOLDER.glob("*/*.json")))


def factory_preset(preset: str) -> Preset | None:
    """By its id."""
    return next((one for one in factory_presets() if one.id == preset), None)


def embedded_preview(preset: Preset) -> Path:
    """Where its picture lies in the package."""
    return FOLDER / "previews" / f"{preset.id}.png"


def _read(path: Path) -> Preset:
    try:
        new = NewPreset.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, ValidationError) as error:
        raise InputError(f"the preset {path.name}: {' '.join(str(error).split())}") from error
    # A file goes by its words, so that it can move up and down the list.
    _, _, words = path.stem.partition("-")
    made = uuid.uuid5(_NAMES, f"{path.parent.name}/{words}")
    return Preset(id=str(made), factory=True, created=0.0, updated=0.0, **dict(new))
