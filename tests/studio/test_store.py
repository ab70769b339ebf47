"""The database and the key: migrations, restarts, files that others read."""

import json
import sqlite3
import stat
import sys
import threading
from pathlib import Path

import pytest

from latent_resonance.contracts.errors import OutputError
from latent_resonance.studio.guard.access import renew_secret
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.store import database, migrations
from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.migrations import MIGRATIONS
from latent_resonance.studio.store.presets import NewPreset, Presets
from latent_resonance.studio.store.searches import Searches
from latent_resonance.studio.store.sessions import Sessions
from latent_resonance.studio.store.settings import SettingsTable


def test_what_was_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "studio.sqlite"
    first = Database(path)
    lfo = {"kind": "lfo", "shape": "saw", "beats": 8, "depth": 0.28}
    session = Sessions(first).add(
        Patch(instrument="face", controls={"mouth": 0.5}, moves={"speed": lfo}, tempo=96)
    )
    first.close()
    second = Database(path)
    assert Sessions(second).find(session.id) == session
    assert second.first("PRAGMA user_version")[0] == len(migrations.MIGRATIONS)
    assert second.first("PRAGMA journal_mode")[0] == "wal"
    second.close()


def test_a_newer_layout_is_reached_step_by_step(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "studio.sqlite"
    old = Database(path)
    Presets(old).add(NewPreset(name="kept", patch=Patch(instrument="face")))
    old.close()
    more = ("ALTER TABLE presets ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue'",)
    monkeypatch.setattr(database, "MIGRATIONS", (*migrations.MIGRATIONS, more))
    new = Database(path)
    assert new.first("SELECT colour FROM presets")["colour"] == "blue"
    new.close()
    monkeypatch.undo()
    with pytest.raises(OutputError, match="newer version"):
        Database(path)


def test_a_search_that_was_kept_by_session_is_found_by_its_bundle(
    tmp_path: Path, monkeypatch
) -> None:
    path = tmp_path / "studio.sqlite"
    before = next(n for n, step in enumerate(MIGRATIONS) if "RENAME TO searches" in step[0])
    monkeypatch.setattr(database, "MIGRATIONS", MIGRATIONS[:before])
    old = Database(path)
    session = Sessions(old).add(Patch(instrument="texture")).id
    lineage = {"bundle": "texture", "sounds": []}
    old.write("INSERT INTO searches VALUES (?, ?, 0)", (session, json.dumps(lineage)))
    old.close()
    monkeypatch.undo()
    searches = Searches(Database(path))
    assert searches.find(session, "texture") == lineage
    assert searches.find(session, "drone") is None


def test_a_step_that_fails_leaves_the_old_layout(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "studio.sqlite"
    Database(path).close()
    broken = ("CREATE TABLE half (x)", "NO SQL AT ALL")
    monkeypatch.setattr(database, "MIGRATIONS", (*migrations.MIGRATIONS, broken))
    with pytest.raises(OutputError, match="memory"):
        Database(path)
    monkeypatch.undo()
    found = Database(path)
    assert not found.read("SELECT name FROM sqlite_master WHERE name = 'half'")
    found.close()


def test_what_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "studio.sqlite"
    path.write_bytes(b"a text of somebody's, long enough to be looked at as a header" * 20)
    with pytest.raises(OutputError, match="memory"):
        Database(path)
    assert path.read_bytes().startswith(b"a text")


def test_changes_that_belong_together_are_all_or_none(tmp_path: Path) -> None:
    made = Database(tmp_path / "studio.sqlite")
    sessions = Sessions(made)
    with pytest.raises(RuntimeError), made.together():
        sessions.add(Patch(instrument="face"))
        raise RuntimeError
    assert made.read("SELECT id FROM sessions") == []
    made.close()


def test_many_threads_write_at_once(tmp_path: Path) -> None:
    made = Database(tmp_path / "studio.sqlite")
    sessions = Sessions(made)

    def work() -> None:
        for _ in range(20):
            sessions.add(Patch(instrument="face"))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made.first("SELECT count(*) FROM sessions")[0] == 160
    made.close()


def test_settings_that_cannot_be_read_are_as_new(tmp_path: Path) -> None:
    made = Database(tmp_path / "studio.sqlite")
    made.write("INSERT INTO settings VALUES ('all', '{\"engine\": \"steam\"}')")
    assert SettingsTable(made).get().engine == "auto"
    made.close()


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
def test_the_secret_is_its_owners_and_new_at_each_start(tmp_path: Path) -> None:
    path = tmp_path / "studio" / "key"
    first, before = renew_secret(path)
    assert len(first) >= 32
    assert before == ""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    second, before = renew_secret(path)
    assert before == first != second
    for damage in (b"short", b"", b"\xff" * 43):
        path.write_bytes(damage)
        assert renew_secret(path)[1] == ""


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "studio").write_text("")
    with pytest.raises(OutputError):
        renew_secret(tmp_path / "studio" / "key")
    with pytest.raises(OutputError):
        Database(tmp_path / "studio" / "studio.sqlite")


def test_the_database_is_plain_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "studio.sqlite"
    Database(path).close()
    with sqlite3.connect(path) as looked:
        names = {row[0] for row in looked.execute("SELECT name FROM sqlite_master")}
    looked.close()
    assert {"sessions", "presets", "takes", "jobs", "settings", "usage"} <= names
