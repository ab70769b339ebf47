"""Files that were dropped on a page: kept under names of the server's until they are removed."""

import os
import re
import sqlite3
from pathlib import Path
from typing import Literal

from latent_resonance.bundles.foreign.guarded import NETWORK_FILES
from latent_resonance.contracts.files import give_name
from latent_resonance.studio.ceilings import MOST_KEPT_BYTES, TooMuchError
from latent_resonance.studio.schema import Schema
from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.ids import now

UploadKind = Literal["sound", "midi", "controls", "video", "model", "network", "recipe", "set"]

_SUFFIXES: dict[str, UploadKind] = {
    **dict.fromkeys((".wav", ".flac", ".ogg", ".opus", ".mp3", ".aiff", ".aif", ".m4a"), "sound"),
    **dict.fromkeys((".mid", ".midi", ".rmi", ".kar"), "midi"),
    **dict.fromkeys(NETWORK_FILES, "network"),
    **dict.fromkeys((".mp4", ".mov", ".webm", ".mkv", ".avi"), "video"),
    ".csv": "controls",
    ".resonance": "model",
    ".toml": "recipe",
    ".resonance-set": "set",
}


class Upload(Schema):
    """A file of the player's."""

    id: str
    name: str
    kind: UploadKind
    bytes: int
    created: float


def kind_of(name: str) -> UploadKind | None:
    """What a file is by the end of its name; None for what the studio has no use for."""
    return _SUFFIXES.get(Path(name).suffix.lower())


class Uploads:
    """In the database and in ``folder``."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, upload: Upload) -> Path:
        """Where it lies: its id and, from a list of our own, the end of its name."""
        return self.folder / f"{upload.id}{Path(upload.name).suffix.lower()}"

    def by_name(self, line: str) -> str:
        """A line for the player: files by their own names, not by where the server keeps them."""

        def name(found: re.Match[str]) -> str:
            upload = self.find(found[1])
            return upload.name if upload else "the file"

        folder = re.escape(f"{self.folder}{os.sep}")
        return re.sub(rf"{folder}([0-9a-f-]{{36}})(?:\.[\w-]+)?", name, line)

    def add(self, upload: str, name: str, kind: UploadKind, size: int, received: Path) -> Upload:
        """One whose file is whole; it is moved here."""
        made = Upload(id=upload, name=name, kind=kind, bytes=size, created=now())
        give_name(received, self.path(made))
        self._database.write(
            "INSERT INTO uploads (id, name, kind, bytes, created) VALUES (?, ?, ?, ?, ?)",
            (upload, name, kind, size, made.created),
        )
        return made

    def check_room(self, size: int) -> None:
        """Raises TooMuchError where all would be more than is kept."""
        row = self._database.first("SELECT total(bytes) AS kept FROM uploads")
        if row and row["kept"] + size > MOST_KEPT_BYTES:
            raise TooMuchError(
                f"the studio keeps {MOST_KEPT_BYTES >> 30} GB of files at most: remove some, then "
                "try again"
            )

    def list(self) -> list[Upload]:
        """All, the latest first."""
        rows = self._database.read("SELECT * FROM uploads ORDER BY created DESC")
        return [_upload(row) for row in rows]

    def find(self, upload: str) -> Upload | None:
        """By its id."""
        row = self._database.first("SELECT * FROM uploads WHERE id = ?", (upload,))
        return _upload(row) if row else None

    def holds(self, upload: str) -> bool:
        """Whether it is known and its file is still there."""
        found = self.find(upload)
        return found is not None and self.path(found).is_file()

    def remove(self, upload: str) -> bool:
        """Forget it, the file too."""
        found = self.find(upload)
        if found is None:
            return False
        self._database.write("DELETE FROM uploads WHERE id = ?", (upload,))
        self.path(found).unlink(missing_ok=True)
        return True


def _upload(row: sqlite3.Row) -> Upload:
    return Upload.model_validate(dict(row))
