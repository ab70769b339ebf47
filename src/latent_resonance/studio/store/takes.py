"""Takes: recorded sound. The file lies in a folder of the server's, named by the take's id."""

import sqlite3
from contextlib import suppress
from pathlib import Path

from pydantic import Field

from latent_resonance.contracts.errors import ResonanceError
from latent_resonance.contracts.files import give_name, is_being_written, write_text
from latent_resonance.sound.recordings.reader import Recording
from latent_resonance.stage.metadata.wav_info import mend_wav
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.schema import Schema
from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.ids import now
from latent_resonance.studio.store.presets import check_name
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

    def begin(self, take: str, patch: Patch) -> None:
        """Note with what it is played, for the case that it never ends; raises OutputError."""
        write_text(self._begun(take), patch.model_dump_json())

    def recover(self) -> int:
        """Keep the takes whose recorder died: their sound up to there; gives how many."""
        found = 0
        for path in sorted(self._folder.glob("*.begun")):
            take = path.stem
            partials = list(self._folder.glob(f".{take}.wav.*.partial"))
            if any(is_being_written(partial) for partial in partials):
                continue  # another studio records it
            with suppress(OSError, ResonanceError, ValueError):
                if partials and not self.path(take).is_file():
                    mend_wav(partials[0])
                    give_name(partials[0], self.path(take))
                if self.path(take).is_file() and self.find(take) is None:
                    patch = Patch.model_validate_json(path.read_bytes())
                    seconds = Recording(self.path(take)).announced or 0.0
                    self.add(take, "", f"recovered {patch.instrument}", seconds, patch)
                    found += 1
                path.unlink(missing_ok=True)
        return found

    def _begun(self, take: str) -> Path:
        return self._folder / f"{take}.begun"

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
        self._begun(take).unlink(missing_ok=True)
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
        """Another name; None when there is no such take, InputError for no line of text."""
        check_name(name)
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
