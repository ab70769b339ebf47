"""A performance that fails leaves no stage open and no file half-written."""

import errno
import threading
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

from latent_resonance.contracts.errors import OutputError, ResonanceError
from latent_resonance.contracts.values import AudioBlock, Controls, Spec
from latent_resonance.engine.assemble import assemble, attach
from latent_resonance.engine.demo import performance_path
from latent_resonance.engine.perform import play_live, render_file
from latent_resonance.engine.recipe import PartChoice, load_recipe
from latent_resonance.engine.setup import Setup
from latent_resonance.models import auto
from latent_resonance.sense.performances import csv_file
from latent_resonance.stage import audio_file, silent

TAKE = performance_path("face")


class Watched(silent.Part):
    """Notes what is done to it; its sound may fail."""

    made: list["Watched"]
    fails = False

    def __init__(self, options: silent.Options) -> None:
        super().__init__(options)
        self.told: list[str] = []
        self.made.append(self)

    def prepare(self, spec: Spec) -> None:
        self.told.append("prepared")

    def play(self, block: AudioBlock) -> None:
        super().play(block)
        if self.fails and self.samples > 2_000:
            raise OSError("the disk is full")

    def abort(self) -> None:
        self.told.append("aborted")

    def close(self) -> None:
        self.told.append("closed")


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> type[Watched]:
    """In place of the silent stage."""
    Watched.made, Watched.fails = [], False
    monkeypatch.setattr(silent, "Part", Watched)
    return Watched


def play(folder: Path, **options: object) -> None:
    stages = [
        PartChoice(part="audio_file", options={"path": folder / "a.wav"}),
        PartChoice(part="silent"),
    ]
    play_live(
        "face", source=TAKE, stages=stages, record=folder / "kept.csv", buffer_seconds=0.2,
        seconds=1.0, **options,
    )  # fmt: skip


def test_stages_of_a_live_performance_are_closed_and_not_aborted(
    watched: type[Watched], tmp_path: Path
) -> None:
    play(tmp_path)
    (stage,) = watched.made
    assert stage.told == ["prepared", "closed"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.wav", "kept.csv"]


def test_a_stage_that_fails_live_ends_it_and_all_are_let_go(
    watched: type[Watched], tmp_path: Path
) -> None:
    watched.fails = True
    before = threading.active_count()
    with pytest.raises(OSError, match="the disk is full"):
        play(tmp_path)
    (stage,) = watched.made
    assert stage.told == ["prepared", "aborted", "closed"]
    # What was played to people up to there is kept.
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.wav", "kept.csv"]
    with wave.open(str(tmp_path / "a.wav")) as kept:
        assert kept.getnframes() > 1_000
    assert threading.active_count() == before


def _full_disk(monkeypatch: pytest.MonkeyPatch, taken: int) -> None:
    """The disk of sound files takes so many bytes."""
    real = audio_file._Disk.write

    def write(self: audio_file._Disk, data: bytes) -> int:
        if self.tell() + len(data) <= taken:
            return real(self, data)
        self.error = OSError(errno.ENOSPC, "No space left on device")
        return len(data)

    monkeypatch.setattr(audio_file._Disk, "write", write)


def test_a_recording_that_fills_its_disk_ends_and_the_others_play_on(
    watched: type[Watched], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _full_disk(monkeypatch, 20_000)
    said: list[str] = []
    stages = [
        PartChoice(part="audio_file", options={"path": tmp_path / "a.wav"}),
        PartChoice(part="silent"),
    ]
    told = play_live(
        "face", source=TAKE, stages=stages, seconds=1.5, say=said.append,
        on_second=lambda seconds, meters: None,
    )  # fmt: skip
    assert told["seconds"] >= 1.5
    (stage,) = watched.made
    assert stage.samples >= 1.5 * 16_000
    assert stage.told == ["prepared", "closed"]
    (line,) = [line for line in said if "this recording ends" in line]
    assert line.startswith(f"cannot write {tmp_path / 'a.wav'}: No space left on device; ")
    assert line in told["warning"]
    with wave.open(str(tmp_path / "a.wav")) as kept:
        assert 3_000 < kept.getnframes() < 8_000
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


def test_a_recording_that_is_all_there_is_ends_the_playing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _full_disk(monkeypatch, 20_000)
    stages = [PartChoice(part="audio_file", options={"path": tmp_path / "a.wav"})]
    with pytest.raises(OutputError, match="No space left on device"):
        play_live("face", source=TAKE, stages=stages, seconds=60.0)
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


def test_a_take_that_fills_its_disk_is_kept_and_the_playing_goes_on(
    watched: type[Watched], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = csv_file.PerformanceWriter.add

    def add(self: csv_file.PerformanceWriter, seconds: float, controls: Controls) -> None:
        real(self, seconds, controls)
        if seconds > 0.5:
            raise OutputError("cannot write: the disk is full")

    monkeypatch.setattr(csv_file.PerformanceWriter, "add", add)
    take = tmp_path / "kept.csv"
    stages = [PartChoice(part="silent")]
    told = play_live("face", source=TAKE, stages=stages, seconds=1.0, record=take)
    assert told["seconds"] >= 1.0
    assert "the disk is full; this recording ends" in told["warning"]
    assert 0.4 < csv_file.read_performance(take)[-1].time_seconds < 0.6
    assert [path.name for path in tmp_path.iterdir()] == ["kept.csv"]


def test_a_stage_that_cannot_open_lets_go_of_those_before_it(
    watched: type[Watched], tmp_path: Path
) -> None:
    stages = [
        PartChoice(part="silent"),
        PartChoice(part="audio_file", options={"path": tmp_path / "a.aac"}),
    ]
    with pytest.raises(OutputError, match=r"\.wav"):
        play_live("face", source=TAKE, stages=stages, seconds=1.0)
    (stage,) = watched.made
    assert stage.told == ["prepared", "aborted", "closed"]
    assert list(tmp_path.iterdir()) == []


def test_a_stage_that_cannot_even_be_aborted_keeps_no_other_open(
    watched: type[Watched], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def stuck(self: object) -> None:
        raise OSError("gone")

    monkeypatch.setattr(audio_file.Part, "abort", stuck)
    watched.fails = True
    with pytest.raises(OSError, match="gone"):
        play(tmp_path)
    assert watched.made[0].told == ["prepared", "aborted", "closed"]


def test_a_performance_that_is_closed_closes_its_stages(watched: type[Watched]) -> None:
    performance = assemble(load_recipe("face"), Setup(senses=(PartChoice(part="sliders"),)))
    attach(performance, performance.chain, PartChoice(part="silent"))
    performance.close()
    assert watched.made[0].told == ["prepared", "closed"]


def _broken_model(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def generate(self: object, latent: object) -> None:
        raise ResonanceError("the model broke")

    monkeypatch.setattr(auto.Part, "generate", generate)


def _broken_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: object, block: object) -> None:
        raise OutputError("the model broke: so did the disk")

    monkeypatch.setattr(audio_file.Part, "play", full)


@pytest.mark.parametrize("breaks", [_broken_model, _broken_disk])
def test_a_render_that_fails_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, breaks: Callable[..., None]
) -> None:
    breaks(tmp_path, monkeypatch)
    with pytest.raises(ResonanceError, match="the model broke"):
        render_file(
            "face", tmp_path / "a.wav", source=TAKE, seconds=1.0, picture=tmp_path / "a.png",
            record=tmp_path / "kept.csv",
        )  # fmt: skip
    assert list(tmp_path.iterdir()) == []
