"""What was recorded is kept: on a full disk, after a kill, after a loss of power."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_resonance.contracts.errors import OutputError
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.ids import new_id
from latent_resonance.studio.store.takes import Takes
from latent_resonance.studio.take_files import TakeFile, read_patch

RATE = 48_000
PATCH = Patch(instrument="face", controls={"mouth": 0.5})
SOUND = np.linspace(-0.5, 0.5, 4800, dtype=np.float32)[:, None]


@pytest.fixture
def takes(tmp_path: Path) -> Takes:
    return Takes(Database(tmp_path / "studio.sqlite"), tmp_path / "takes")


def frames(path: Path) -> int:
    return int(soundfile.info(path).frames)


@pytest.mark.parametrize("blocks", [0, 1, 3])
def test_a_full_disk_keeps_what_was_written(
    takes: Takes, monkeypatch: pytest.MonkeyPatch, blocks: int
) -> None:
    path = takes.path(new_id())
    file = TakeFile(path, RATE)
    for _ in range(blocks):
        file.add(SOUND)

    def full(*_: object) -> None:
        raise soundfile.SoundFileRuntimeError("System error.")

    monkeypatch.setattr(soundfile.SoundFile, "write", full)
    with pytest.raises(OutputError, match="cannot write"):
        file.add(SOUND)
    file.finish(PATCH)
    assert frames(path) == blocks * len(SOUND)
    assert read_patch(path) == PATCH


def test_a_disk_without_room_for_the_patch_keeps_the_sound(
    takes: Takes, monkeypatch: pytest.MonkeyPatch
) -> None:
    from latent_resonance.stage import audio_file

    def full(path: Path, comment: str) -> None:
        with path.open("ab") as out:
            out.write(b"LIST\0\0")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(audio_file, "append_comment", full)
    path = takes.path(new_id())
    file = TakeFile(path, RATE)
    file.add(SOUND)
    file.finish(PATCH)
    assert frames(path) == len(SOUND)
    assert read_patch(path) is None


KILLED = """
import os, signal, sys
import numpy as np
from pathlib import Path
from latent_resonance.studio.take_files import TakeFile
file = TakeFile(Path(sys.argv[1]), 48000)
for _ in range(int(sys.argv[2])):
    file.add(np.full((4800, 1), 0.25, np.float32))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
@pytest.mark.parametrize("torn", [0, 1, 5])
def test_a_take_whose_recorder_was_killed_is_recovered(takes: Takes, torn: int) -> None:
    take = new_id()
    takes.begin(take, PATCH)
    path = takes.path(take)
    done = subprocess.run([sys.executable, "-c", KILLED, str(path), "5"], check=False)
    assert done.returncode == -signal.SIGKILL
    (partial,) = path.parent.glob(".*.partial")
    if torn:  # as a loss of power leaves it
        os.truncate(partial, partial.stat().st_size - torn)
    assert takes.recover() == 1
    (found,) = takes.list()
    assert (found.id, found.patch, found.name) == (take, PATCH, "recovered face")
    assert found.seconds == pytest.approx(0.5, abs=1e-3)
    assert frames(path) == pytest.approx(5 * 4800, abs=2)
    assert sorted(path.parent.iterdir()) == [path]
    assert takes.recover() == 0


def test_a_take_that_never_came_into_the_list_is_recovered(takes: Takes) -> None:
    take = new_id()
    takes.begin(take, PATCH)
    file = TakeFile(takes.path(take), RATE)
    file.add(SOUND)
    file.finish(PATCH)
    assert takes.recover() == 1
    assert takes.find(take) is not None


def test_what_holds_no_sound_and_what_is_recorded_now_are_left(takes: Takes) -> None:
    takes.begin(new_id(), PATCH)  # it could not be written
    running = new_id()
    takes.begin(running, PATCH)
    parent = takes.path(running).with_name(f".{running}.wav.{os.getppid()}.partial")
    parent.write_bytes(b"RIFF")
    assert takes.recover() == 0
    assert takes.list() == []
    assert parent.exists()
    assert [path.stem for path in parent.parent.glob("*.begun")] == [running]


def test_a_database_that_cannot_be_written_says_so_in_a_line(tmp_path: Path) -> None:
    database = Database(tmp_path / "studio.sqlite")
    database._open.execute("PRAGMA max_page_count = 1")
    with pytest.raises(OutputError, match="the studio cannot keep this: database or disk is full"):
        Takes(database, tmp_path / "takes").add("a", "", "x" * 5_000_000, 1.0, PATCH)
