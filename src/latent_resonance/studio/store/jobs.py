"""Jobs: long work and what became of it; kept over reloads of the page and restarts."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from latent_resonance.studio.schema import Schema
from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.ids import new_id, now

JobKind = Literal["render", "film", "train", "prepare", "import", "share", "finish", "mood"]
JobState = Literal["waiting", "running", "done", "failed", "cancelled", "interrupted"]
ENDED: frozenset[str] = frozenset({"done", "failed", "cancelled", "interrupted"})


class Job(Schema):
    """Long work."""

    id: str
    kind: JobKind
    request: dict[str, Any] = Field(description="as it was asked for")
    state: JobState
    done: float = Field(description="0..1")
    message: str = Field(description="where it stands, or why it failed")
    result: dict[str, Any] = Field(description="its report")
    files: list[str] = Field(description="names of what can be fetched")
    created: float
    started: float | None = Field(description="when it left the queue")
    ended: float | None
    seconds_left: float | None = Field(
        default=None, description="a guess, from how quickly it goes on; null while nobody knows"
    )
    waits_for: str | None = Field(
        default=None, description="id of the job that runs first; null where it waits for none"
    )


class JobTable:
    """In the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, kind: JobKind, request: Mapping[str, Any]) -> Job:
        """One that waits."""
        job = new_id()
        self._database.write(
            "INSERT INTO jobs (id, kind, request, state, created) VALUES (?, ?, ?, 'waiting', ?)",
            (job, kind, json.dumps(request), now()),
        )
        found = self.find(job)
        assert found is not None  # noqa: S101 - it was added above
        return found

    def find(self, job: str) -> Job | None:
        """By its id."""
        row = self._database.first("SELECT * FROM jobs WHERE id = ?", (job,))
        return _job(row) if row else None

    def list(self) -> list[Job]:
        """All, the latest first."""
        rows = self._database.read("SELECT * FROM jobs ORDER BY created DESC")
        return [_job(row) for row in rows]

    def count_waiting(self) -> int:
        """How many have not begun."""
        row = self._database.first("SELECT count(*) AS waiting FROM jobs WHERE state = 'waiting'")
        return int(row["waiting"]) if row else 0

    def move(self, job: str, state: JobState, done: float, message: str) -> None:
        """Where it stands."""
        self._database.write_soon(
            "UPDATE jobs SET state = ?, done = ?, message = ?, ended = ? WHERE id = ?",
            (state, done, message, now() if state in ENDED else None, job),
        )

    def begin(self, job: str) -> None:
        """It has left the queue."""
        self._database.write(
            "UPDATE jobs SET state = 'running', started = ? WHERE id = ?", (now(), job)
        )

    def finish(self, job: str, result: Mapping[str, Any]) -> None:
        """It is done."""
        self._database.write(
            "UPDATE jobs SET state = 'done', done = 1, message = '', result = ?, ended = ?"
            " WHERE id = ?",
            (json.dumps(result), now(), job),
        )

    def interrupt_all(self) -> None:
        """The server that ran them is gone."""
        self._database.write(
            "UPDATE jobs SET state = 'interrupted', ended = ?,"
            " message = 'the studio was closed before it was done'"
            " WHERE state IN ('waiting', 'running')",
            (now(),),
        )

    def remove(self, job: str) -> bool:
        """Forget it."""
        return self._database.write("DELETE FROM jobs WHERE id = ?", (job,)) > 0


def _job(row: sqlite3.Row) -> Job:
    result = json.loads(row["result"])
    # What was kept of folders that were prepared has a number there.
    files = result.get("files", {})
    return Job(
        id=row["id"],
        kind=row["kind"],
        request=json.loads(row["request"]),
        state=row["state"],
        done=row["done"],
        message=row["message"],
        result=result,
        files=sorted(files) if isinstance(files, dict) else [],
        created=row["created"],
        started=row["started"],
        ended=row["ended"],
    )
