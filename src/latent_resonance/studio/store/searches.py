"""Searches: the lineage of a session's sounds, as the engine writes it."""

import json
from typing import Any

from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.ids import now


class Searches:
    """In the database, one to a session and a bundle."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, session: str, bundle: str) -> dict[str, Any] | None:
        """The table of a lineage."""
        statement = "SELECT lineage FROM searches WHERE session = ? AND bundle = ?"
        row = self._database.first(statement, (session, bundle))
        if row is None:
            return None
        found: dict[str, Any] = json.loads(row["lineage"])
        return found

    def keep(self, session: str, lineage: dict[str, Any]) -> None:
        """In place of what was kept before."""
        self._database.write(
            "INSERT INTO searches (session, bundle, lineage, updated) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (session, bundle)"
            " DO UPDATE SET lineage = excluded.lineage, updated = excluded.updated",
            (session, lineage["bundle"], json.dumps(lineage), now()),
        )

    def remove(self, session: str, bundle: str) -> None:
        """Begin anew."""
        statement = "DELETE FROM searches WHERE session = ? AND bundle = ?"
        self._database.write(statement, (session, bundle))
