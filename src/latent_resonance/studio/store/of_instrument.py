"""What the database keeps of an instrument, wherever a patch names it."""

from latent_resonance.studio.store.database import Database

# Tables with the column that holds a patch, and where in it the instrument is named.
_PATCHES = (
    ("presets", "patch", "$.instrument"),
    ("presets", "other", "$.instrument"),
    ("sessions", "patch", "$.instrument"),
    ("takes", "patch", "$.instrument"),
    ("jobs", "request", "$.patch.instrument"),
)


def rename_in_patches(database: Database, before: str, after: str) -> None:
    """All patches of an instrument are of another one from now on; all else in them stays."""
    for table, column, key in _PATCHES:
        database.write(
            f"UPDATE {table} SET {column} = json_set({column}, ?, ?)"  # noqa: S608 - of ours
            f" WHERE json_extract({column}, ?) = ?",
            (key, after, key, before),
        )
    database.write("UPDATE presets SET instrument = ? WHERE instrument = ?", (after, before))


def remove_presets(database: Database, instrument: str) -> int:
    """Forget the presets of an instrument; gives how many."""
    return database.write("DELETE FROM presets WHERE instrument = ?", (instrument,))
