"""What the database keeps of an instrument, wherever a patch or a learned knob names it."""

from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.settings import SettingsTable

# Tables with the column that holds a patch, and where in it the instrument is named.
_PATCHES = (
    ("presets", "patch", "$.instrument"),
    ("presets", "other", "$.instrument"),
    ("sessions", "patch", "$.instrument"),
    ("takes", "patch", "$.instrument"),
    ("jobs", "request", "$.patch.instrument"),
)


def rename_all(database: Database, before: str, after: str) -> None:
    """All that is of an instrument is of another one from now on, and else as it was."""
    for table, column, key in _PATCHES:
        database.write(
            f"UPDATE {table} SET {column} = json_set({column}, ?, ?)"  # noqa: S608 - of ours
            f" WHERE json_extract({column}, ?) = ?",
            (key, after, key, before),
        )
    database.write("UPDATE presets SET instrument = ? WHERE instrument = ?", (after, before))
    kept = SettingsTable(database)
    settings = kept.get()
    # Knobs are told apart by what they move: instrument/control.
    own = f"{before}/"
    learned = {
        knob: f"{after}/{target.removeprefix(own)}" if target.startswith(own) else target
        for knob, target in settings.midi_map.items()
    }
    if learned != settings.midi_map:
        kept.put(settings.model_copy(update={"midi_map": learned}))


def remove_presets(database: Database, instrument: str) -> int:
    """Forget the presets of an instrument; gives how many."""
    return database.write("DELETE FROM presets WHERE instrument = ?", (instrument,))
