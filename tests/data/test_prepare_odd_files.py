"""A folder of sounds with odd names, pipes and broken files is prepared; each is told in the end."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_resonance.data.prepare.options import make_options
from latent_resonance.data.prepare.report import report_lines
from latent_resonance.data.prepare.run import prepare
from latent_resonance.data.shards import open_shards
from latent_resonance.data.synthetic.sustained import sustain

RATE = 8000
SMALL = {"n_fft": 256, "hop": 64, "columns": 64, "sample_rate": RATE}
ODD = [
    b"lat\xe9n",
    b"new\nline",
    b"n" * 251,
    "\u202etfel".encode(),
    b"\xff\xfe",
    b"tab\t",
    b"' or \"",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "in"
    found.mkdir()
    soundfile.write(found / "good.wav", sustain("pad", 50, 1.0, RATE), RATE)
    return found


@pytest.mark.parametrize("workers", [1, 2])
def test_names_are_bytes_from_the_folder_to_the_report(folder: Path, workers: int) -> None:
    for name in ODD:
        shutil.copyfile(folder / "good.wav", folder / os.fsdecode(name + b".wav"))
    (folder / os.fsdecode(b"lat\xe9n.txt")).write_text("no sound")
    output = folder.parent / "out"
    report = prepare(folder, output, make_options(**SMALL), workers=workers)
    assert report.files == len(ODD) + 1
    assert report.skipped == {"not audio": 1}
    told = json.loads((output / "report.json").read_text(encoding="utf-8"))
    assert told["skipped_files"][0]["file"] == "lat\\xe9n.txt"
    files = set(open_shards(output).facts("file"))
    assert {"good.wav", "lat\\xe9n.wav", "new\\nline.wav"} <= files
    assert all(line.isprintable() for line in report_lines(report))
    again = prepare(folder, output, make_options(**SMALL), workers=workers)
    assert again.kept_jobs
    assert not again.stale_jobs


def test_pipes_and_terminals_are_passed_over(folder: Path) -> None:
    os.mkfifo(folder / "x.wav")
    (folder / "zero.flac").symlink_to("/dev/zero")
    leader, follower = os.openpty()
    (folder / "keys.mp3").symlink_to(os.ttyname(follower))
    (folder / "gone.ogg").symlink_to(folder / "nowhere")
    report = prepare(folder, folder.parent / "out", make_options(**SMALL))
    os.close(leader)
    os.close(follower)
    assert report.files == 1
    assert report.skipped == {"unreadable": 4}


def test_channels_in_antiphase_are_named_and_one_is_taken_where_asked(folder: Path) -> None:
    sound = sustain("pad", 50, 1.0, RATE)
    soundfile.write(folder / "wide.wav", np.stack([sound, -sound], axis=1), RATE)
    report = prepare(folder, folder.parent / "mean", make_options(**SMALL))
    assert report.skipped == {"antiphase": 1}
    report = prepare(folder, folder.parent / "left", make_options(channel="left", **SMALL))
    assert report.files == 2


def test_the_given_sounds_are_taken_or_told(folder: Path, shared_cases: Path) -> None:
    for path in (shared_cases / "audio").iterdir():
        shutil.copyfile(path, folder / path.name)
    report = prepare(folder, folder.parent / "out", make_options(**SMALL))
    assert report.files == 3
    why = {one.file: (one.reason, one.detail) for one in report.skipped_files}
    assert why["hole.mp3"][0] == "shortened"
    assert "2.00 s announced" in why["hole.mp3"][1]
    assert why["rate1.wav"] == ("unreadable", "has 1 channels at 1 Hz")
