"""Presets: patches with a name and tags."""

import json
import sqlite3
from contextlib import AbstractContextManager
from typing import Annotated

from pydantic import Field, StringConstraints

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.file_names import is_printable
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.schema import Schema
from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.ids import new_id, now

LONGEST_LABEL = 100
Label = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_LABEL)
]
"""What a player calls a thing."""
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=160)]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class PhraseNote(Schema):
    """A note of a phrase."""

    note: int = Field(ge=0, le=127, description="MIDI number")
    velocity: int = Field(default=96, ge=1, le=127)
    start: float = Field(ge=0, le=256, description="in beats")
    beats: float = Field(gt=0, le=256, description="how long the key is down")


class Phrase(Schema):
    """A few notes that a page plays around and around, at the patch's tempo, until a key is hit."""

    notes: list[PhraseNote] = Field(min_length=1, max_length=512)
    beats: float = Field(gt=0, le=256, description="length of one time around")


class NewPreset(Schema):
    """What a page sends: a patch, and where it holds a morph, the other one and how far."""

    name: Label
    tags: list[Tag] = Field(default_factory=list, max_length=20)
    line: Line = ""
    patch: Patch
    other: Patch | None = Field(default=None, description="of the same instrument")
    morph: float = Field(default=0.0, ge=0, le=1, description="0 the patch, 1 the other")
    phrase: Phrase | None = None


class Preset(NewPreset):
    """As it is kept."""

    id: str
    factory: bool = Field(description="ships with the program: cannot be changed or deleted")
    created: float
    updated: float


class Presets:
    """In the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, new: NewPreset) -> Preset:
        """A new one; names need not differ."""
        made = Preset(id=new_id(), factory=False, created=now(), updated=now(), **dict(new))
        self._database.write(
            "INSERT INTO presets (id, name, instrument, tags, patch, line, other, morph, phrase,"
            " created, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (made.id, *_columns(new), made.created, made.updated),
        )
        return made

    def put(self, new: NewPreset) -> Preset:
        """In the place of the instrument's preset of that name, else a new one."""
        row = self._database.first(
            "SELECT id FROM presets WHERE instrument = ? AND name = ?",
            (new.patch.instrument, new.name),
        )
        changed = self.change(row["id"], new) if row else None
        return changed or self.add(new)

    def together(self) -> AbstractContextManager[None]:
        """Changes that belong together: all or none."""
        return self._database.together()

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
            "UPDATE presets SET name = ?, instrument = ?, tags = ?, patch = ?, line = ?,"
            " other = ?, morph = ?, phrase = ?, updated = ? WHERE id = ?",
            (*_columns(new), now(), preset),
        )
        return self.find(preset)

    def remove(self, preset: str) -> bool:
        """Forget it."""
        return self._database.write("DELETE FROM presets WHERE id = ?", (preset,)) > 0


def check_name(name: str) -> None:
    """Where a thing is kept; what is kept already stays readable.

    Raises:
        InputError: a set, or a line of the terminal, could not hold the name.
    """
    if not is_printable(name):
        raise InputError("a name is one line of characters that can be printed")


def _columns(new: NewPreset) -> tuple[str | float | None, ...]:
    check_name(new.name)
    return (
        new.name,
        new.patch.instrument,
        json.dumps(list(dict.fromkeys(new.tags))),
        new.patch.model_dump_json(),
        new.line,
        new.other.model_dump_json() if new.other else None,
        new.morph,
        new.phrase.model_dump_json() if new.phrase else None,
    )


def _preset(row: sqlite3.Row) -> Preset:
    return Preset(
        id=row["id"],
        name=row["name"],
        tags=json.loads(row["tags"]),
        line=row["line"],
        patch=Patch.model_validate_json(row["patch"]),
        other=row["other"] and Patch.model_validate_json(row["other"]),
        morph=row["morph"],
        phrase=row["phrase"] and Phrase.model_validate_json(row["phrase"]),
        factory=False,
        created=row["created"],
        updated=row["updated"],
    )
