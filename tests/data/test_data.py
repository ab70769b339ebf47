"""Synthetic sounds are what they say they are, and folders become levels."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_resonance.contracts.errors import InputError, MediaError, OutputError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.data.corpus import (
    Folder,
    SourceCount,
    held_levels,
    list_files,
    list_sounds,
    read_folder,
    read_mono,
    read_rows,
    unite_sources,
)
from latent_resonance.data.synthetic.corpus import plan_sounds, synthesize
from latent_resonance.data.synthetic.sustained import FAMILIES, sustain
from latent_resonance.sound.hush import hush

LAYOUT = SpectrogramFormat()


@pytest.mark.parametrize("family", FAMILIES)
def test_a_sound_has_its_pitch_and_no_clicks(family: str) -> None:
    from latent_resonance.sound.clicks import find_clicks

    sound = sustain(family, 57, 1.5, seed=1)
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 1 << 17))
    hz = np.fft.rfftfreq(1 << 17, 1 / 16_000)
    near = (hz > 220 * 2 ** (-0.5 / 12)) & (hz < 220 * 2 ** (0.5 / 12))
    peak = hz[near][spectrum[near].argmax()]
    assert abs(1200 * math.log2(peak / 220)) < 15
    assert np.abs(sound).max() == pytest.approx(0.7, abs=1e-3)
    assert find_clicks(sound, 16_000) == []


def test_the_same_seed_gives_the_same_sound_and_brightness_brightens() -> None:
    np.testing.assert_array_equal(sustain("pad", 50, 0.5, seed=3), sustain("pad", 50, 0.5, seed=3))
    assert not np.array_equal(sustain("pad", 50, 0.5, seed=3), sustain("pad", 50, 0.5, seed=4))

    def centroid(brightness: float) -> float:
        power = np.abs(np.fft.rfft(sustain("bowed", 45, 1.0, brightness=brightness))) ** 2
        return float((power * np.arange(len(power))).sum() / power.sum())

    assert centroid(1.0) > 1.2 * centroid(0.0)


def test_a_corpus_is_written_whole_with_its_manifest(tmp_path: Path) -> None:
    assert synthesize(tmp_path / "s", 13, seconds=0.3, seed=2) == 13
    rows = list(csv.DictReader((tmp_path / "s" / "manifest.csv").read_text().splitlines()))
    assert [row["file"] for row in rows] == [sound.file for sound in plan_sounds(13, 2)]
    assert {row["family"] for row in rows} == set(FAMILIES)
    assert all((tmp_path / "s" / row["file"]).is_file() for row in rows)
    with pytest.raises(OutputError, match="already"):
        synthesize(tmp_path / "s", 1)
    with pytest.raises(InputError, match="at least 1"):
        synthesize(tmp_path / "t", 0)
    with pytest.raises(InputError, match="not nan"):
        synthesize(tmp_path / "t", 1, seconds=float("nan"))
    with pytest.raises(InputError, match="not 1e"):
        synthesize(tmp_path / "t", 1, seconds=1e9)
    with pytest.raises(InputError, match="1000 to 192000 Hz, not 0"):
        synthesize(tmp_path / "t", 1, sample_rate=0)
    with pytest.raises(InputError, match="0 or more"):
        synthesize(tmp_path / "t", 1, seed=-1)

    def stop(done: float, total: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synthesize(tmp_path / "t", 3, seconds=0.3, on_progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


def test_a_folder_is_read_with_a_filter(tmp_path: Path) -> None:
    synthesize(tmp_path, 13, seconds=0.5)
    clips = read_folder(Folder(tmp_path, "family", {"family": ["pad", "tone"]}), LAYOUT)
    assert sorted(clip.label for clip in clips) == ["pad", "tone", "tone"]
    for clip in clips:
        assert clip.level_db.shape[0] == 256
        assert clip.level_db.shape[1] >= 256
        assert clip.level_db.max() == pytest.approx(0, abs=1e-4)
        assert clip.level_db.min() >= -80
    assert {(clip.source, clip.licence, clip.attribution) for clip in clips} == {
        (tmp_path.name, "CC0-1.0", "")
    }
    for folder, says in (
        (Folder(tmp_path, "nothing", {}), "no column"),
        (Folder(tmp_path, "family", {"family": ["x"]}), "no row"),
        (Folder(tmp_path / "gone", "family", {}), "cannot read"),
    ):
        with pytest.raises(InputError, match=says):
            read_folder(folder, LAYOUT)
    (tmp_path / "bad.wav").write_text("no sound")
    with pytest.raises(MediaError, match=r"cannot use .* no sound that can be read"):
        read_mono(tmp_path / "bad.wav", 16_000)


def test_hiss_is_hushed_and_partials_are_kept() -> None:
    level = np.array([[-10, -50, -58, -65, -79]], np.float32)
    np.testing.assert_allclose(hush(level, 80), [[-10, -50, -58, -75.5, -80]])
    noise = np.random.default_rng(0).normal(0, 1e-4, 16_000).astype(np.float32)
    held = held_levels(sustain("tone", 57, 1.0) + noise, LAYOUT)
    assert np.median(held) < -78


def test_hidden_files_are_no_sounds(tmp_path: Path) -> None:
    for name in ("rain/one.wav", "rain/._one.wav", ".trash/two.wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert list_sounds(tmp_path) == [{"file": "rain/one.wav", "label": "rain"}]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_not_numbers_are_refused_with_the_name_of_the_file(
    value: float, tmp_path: Path
) -> None:
    samples = np.sin(np.arange(8_000) / 9).astype(np.float32)
    samples[4_000] = value
    soundfile.write(tmp_path / "odd.wav", samples, 16_000, subtype="FLOAT")
    for rate in (16_000, 8_000):
        with pytest.raises(MediaError, match=r"cannot use .*odd\.wav: it holds .* not numbers"):
            read_mono(tmp_path / "odd.wav", rate)


def manifest(folder: Path, *rows: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.csv").write_text("\n".join(("file,label", *rows)) + "\n")
    return folder


@pytest.mark.parametrize("file", ["../one/a.wav", "sub/../../a.wav", ".trash/a.wav", "/one/a.wav"])
def test_a_manifest_leads_to_no_file_outside_of_its_folder(file: str, tmp_path: Path) -> None:
    folder = manifest(tmp_path / "sounds", "b.wav,b", f"{file},a")
    with pytest.raises(InputError, match="hidden or not below the folder"):
        read_rows(folder, "label", {})
    # What the filter leaves out need not be there.
    assert read_rows(folder, "label", {"label": ["b"]}) == [{"file": "b.wav", "label": "b"}]


def test_links_and_paths_within_the_folder_are_followed(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "a.wav").touch()
    inside = tmp_path / "sounds" / "c.wav"
    folder = manifest(tmp_path / "sounds", "b.wav,b", f"{inside},c", "sub/../d.wav,d")
    (folder / "b.wav").symlink_to(tmp_path / "a.wav")
    assert len(read_rows(folder, "label", {})) == 3
    monkeypatch.chdir(folder)
    assert len(read_rows(Path(), "label", {})) == 3


def test_a_file_that_is_listed_twice_counts_once_by_its_last_row(tmp_path: Path) -> None:
    folder = manifest(tmp_path, "a.wav,one", "b.wav,two", "./a.wav,three", ",nothing")
    rows = read_rows(folder, "label", {})
    assert [(row["file"], row["label"]) for row in rows] == [("./a.wav", "three"), ("b.wav", "two")]


def test_a_manifest_that_lists_nothing_is_said_to(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="lists no file"):
        read_rows(manifest(tmp_path), "label", {})
    (tmp_path / "manifest.csv").write_text("")
    with pytest.raises(InputError, match="lists no file"):
        read_rows(tmp_path, "label", {})


def test_pictures_are_listed_as_sounds_are(tmp_path: Path) -> None:
    for name in ("sky/one.PNG", "sky/.two.png", "three.jpeg", "four.wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert list_files(tmp_path, "pictures") == [
        {"file": "sky/one.PNG", "label": "sky"},
        {"file": "three.jpeg", "label": ""},
    ]
    assert [row["file"] for row in read_rows(tmp_path, "label", {})] == ["four.wav"]
    (tmp_path / "sounds").mkdir()
    with pytest.raises(InputError, match=r"holds no pictures, nor a manifest\.csv"):
        list_files(tmp_path / "sounds", "pictures")


def test_a_source_that_is_named_twice_is_one_row() -> None:
    def row(source: str, licence: str, clips: int) -> SourceCount:
        return {"source": source, "licence": licence, "attribution": "", "clips": clips}

    rows = [row("b", "CC0-1.0", 2), row("a", "CC0-1.0", 1), row("b", "CC-BY-4.0", 4)]
    assert unite_sources([*rows, row("b", "CC0-1.0", 5), row("a", "CC0-1.0", 1)]) == [
        row("b", "CC0-1.0", 5),
        row("a", "CC0-1.0", 1),
        row("b", "CC-BY-4.0", 4),
    ]
