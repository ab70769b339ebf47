"""Searches: the lineage of a session's sounds, as the engine writes it."""

import json
from typing import Any

from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.ids import now


class Searches:
    """In the database, one to a session."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, session: str) -> dict[str, Any] | None:
        """The table of a lineage."""
        row = self._database.first("SELECT lineage FROM searches WHERE session = ?", (session,))
        if row is None:
            return None
        found: dict[str, Any] = json.loads(row["lineage"])
        return found

    def keep(self, session: str, lineage: dict[str, Any]) -> None:
        """In place of what was kept before."""
        self._database.write(
            "INSERT INTO searches (session, lineage, updated) VALUES (?, ?, ?) ON CONFLICT"
            " (session) DO UPDATE SET lineage = excluded.lineage, updated = excluded.updated",
            (session, json.dumps(lineage), now()),
        )

    def remove(self, session: str) -> None:
        """Begin anew."""
        self._database.write("DELETE FROM searches WHERE session = ?", (session,))
