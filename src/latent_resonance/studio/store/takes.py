"""Takes: recorded sound. The file lies in a folder of the server's, named by the take's id."""

import sqlite3
from pathlib import Path

from pydantic import Field

from latent_resonance.studio.patch import Patch
from latent_resonance.studio.schema import Schema
from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.ids import now
from latent_resonance.studio.take_pictures import SUFFIX


class Take(Schema):
    """A recording and the patch that was played when it began."""

    id: str
    session: str | None
    name: str
    seconds: float
    patch: Patch
    created: float = Field(description="seconds since 1970")
    pictures: bool = Field(default=False, description="whether it can become a film")


class Takes:
    """In the database and in ``folder``."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, take: str) -> Path:
        """Where its sound lies, or will."""
        return self._folder / f"{take}.wav"

    def pictures(self, take: str) -> Path:
        """Where what was shown of it lies, or will, if anything was."""
        return self.path(take).with_suffix(SUFFIX)

    def add(self, take: str, session: str, name: str, seconds: float, patch: Patch) -> Take:
        """A finished one, whose file is whole."""
        made = Take(
            id=take,
            session=session,
            name=name,
            seconds=seconds,
            patch=patch,
            created=now(),
            pictures=self.pictures(take).is_file(),
        )
        self._database.write(
            "INSERT INTO takes (id, session, name, seconds, patch, created) VALUES"
            " (?, (SELECT id FROM sessions WHERE id = ?), ?, ?, ?, ?)",
            (take, session, name, seconds, patch.model_dump_json(), made.created),
        )
        return made

    def list(self) -> list[Take]:
        """All, the latest first."""
        rows = self._database.read("SELECT * FROM takes ORDER BY created DESC")
        return [self._take(row) for row in rows]

    def find(self, take: str) -> Take | None:
        """By its id."""
        row = self._database.first("SELECT * FROM takes WHERE id = ?", (take,))
        return self._take(row) if row else None

    def rename(self, take: str, name: str) -> Take | None:
        """Another name; None when there is no such take."""
        self._database.write("UPDATE takes SET name = ? WHERE id = ?", (name, take))
        return self.find(take)

    def remove(self, take: str) -> bool:
        """Forget it, the sound too."""
        gone = self._database.write("DELETE FROM takes WHERE id = ?", (take,)) > 0
        if gone:
            self.path(take).unlink(missing_ok=True)
            self.pictures(take).unlink(missing_ok=True)
        return gone

    def _take(self, row: sqlite3.Row) -> Take:
        return Take(
            id=row["id"],
            session=row["session"],
            name=row["name"],
            seconds=row["seconds"],
            patch=Patch.model_validate_json(row["patch"]),
            created=row["created"],
            pictures=self.pictures(row["id"]).is_file(),
        )
