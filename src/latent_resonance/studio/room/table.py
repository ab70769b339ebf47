"""The sessions of a room, in one SQLite file; asked by all replicas, which it knows by name."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from latent_resonance.studio.ceilings import TooMuchError
from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.ids import now

MOST_SESSIONS = 20_000
_KEPT_SECONDS = 86_400.0

Row = tuple[str, str, float, float]
"""Id, patch as JSON, when it was made and last kept, in seconds since 1970."""

Played = tuple[str, str, int]
"""Session, its patch as JSON, the number of the last news that were seen where it plays."""

News = tuple[int, str, str | None, str]
"""Number, session, the replica that plays it, patch as JSON."""


class Table(Protocol):
    """What replicas ask for, whether it lies in their process or on another machine."""

    def add(self, session: str, patch: str, replica: str) -> Row:
        """A new session; the same one where it was added before."""
        ...

    def find(self, session: str) -> Row | None:
        """As it was kept last; None where there is none."""
        ...

    def claim(self, session: str, replica: str) -> tuple[Row, bool] | None:
        """It is played there from now on; also whether it was played or changed elsewhere."""
        ...

    def put(self, session: str, patch: str, replica: str) -> bool:
        """Another patch, which whoever plays it is to follow; False without such a session."""
        ...

    def keep(self, replica: str, played: Sequence[Played]) -> list[bool]:
        """Patches as they play there; False where news came that were not seen there."""
        ...

    def remove(self, session: str) -> bool:
        """Forget it and its news; False where there is none."""
        ...

    def news(self, replica: str, after: int) -> list[News]:
        """What others changed since the news of that number."""
        ...

    def latest_news(self) -> int:
        """The number of the last news."""
        ...

    def close(self) -> None:
        """The replica ends: let go of what it held to ask here."""
        ...


class RoomTable:
    """In a file; what was kept is there when a process dies, and all but the last of it when the
    machine does. Sessions that nobody played for a day are forgotten at the start, and where there
    are too many.

    Args:
        path: of the file; it is made where it is missing.

    Raises:
        OutputError: it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path)
        self._database.write("PRAGMA synchronous = NORMAL")  # no wait for the disk at each change
        self._forget_old()

    def _forget_old(self) -> None:
        self._database.write("DELETE FROM sessions WHERE updated < ?", (now() - _KEPT_SECONDS,))

    def _is_full(self) -> bool:
        count = self._database.first("SELECT count(*) AS count FROM sessions")
        return bool(count and count["count"] >= MOST_SESSIONS)

    def add(self, session: str, patch: str, replica: str) -> Row:
        """Raises TooMuchError where the room has as many as it takes."""
        if self._is_full():
            self._forget_old()
        if self._is_full():
            raise TooMuchError("the room is full: try again tomorrow")
        self._database.write(
            "INSERT INTO sessions (id, patch, created, updated, player) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO NOTHING",
            (session, patch, now(), now(), replica),
        )
        found = self.find(session)
        assert found is not None  # noqa: S101 - it was added above
        return found

    def find(self, session: str) -> Row | None:
        """As it was kept last; None where there is none."""
        row = self._database.first("SELECT * FROM sessions WHERE id = ?", (session,))
        return None if row is None else (row["id"], row["patch"], row["created"], row["updated"])

    def claim(self, session: str, replica: str) -> tuple[Row, bool] | None:
        """It is played there from now on; also whether it was played or changed elsewhere."""
        with self._database.together():
            before = self._database.first(
                "SELECT player, (SELECT author FROM news WHERE session = id) AS author"
                " FROM sessions WHERE id = ?",
                (session,),
            )
            found = self.find(session)
            if before is None or found is None:
                return None
            if before["player"] == replica:
                return found, before["author"] not in (None, replica)
            statement = "UPDATE sessions SET player = ? WHERE id = ?"
            self._database.write(statement, (replica, session))
            self._tell(session, replica)
        return found, True

    def put(self, session: str, patch: str, replica: str) -> bool:
        """Another patch, which whoever plays it is to follow; False without such a session."""
        with self._database.together():
            statement = "UPDATE sessions SET patch = ?, updated = ? WHERE id = ?"
            if not self._database.write(statement, (patch, now(), session)):
                return False
            self._tell(session, replica)
        return True

    def keep(self, replica: str, played: Sequence[Played]) -> list[bool]:
        """Patches as they play there; False where news came that were not seen there."""
        statement = (
            "UPDATE sessions SET patch = ?, updated = ? WHERE id = ? AND player = ?"
            " AND NOT EXISTS (SELECT 1 FROM news"
            " WHERE session = sessions.id AND number > ? AND author <> ?)"
        )
        with self._database.together():
            return [
                self._database.write(statement, (patch, now(), session, replica, seen, replica)) > 0
                for session, patch, seen in played
            ]

    def remove(self, session: str) -> bool:
        """Forget it and its news; False where there is none."""
        return self._database.write("DELETE FROM sessions WHERE id = ?", (session,)) > 0

    def news(self, replica: str, after: int) -> list[News]:
        """What others changed since the news of that number."""
        rows = self._database.read(
            "SELECT number, session, player, patch FROM news JOIN sessions ON session = id"
            " WHERE number > ? AND author <> ? ORDER BY number",
            (after, replica),
        )
        return [(row["number"], row["session"], row["player"], row["patch"]) for row in rows]

    def latest_news(self) -> int:
        """The number of the last news."""
        row = self._database.first("SELECT max(number) AS number FROM news")
        return (row["number"] or 0) if row else 0

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _tell(self, session: str, author: str) -> None:
        """The latest of a session is all that anybody has to know."""
        self._database.write("DELETE FROM news WHERE session = ?", (session,))
        self._database.write("INSERT INTO news (session, author) VALUES (?, ?)", (session, author))
