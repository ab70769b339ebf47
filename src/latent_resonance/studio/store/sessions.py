"""Sessions: what one page plays, kept over reloads and restarts."""

import asyncio
from typing import Protocol

from pydantic import Field

from latent_resonance.studio.patch import Patch
from latent_resonance.studio.schema import Schema
from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.ids import new_id, now


class Session(Schema):
    """A page's instrument and all that is set on it."""

    id: str
    patch: Patch
    created: float = Field(description="seconds since 1970")
    updated: float


class SessionStore(Protocol):
    """Where sessions are kept: this studio's database, or what replicas of a room share."""

    kept_first: bool
    """Whether what a page sets is kept before the page is told that it is set."""
    seen: int
    """How much of what others changed is played here."""

    def add(self, patch: Patch) -> Session:
        """A new one, under an id of its own."""
        ...

    def find(self, session: str) -> Session | None:
        """As it was kept last; None where there is none."""
        ...

    def claim(self, session: str) -> tuple[Session, bool] | None:
        """To play it; also whether it was played or changed elsewhere meanwhile."""
        ...

    async def keep(self, session: str, patch: Patch, seen: int) -> bool:
        """The patch as it is played, by one who has ``seen`` so much; False: it is not kept."""
        ...

    def put(self, session: str, patch: Patch) -> bool:
        """Another patch; False when there is no such session."""
        ...

    def remove(self, session: str) -> bool:
        """Forget it; takes stay. False when there is no such session."""
        ...


class Sessions:
    """In the database."""

    kept_first = False
    seen = 0

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, patch: Patch) -> Session:
        """A new one."""
        made = Session(id=new_id(), patch=patch, created=now(), updated=now())
        self._database.write(
            "INSERT INTO sessions (id, patch, created, updated) VALUES (?, ?, ?, ?)",
            (made.id, patch.model_dump_json(), made.created, made.updated),
        )
        return made

    def find(self, session: str) -> Session | None:
        """By its id."""
        row = self._database.first("SELECT * FROM sessions WHERE id = ?", (session,))
        if row is None:
            return None
        return Session(
            id=row["id"],
            patch=Patch.model_validate_json(row["patch"]),
            created=row["created"],
            updated=row["updated"],
        )

    def latest(self) -> Session | None:
        """The one that was played last."""
        row = self._database.first("SELECT id FROM sessions ORDER BY updated DESC LIMIT 1")
        return self.find(row["id"]) if row else None

    def claim(self, session: str) -> tuple[Session, bool] | None:
        """To play it; nobody else does."""
        found = self.find(session)
        return None if found is None else (found, False)

    async def keep(self, session: str, patch: Patch, seen: int = 0) -> bool:
        """The patch as it is played; False when there is no such session."""
        return await asyncio.to_thread(self.put, session, patch)

    def put(self, session: str, patch: Patch) -> bool:
        """Another patch; False when there is no such session."""
        statement = "UPDATE sessions SET patch = ?, updated = ? WHERE id = ?"
        return self._database.write_soon(statement, (patch.model_dump_json(), now(), session)) > 0

    def remove(self, session: str) -> bool:
        """Forget it, its lineage too; takes stay."""
        return self._database.write("DELETE FROM sessions WHERE id = ?", (session,)) > 0
