"""The database: one connection, write-ahead log, migrations counted by ``user_version``."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import OutputError
from latent_resonance.studio.store.migrations import MIGRATIONS


class Database:
    """Safe to use from several threads: one statement at a time.

    Args:
        path: of the file; it is made where it is missing.

    Raises:
        OutputError: it cannot be opened, is no database, or is of a newer version of this program.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._open = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._open.row_factory = sqlite3.Row
            self._open.execute("PRAGMA journal_mode = WAL")
            self._open.execute("PRAGMA synchronous = FULL")
            self._open.execute("PRAGMA foreign_keys = ON")
            self._open.execute("PRAGMA busy_timeout = 5000")
            self._migrate(path)
        except (OSError, sqlite3.Error) as error:
            raise OutputError(f"cannot keep the studio's memory in {path}: {error}") from error

    def read(self, statement: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self._lock, _told():
            return self._open.execute(statement, values).fetchall()

    def first(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Row | None:
        """The first row of a query."""
        with self._lock, _told():
            row: sqlite3.Row | None = self._open.execute(statement, values).fetchone()
            return row

    def write(self, statement: str, values: Sequence[Any] = ()) -> int:
        """One change, on the disk when this returns; gives how many rows it touched.

        Raises:
            OutputError: the disk is full or the file cannot be written.
        """
        with self._lock, _told():
            return self._open.execute(statement, values).rowcount

    def write_soon(self, statement: str, values: Sequence[Any] = ()) -> int:
        """As ``write``, for what comes often: a loss of power may cost the last ones."""
        with self._lock, _told():
            self._open.execute("PRAGMA synchronous = NORMAL")
            try:
                return self._open.execute(statement, values).rowcount
            finally:
                self._open.execute("PRAGMA synchronous = FULL")

    @contextmanager
    def together(self) -> Iterator[None]:
        """Changes that belong together: all or none; raises OutputError on a full disk."""
        with _told(), self._transaction():
            yield

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._open.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._open.execute("ROLLBACK")
                raise
            self._open.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._open.close()

    def _migrate(self, path: Path) -> None:
        """Each step in a transaction of its own; two programs at once do it once."""
        with self._transaction():
            version = self._open.execute("PRAGMA user_version").fetchone()[0]
            if version > len(MIGRATIONS):
                raise OutputError(
                    f"{path} is of a newer version of this program (its layout is {version}, "
                    f"known are {len(MIGRATIONS)}): update, or move the file away"
                )
            for number, statements in enumerate(MIGRATIONS[version:], version + 1):
                for statement in statements:
                    self._open.execute(statement)
                self._open.execute(f"PRAGMA user_version = {number}")


@contextmanager
def _told() -> Iterator[None]:
    """A disk that is full, or a file that is damaged or cannot be written, as one line."""
    try:
        yield
    except sqlite3.Error as error:
        raise OutputError(f"the studio cannot keep this: {error}") from error
