"""Folders of real sounds become windows as their models were trained on them."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.data.held_out import is_held_out
from latent_resonance.evaluation.real_sounds import Choice, manner_of, read_real
from latent_resonance.sound.hush import loudest_at_zero
from manifests import write_manifest

LAYOUT = SpectrogramFormat(columns=64)
ALL = Choice("", {})


def write(path: Path, seconds: float = 0.3, hz: float = 440.0) -> None:
    t = np.arange(round(seconds * 16_000)) / 16_000
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, 0.1 * np.sin(2 * np.pi * hz * t), 16_000)


def read(folder: Path, choice: Choice = ALL, manner="note"):
    return read_real([folder], LAYOUT, manner, choice, 0, lambda _: None)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    rows = []
    for number in range(40):
        row = {
            "file": f"cello_{50 + number // 2:03}_{number}.wav",
            "instrument": "cello",
            "family": "string" if number % 4 else "other",
            "midi_pitch": 50 + number // 2,
            "velocity": 127 if number % 2 else "",
        }
        write(tmp_path / row["file"], hz=440 * 2 ** ((row["midi_pitch"] - 69) / 12))
        rows.append(row)
    return write_manifest(tmp_path, rows)


def test_a_manifest_says_what_sounds_are(corpus: Path) -> None:
    found = read(corpus)
    assert len(found) == 40
    assert [window.held_out for window in found] == [is_held_out(window.file) for window in found]
    first, second = found[:2]
    assert (first.label, second.label) == ("other", "string")
    assert first.group == second.group != found[2].group
    assert (first.midi, second.velocity) == (50, 1)
    assert np.isnan(first.velocity)
    assert first.level_db.shape == (256, 64)
    assert first.level_db.max() == 0
    # Filled with silence where the note is over.
    assert (first.level_db[:, 50:] == -80).all()
    only = read(corpus, Choice("instrument", {"family": ["other"]}))
    assert [window.label for window in only] == ["cello"] * 10


def test_folders_without_a_manifest_are_named_by_their_folders(tmp_path: Path) -> None:
    for number in range(8):
        write(tmp_path / "drip" / f"drip{number}.wav")
        write(tmp_path / "bang" / f"{number}.wav")
    (tmp_path / "bang" / "notes.txt").write_text("no sound")
    found = read(tmp_path)
    assert [window.label for window in found] == ["bang"] * 8 + ["drip"] * 8
    # Names that differ by a number only would be one group of half of all: each file counts alone.
    assert len({window.group for window in found}) == 16


def test_windows_are_cut_as_the_family_is_trained(tmp_path: Path) -> None:
    write(tmp_path / "long.wav", seconds=2.0)
    write(tmp_path / "short.wav", seconds=0.1)
    soundfile.write(tmp_path / "silent.wav", np.zeros(4000), 16_000)
    assert [manner_of(f) for f in ("note_autoencoder", "autoencoder", "stylegan2")] == [
        "note",
        "held",
        "anywhere",
    ]
    assert len(read(tmp_path, manner="note")) == 2
    anywhere = read(tmp_path, manner="anywhere")
    assert [window.file for window in anywhere] == ["long.wav"] * 3 + ["short.wav"]
    assert all(window.level_db.max() == 0 for window in anywhere)
    held = read(tmp_path, manner="held")
    assert sum(window.file == "long.wav" for window in held) == 2
    # A held window is full: no silence is filled in.
    assert all((window.level_db.max(axis=0) > -20).all() for window in held)
    again = read(tmp_path, manner="anywhere")
    for one, other in zip(anywhere, again, strict=True):
        np.testing.assert_array_equal(one.level_db, other.level_db)


def test_silence_is_not_moved_up_with_what_is_heard() -> None:
    level = np.array([[-20, -50, -79], [-30, -80, -79.9]], np.float32)
    assert loudest_at_zero(level, 80.0).tolist() == [[0, -30, -59], [-10, -80, -80]]


def test_what_cannot_be_used_is_named(corpus: Path, tmp_path: Path) -> None:
    for folder, choice, says in (
        (tmp_path / "gone", ALL, "no folder"),
        (corpus, Choice("colour", {}), "no column 'colour'"),
        (corpus, Choice("", {"family": ["x"]}), "no row"),
    ):
        with pytest.raises(InputError, match=says):
            read(folder, choice)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match="holds no sounds"):
        read(empty)
    soundfile.write(empty / "silent.wav", np.zeros(4000), 16_000)
    with pytest.raises(InputError, match="silent"):
        read(empty)
    with pytest.raises(InputError, match="--keep cannot"):
        read(empty, Choice("", {"family": ["x"]}))
