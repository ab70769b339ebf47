"""Recorded voices with their pictures. The files lie in a folder of the server's, named by ids."""

import re
import sqlite3
from pathlib import Path
from typing import Literal

from pydantic import Field

from latent_resonance.contracts.errors import ResonanceError
from latent_resonance.contracts.files import is_being_written, whole_output
from latent_resonance.sound.recordings.reader import Recording
from latent_resonance.studio.patch import Name
from latent_resonance.studio.schema import Schema
from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.ids import now
from latent_resonance.studio.store.presets import check_name

_NUMBERED = re.compile(r"Take (\d{1,9})")


class PictureRequest(Schema):
    """What a voice's picture is asked for."""

    bundle: Name = Field(description="the model that paints it")
    prompt: str = Field(default="", max_length=20_000)
    mode: Literal["mix", "voice", "words", "exact"] = "mix"
    mix: float = Field(default=0.6, ge=0, le=1, description="who speaks against what is said")
    steps: int | None = Field(default=None, ge=1, le=100, description="null: the model's own")
    guidance: float | None = Field(default=None, ge=1, le=30, description="null: the model's own")


class VoicePicture(Schema):
    """A picture that is there, and what was understood of its prompt."""

    asked: PictureRequest
    understood: list[str]
    unknown: dict[str, str] = Field(
        description="words that say nothing to the model, and one to try in its place or none"
    )
    voice: str | None = Field(description="the known voice that it was taken for")
    painted: float = Field(description="seconds since 1970")


class VoiceTake(Schema):
    """A recording of a voice, and the picture that was painted of it last."""

    id: str
    name: str
    seconds: float
    created: float = Field(description="seconds since 1970")
    picture: VoicePicture | None = Field(description="null: not painted yet")


class VoiceTakes:
    """In the database and in ``folder``.

    Args:
        database: where they are listed.
        folder: of their sounds and pictures.
    """

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def sound(self, take: str) -> Path:
        """Where its sound lies, or will: mono WAV."""
        return self._folder / f"{take}.wav"

    def picture(self, take: str) -> Path:
        """Where its picture lies, or will: a PNG that carries its recipe."""
        return self._folder / f"{take}.png"

    def recover(self) -> int:
        """Keep the sounds that were whole when the program died; gives how many."""
        for partial in self._folder.glob(".*.partial"):
            if not is_being_written(partial):
                partial.unlink(missing_ok=True)
        found = 0
        for path in sorted(self._folder.glob("*.wav")):
            if self.find(path.stem) is not None:
                continue
            try:
                self.add(path.stem, Recording(path).announced or 0.0)
                found += 1
            except ResonanceError:
                path.unlink(missing_ok=True)
        return found

    def add(self, take: str, seconds: float) -> VoiceTake:
        """One whose sound is whole, under the next number."""
        rows = self._database.read("SELECT name FROM voice_takes")
        taken = [match for row in rows if (match := _NUMBERED.fullmatch(row["name"]))]
        number = max((int(match[1]) for match in taken), default=0) + 1
        made = VoiceTake(
            id=take, name=f"Take {number}", seconds=seconds, created=now(), picture=None
        )
        self._database.write(
            "INSERT INTO voice_takes (id, name, seconds, created) VALUES (?, ?, ?, ?)",
            (take, made.name, seconds, made.created),
        )
        return made

    def keep_picture(self, take: str, png: bytes, picture: VoicePicture) -> VoiceTake | None:
        """In place of the one before; None where the take is gone. Raises OutputError."""
        if self.find(take) is None:
            return None
        with whole_output(self.picture(take)) as partial:
            partial.write_bytes(png)
        self._database.write(
            "UPDATE voice_takes SET picture = ? WHERE id = ?", (picture.model_dump_json(), take)
        )
        return self.find(take)

    def list(self) -> list[VoiceTake]:
        """All, the latest first."""
        rows = self._database.read("SELECT * FROM voice_takes ORDER BY created DESC")
        return [self._take(row) for row in rows]

    def find(self, take: str) -> VoiceTake | None:
        """The take of that id; None when there is none."""
        row = self._database.first("SELECT * FROM voice_takes WHERE id = ?", (take,))
        return self._take(row) if row else None

    def rename(self, take: str, name: str) -> VoiceTake | None:
        """Another name; None when there is no such take, InputError for no line of text."""
        check_name(name)
        self._database.write("UPDATE voice_takes SET name = ? WHERE id = ?", (name, take))
        return self.find(take)

    def remove(self, take: str) -> bool:
        """Forget it, its sound and its picture too."""
        gone = self._database.write("DELETE FROM voice_takes WHERE id = ?", (take,)) > 0
        if gone:
            self.sound(take).unlink(missing_ok=True)
            self.picture(take).unlink(missing_ok=True)
        return gone

    def _take(self, row: sqlite3.Row) -> VoiceTake:
        told = row["picture"]
        there = told is not None and self.picture(row["id"]).is_file()
        return VoiceTake(
            id=row["id"],
            name=row["name"],
            seconds=row["seconds"],
            created=row["created"],
            picture=VoicePicture.model_validate_json(told) if there else None,
        )
