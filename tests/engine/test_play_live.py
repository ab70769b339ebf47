"""What a live performance writes, and what it says of it."""

import math
import signal
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from latent_resonance.contracts.errors import AssemblyError, InputError, OutputError
from latent_resonance.contracts.parts import PartOptions, Sensor
from latent_resonance.contracts.values import ControlRange, Controls, Spec
from latent_resonance.engine.assemble import assemble
from latent_resonance.engine.clocks.counter import count
from latent_resonance.engine.good_controls import good_controls
from latent_resonance.engine.live_senses import choose_senses
from latent_resonance.engine.news import News
from latent_resonance.engine.perform import play_live, render_file
from latent_resonance.engine.recipe import PartChoice, load_recipe, parse_map
from latent_resonance.engine.senses import BackgroundSensor, Senses
from latent_resonance.engine.setup import Setup
from latent_resonance.sense.performances.csv_file import read_performance

HANDS = Setup(senses=(PartChoice(part="sliders"),))
SILENT = [PartChoice(part="silent")]


def test_takes_that_nobody_named_replace_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stages = [PartChoice(part="audio_file")]
    told = [play_live("face", setup=HANDS, stages=stages, seconds=0.1) for _ in range(2)]
    assert [report["outputs"] for report in told] == [["resonance.wav"], ["resonance-2.wav"]]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["resonance-2.wav", "resonance.wav"]


def test_what_is_read_is_never_written_over_whoever_named_it(tmp_path: Path) -> None:
    path = tmp_path / "in.wav"
    soundfile.write(path, 0.1 * np.random.default_rng(0).standard_normal(16_000), 16_000)
    before = path.read_bytes()
    own = load_recipe("face")
    chain = own.chain[0].model_copy(
        update={"stage": (PartChoice(part="audio_file", options={"path": str(path)}),)}
    )
    own = own.model_copy(update={"chain": [chain]})
    setup = Setup(senses=(PartChoice(part="audio_file"),))
    with pytest.raises(OutputError, match="it is what is read"):
        play_live(own, source=path, setup=setup, seconds=0.1)
    take = tmp_path / "take.csv"
    same = [PartChoice(part="audio_file", options={"path": str(tmp_path / "b.wav")})] * 2
    with pytest.raises(OutputError, match="another result's file"):
        play_live("face", setup=HANDS, stages=same, seconds=0.1)
    with pytest.raises(OutputError, match=r"kept as a \.csv"):
        play_live("face", setup=HANDS, stages=SILENT, seconds=0.1, record=tmp_path / "b.txt")
    assert path.read_bytes() == before
    assert not take.exists()


def test_what_was_played_is_replayed_as_long(tmp_path: Path) -> None:
    take = tmp_path / "take.csv"
    told = play_live("face", setup=HANDS, stages=SILENT, seconds=0.5, record=take)
    assert read_performance(take)[-1].time_seconds == pytest.approx(told["seconds"], abs=1e-3)
    made = render_file("face", tmp_path / "a.wav", source=take)
    assert made.report["duration_seconds"] == pytest.approx(0.5, abs=0.02)


def test_an_earlier_take_of_the_name_is_kept(tmp_path: Path) -> None:
    take = tmp_path / "take.csv"
    take.write_text("the first")
    told = play_live("face", setup=HANDS, stages=SILENT, seconds=0.1, record=take)
    assert told["outputs"] == [str(take)]
    assert told["earlier_take"] == str(tmp_path / "take-2.csv")
    assert (tmp_path / "take-2.csv").read_text() == "the first"
    second = take.read_bytes()
    assert read_performance(take)
    told = play_live("face", setup=HANDS, stages=SILENT, seconds=0.1, record=take)
    assert told["earlier_take"] == str(tmp_path / "take-3.csv")
    assert (tmp_path / "take-3.csv").read_bytes() == second
    new = tmp_path / "new.csv"
    assert "earlier_take" not in play_live(
        "face", setup=HANDS, stages=SILENT, seconds=0.1, record=new
    )


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no SIGHUP")
def test_a_terminal_that_is_closed_ends_it_in_good_order(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    stages = [PartChoice(part="audio_file", options={"path": str(path)})]
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)

    def close(seconds: float, meters: object) -> None:
        signal.pthread_kill(threading.main_thread().ident, signal.SIGHUP)

    told = play_live("face", setup=HANDS, stages=stages, seconds=60.0, on_second=close)
    assert told["seconds"] < 30
    assert soundfile.info(path).duration > 0.5
    assert signal.signal(signal.SIGHUP, before) is signal.SIG_DFL


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no SIGHUP")
def test_what_was_started_to_outlive_its_terminal_goes_on() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def close(seconds: float, meters: object) -> None:
        signal.pthread_kill(threading.main_thread().ident, signal.SIGHUP)

    try:
        told = play_live("face", setup=HANDS, stages=SILENT, seconds=2.5, on_second=close)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert told["seconds"] == pytest.approx(2.5, abs=0.02)


def test_what_is_wrong_is_told_once_and_so_is_that_it_is_well_again() -> None:
    camera, card = SimpleNamespace(trouble=""), SimpleNamespace(trouble="")
    performance = SimpleNamespace(senses=SimpleNamespace(sensors=[camera]), stages=[card])
    recordings = SimpleNamespace(ended=[])
    news = News(performance, recordings)
    assert news.read() == []
    card.trouble = "the sound card is gone"
    assert news.read() == ["the sound card is gone"]
    camera.trouble = "the camera 0 gives no pictures"
    recordings.ended.append("the disk is full")
    assert news.read() == ["the disk is full", "the camera 0 gives no pictures"]
    assert news.read() == []
    card.trouble = ""
    assert news.read() == ["the sound card is back"]
    camera.trouble = ""
    assert news.read() == ["no longer: the camera 0 gives no pictures"]


class Failing(Sensor):
    """Raises at each read."""

    controls = (ControlRange("ramp", 0, 1, 0, "", ""),)
    quick = True
    gives_events = False

    def __init__(self) -> None:
        self.options = PartOptions()

    def prepare(self, spec: Spec) -> None: ...

    def close(self) -> None: ...

    def reset(self) -> None: ...

    def read(self, now_seconds: float, step_seconds: float = 0.0) -> Controls:
        raise ZeroDivisionError("no ramp")


def test_a_sense_that_always_fails_is_told(tmp_path: Path) -> None:
    setup = Setup(sensors=(Failing(),))
    told = play_live("face", setup=setup, stages=SILENT, seconds=0.2)
    assert "no ramp" in told["warning"]
    with pytest.raises(AssemblyError, match="'Failing' failed: ZeroDivisionError: no ramp"):
        render_file("face", tmp_path / "a.wav", setup=setup, seconds=0.2)
    assert not list(tmp_path.iterdir())


class Repeating(Failing):
    """Says the same in a new object each time, until it is turned."""

    value = 0.0

    def read(self, now_seconds: float, step_seconds: float = 0.0) -> Controls:
        return Controls(now_seconds, {"ramp": self.value})


def test_a_new_object_that_says_the_same_is_no_change() -> None:
    sensor = Repeating()
    senses = Senses([sensor], 1)
    changes = []
    for step in range(6):
        sensor.value = 0.0 if step < 4 else 0.7
        changes.append(senses.read(0.01 * step, 0.01, 0).changed_at is not None)
    assert changes == [True, False, False, False, True, False]
    assert senses.read(0.1, 0.01, 0).controls.values == {"ramp": 0.7}


def test_what_is_no_number_counts_as_not_given() -> None:
    sensor = Repeating()
    senses = Senses([sensor], 1)
    read = []
    for step, value in enumerate([math.nan, 0.3, math.nan, math.inf, 0.4]):
        sensor.value = value
        read.append(dict(senses.read(0.01 * step, 0.01, 0).controls.values))
    assert read == [{}, {"ramp": 0.3}, {"ramp": 0.3}, {"ramp": 0.3}, {"ramp": 0.4}]


def test_a_place_and_vectors_that_are_no_numbers_count_as_not_given() -> None:
    good, bad = np.zeros(3, np.float32), np.array([0, np.nan, 0], np.float32)
    before = Controls(0.0, place=good, vectors={"timbre": good})
    assert good_controls(before, None) is before
    ill = Controls(1.0, {"a": 1.0}, place=bad, vectors={"timbre": bad})
    kept = good_controls(ill, before)
    assert kept.place is good
    assert kept.vectors == {"timbre": good}
    assert kept.values == {"a": 1.0}
    alone = good_controls(ill, None)
    assert (alone.place, alone.vectors) == (None, {})


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (None, "read gave None, not Controls"),
        ({"ramp": 0.5}, "read gave a dict, not Controls"),
        (Controls(0.0, {"ramp": "x"}), "read gave a str as 'ramp', not a number"),
    ],
)
def test_what_a_sense_gives_that_are_no_controls_is_named(given: object, says: str) -> None:
    sensor = Repeating()
    sensor.read = lambda now, step=0.0: given
    with pytest.raises(AssemblyError, match=f"the sense 'Repeating' failed: TypeError: {says}"):
        Senses([sensor]).read(0.0)


def test_a_slow_sense_that_gives_no_controls_once_goes_on() -> None:
    told: list[BaseException] = []
    seen = threading.Event()
    given = iter([Controls(0.0, {"ramp": 0.2}), None, Controls(0.0, {"ramp": math.nan})])

    def read(now: float, step: float = 0.0) -> Controls | None:
        found = next(given, Controls(0.0, {"ramp": 0.6}))
        if found is not None and found.values["ramp"] == 0.6:
            seen.set()
        return found

    sensor = Repeating()
    sensor.read = read
    with closing(BackgroundSensor(sensor, lambda: 0.0, told.append)) as slow:
        assert seen.wait(10)
    assert ["not Controls" in str(error) for error in told] == [True]
    assert slow.read(0.0).values["ramp"] in {0.2, 0.6}


def test_a_moment_that_is_no_number_leaves_the_sound_as_it_was() -> None:
    def loudness(ill: float) -> list[float]:
        sensor = Repeating()
        sensor.read = lambda now, step=0.0: Controls(
            now, {"ramp": ill if 0.5 < now < 0.55 else 0.7}
        )
        setup = Setup(sensors=(sensor,), lines=parse_map(("mouth=ramp",)))
        with assemble(load_recipe("face"), setup) as performance:
            sound = count(performance, 1.2)[0].samples
        return [float(np.abs(piece).max()) for piece in np.array_split(sound, 6)]

    assert loudness(math.nan) == loudness(0.7)


def test_a_device_is_that_of_the_sense_that_was_named() -> None:
    recipe = load_recipe("texture")
    setup = choose_senses(recipe, Setup(senses=(PartChoice(part="osc"),)), osc="9300")
    assert [(c.part, c.options) for c in setup.senses] == [("osc", {"port": 9300})]
    both = choose_senses(recipe, Setup(senses=(PartChoice(part="sliders"),)), osc="9300")
    assert [choice.part for choice in both.senses] == ["sliders", "osc"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: choose_senses(load_recipe("texture"), HANDS, calibrate=True), "--sense face"),
        (lambda: choose_senses(load_recipe("texture"), HANDS, camera="0"), "--camera is of"),
        (
            lambda: choose_senses(load_recipe("face"), Setup(), by_input=True, calibrate=True),
            "--input of a file",
        ),
        (lambda: play_live("face", setup=HANDS, stages=SILENT, seconds=1, loop=True), "--loop"),
    ],
)
def test_what_would_do_nothing_is_refused(wrong: Callable[[], object], says: str) -> None:
    with pytest.raises(InputError, match=says):
        wrong()
