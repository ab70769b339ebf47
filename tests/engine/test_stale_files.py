"""What killed commands leave is removed; a performance among it is kept."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_resonance.contracts.files import partial_path
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.values import Frame, Spec
from latent_resonance.engine.stale_files import clean, clean_scratch, scratch_folder
from latent_resonance.sense.performances.csv_file import read_performance
from latent_resonance.stage import video_file

RATE = 16_000


@pytest.fixture(scope="module")
def ended() -> int:
    """The number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def left(folder: Path, name: str, process: int, age_seconds: float = 3600.0) -> Path:
    path = folder / f".{name}.{process}.partial"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"half")
    aged(path, age_seconds)
    return path


def aged(path: Path, seconds: float = 3600.0) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def cut_recording(folder: Path, process: int, name: str = "set.wav") -> Path:
    """As ``kill -9`` leaves it: the sizes in its head are those of its first moments."""
    path = folder / f".{name}.{process}.partial"
    tone = np.sin(np.arange(RATE) / 5).astype(np.float32)
    soundfile.write(path, tone, RATE, "PCM_24", format=path.name.split(".")[2].upper())
    if name.endswith(".wav"):
        data = bytearray(path.read_bytes())
        at = data.index(b"data") + 4
        data[at : at + 4] = bytes(4)
        path.write_bytes(data)
    aged(path)
    return path


def test_files_and_folders_of_ended_processes_go_and_others_stay(
    tmp_path: Path, ended: int
) -> None:
    gone = [left(tmp_path / "runs" / "a", "checkpoint.safetensors", ended)]
    gone.append(left(tmp_path, "odd\nname.resonance", ended))
    folder = tmp_path / f".report.{ended}.partial"
    left(folder, "page.html", ended).rename(folder / "page.html")
    aged(folder)
    stays = [
        left(tmp_path, "fresh.png", ended, age_seconds=5.0),
        left(tmp_path, "mine.png", os.getppid()),
        left(tmp_path, "model.0123abcd", ended).rename(tmp_path / ".model.0123abcd.partial"),
        tmp_path / "whole.png",
    ]
    stays[-1].write_bytes(b"whole")
    found = clean([tmp_path])
    assert {one.path for one in found} == {*gone, folder}
    assert all(one.size >= 4 and not one.problem and not one.kept for one in found)
    assert not any(path.exists() for path in [*gone, folder])
    assert all(path.exists() for path in stays)
    assert clean([tmp_path]) == []


@pytest.mark.parametrize("name", ["set.wav", "set.flac"])
def test_a_sound_that_was_played_is_kept(tmp_path: Path, ended: int, name: str) -> None:
    (tmp_path / name.replace(".", ".recovered.")).write_bytes(b"an older one")
    path = cut_recording(tmp_path, ended, name)
    (found,) = clean([], here=tmp_path)
    assert found.kept == tmp_path / name.replace(".", ".recovered-2.")
    assert found.seconds == pytest.approx(1.0)
    assert soundfile.info(found.kept).frames == RATE
    assert not path.exists()


def test_a_film_without_sound_is_kept(tmp_path: Path, ended: int) -> None:
    stage = video_file.Part(video_file.Options(path=tmp_path / "set.mp4"))
    stage.prepare(Spec(sample_rate=0, picture=PictureFormat(64, 48, 25), live=True))
    for k in range(150):
        stage.show(Frame(np.full((48, 64, 3), k, np.uint8), k / 25))
    (partial,) = tmp_path.glob(".*.partial")
    path = tmp_path / f".set.mp4.{ended}.partial"
    path.write_bytes(partial.read_bytes())
    stage.abort()
    aged(path)
    (found,) = clean([], here=tmp_path)
    assert found.kept == tmp_path / "set.recovered.mp4"
    assert found.seconds >= 3


def test_what_was_sensed_is_kept_up_to_its_last_whole_line(tmp_path: Path, ended: int) -> None:
    path = tmp_path / f".take.csv.{ended}.partial"
    path.write_text("time,present,mouth\n0.0,1,0.5\n0.25,1,0.75\n0.5,1,0.")
    aged(path)
    (found,) = clean([tmp_path])
    assert (found.kept, found.seconds) == (tmp_path / "take.recovered.csv", 0.25)
    assert [row.values for row in read_performance(found.kept)] == [{"mouth": 0.5}, {"mouth": 0.75}]
    table = tmp_path / f".other.csv.{ended}.partial"
    table.write_text("a,b\n1,2\n")
    aged(table)
    (found,) = clean([tmp_path])
    assert found.kept is None


def test_a_recording_without_sound_goes(tmp_path: Path, ended: int) -> None:
    path = tmp_path / f".empty.wav.{ended}.partial"
    soundfile.write(path, np.zeros(0, np.float32), RATE, "PCM_24", format="WAV")
    aged(path)
    other = left(tmp_path, "noise.wav", ended)
    assert {one.kept for one in clean([tmp_path])} == {None}
    assert not path.exists()
    assert not other.exists()


def test_beside_here_its_folders_are_not_looked_through(tmp_path: Path, ended: int) -> None:
    deep = left(tmp_path / "deep", "a.png", ended)
    assert clean([], here=tmp_path) == []
    assert deep.exists()


def test_the_names_are_those_that_writing_gives(tmp_path: Path) -> None:
    path = partial_path(tmp_path / "a b.wav")
    path.write_bytes(b"half")
    aged(path)
    (found,) = clean([tmp_path])
    assert found.path == path


def test_the_scratch_folder_of_a_killed_process_goes_and_that_of_a_living_one_stays(
    tmp_path: Path, ended: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def scratch(process: int, age_seconds: float) -> Path:
        with pytest.MonkeyPatch.context() as other:
            other.setattr(os, "getpid", lambda: process)
            with scratch_folder("room") as made:
                assert made.parent == tmp_path
                assert made.stat().st_mode & 0o077 == 0 or os.name == "nt"
        assert not made.exists()
        left(made, "studio.sqlite", process)  # as of one that was killed in the block
        aged(made, age_seconds)
        return made

    killed = scratch(ended, 3600.0)
    stays = [scratch(ended, 5.0), *([] if os.name == "nt" else [scratch(os.getppid(), 3600.0)])]
    stays.append(left(tmp_path, "someone.png", ended))
    assert [(one.path, one.problem) for one in clean_scratch()] == [(killed, "")]
    assert sorted(tmp_path.iterdir()) == sorted(stays)
