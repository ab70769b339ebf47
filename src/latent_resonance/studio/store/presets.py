"""Presets: patches with a name and tags."""

import json
import sqlite3
from typing import Annotated

from pydantic import Field, StringConstraints

from latent_resonance.studio.patch import Patch
from latent_resonance.studio.schema import Schema
from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.ids import new_id, now

Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class NewPreset(Schema):
    """What a page sends."""

    name: Label
    tags: list[Tag] = Field(default_factory=list, max_length=20)
    patch: Patch


class Preset(NewPreset):
    """As it is kept."""

    id: str
    created: float
    updated: float


class Presets:
    """In the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, new: NewPreset) -> Preset:
        """A new one; names need not differ."""
        made = Preset(id=new_id(), created=now(), updated=now(), **dict(new))
        self._database.write(
            "INSERT INTO presets (id, name, instrument, tags, patch, created, updated)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (made.id, *_columns(new), made.created, made.updated),
        )
        return made

    def list(self, instrument: str | None = None) -> list[Preset]:
        """All, or an instrument's, by name."""
        rows = self._database.read(
            "SELECT * FROM presets WHERE ? IS NULL OR instrument = ? ORDER BY name, created",
            (instrument, instrument),
        )
        return [_preset(row) for row in rows]

    def find(self, preset: str) -> Preset | None:
        """By its id."""
        row = self._database.first("SELECT * FROM presets WHERE id = ?", (preset,))
        return _preset(row) if row else None

    def change(self, preset: str, new: NewPreset) -> Preset | None:
        """All of it anew; None when there is no such preset."""
        self._database.write(
            "UPDATE presets SET name = ?, instrument = ?, tags = ?, patch = ?, updated = ?"
            " WHERE id = ?",
            (*_columns(new), now(), preset),
        )
        return self.find(preset)

    def remove(self, preset: str) -> bool:
        """Forget it."""
        return self._database.write("DELETE FROM presets WHERE id = ?", (preset,)) > 0


def _columns(new: NewPreset) -> tuple[str, str, str, str]:
    tags = json.dumps(list(dict.fromkeys(new.tags)))
    return new.name, new.patch.instrument, tags, new.patch.model_dump_json()


def _preset(row: sqlite3.Row) -> Preset:
    return Preset(
        id=row["id"],
        name=row["name"],
        tags=json.loads(row["tags"]),
        patch=Patch.model_validate_json(row["patch"]),
        created=row["created"],
        updated=row["updated"],
    )
