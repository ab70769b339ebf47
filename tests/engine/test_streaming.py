"""Streaming equals offline, sample for sample, whatever the blocks and whatever the clock."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest
from chains import model_of, perform, samples

from latent_resonance.contracts.formats import SoundFormat
from latent_resonance.contracts.mapping import MapLine
from latent_resonance.contracts.parts import PullingStage
from latent_resonance.contracts.values import Controls
from latent_resonance.engine.clocks.counter import count
from latent_resonance.engine.clocks.live import LiveClock
from latent_resonance.engine.clocks.pull import PullClock
from latent_resonance.engine.clocks.sound_reader import SoundReader
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.performance import Steps
from latent_resonance.engine.windows import InlineWindows
from latent_resonance.sense import recording
from latent_resonance.sense.performances.csv_file import PerformanceWriter
from latent_resonance.sound.clicks import find_clicks
from latent_resonance.stage import silent

SAMPLES = 24_000


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1.5 s with mouth, turns both ways, brow, and a moment out of view."""
    path = tmp_path_factory.mktemp("take") / "take.csv"
    with PerformanceWriter(
        path, ["mouth", "yaw_degrees", "yaw_velocity", "brow", "stillness"]
    ) as writer:
        for k in range(38):
            t = k / 25
            values = {
                "mouth": max(0.0, np.sin(5 * t)),
                "yaw_degrees": 25 * np.sin(3 * t),
                "yaw_velocity": 110 * np.cos(3 * t),
                "brow": max(0.0, np.cos(2 * t)),
                "stillness": float(k > 30),
            }
            writer.add(t, Controls(t, values, present=not 18 < k < 22))
    return path


def played(take: Path, **options):
    return perform([recording.Part(recording.Options(source=take))], **options)


def in_blocks(take: Path, sizes) -> np.ndarray:
    performance = played(take)
    chain, meters = performance.chain, Meters()
    windows = InlineWindows(chain.model, chain.renderer, meters)
    reader = SoundReader(Steps(chain, performance.senses, windows, meters))
    out, done = [], 0
    for size in sizes:
        block = reader.read(min(size, SAMPLES - done))
        assert block.start_sample == done
        out.append(block.samples)
        done += len(block.samples)
        if done == SAMPLES:
            return samples(out)[:, 0]
    raise AssertionError("too few blocks")


@pytest.fixture(scope="module")
def whole(take: Path) -> np.ndarray:
    return in_blocks(take, [SAMPLES])


@pytest.mark.parametrize("size", [1, 64, 480, 1024])
def test_fixed_blocks_give_the_same_samples(take: Path, whole: np.ndarray, size: int) -> None:
    np.testing.assert_array_equal(in_blocks(take, [size] * SAMPLES), whole)


def test_random_blocks_give_the_same_samples(take: Path, whole: np.ndarray) -> None:
    sizes = np.random.default_rng(1).integers(1, 3000, SAMPLES).tolist()
    np.testing.assert_array_equal(in_blocks(take, sizes), whole)


def test_the_counter_gives_the_same_samples_and_fades_out(take: Path, whole: np.ndarray) -> None:
    stage = silent.Part(silent.Options(keep=True))
    performance = played(take)
    performance.chain.stages.append(stage)
    (made,) = count(performance, SAMPLES / 16_000)
    np.testing.assert_array_equal(made.samples[:-320, 0], whole[:-320])
    assert made.samples[-1, 0] == 0
    np.testing.assert_array_equal(samples([b.samples for b in stage.blocks]), made.samples)
    assert [b.start_sample for b in stage.blocks] == [
        sum(len(b.samples) for b in stage.blocks[:n]) for n in range(len(stage.blocks))
    ]


def test_a_page_that_pulls_gets_the_same_samples(take: Path, whole: np.ndarray) -> None:
    clock = PullClock(played(take), InlineWindows)
    clock.start()
    pulled = samples([clock.pull(n) for n in (1, 333, 4096, 570, 15_000, 4_000)])
    np.testing.assert_array_equal(pulled[:, 0], whole)
    clock.close()


class PatientCard(PullingStage):
    """Asks for sound when there is some, so that a busy machine is as good as an idle one."""

    accepts = (SoundFormat,)

    def __init__(self) -> None:
        self.heard: list[np.ndarray] = []
        self.thread: threading.Thread | None = None

    def prepare(self, spec) -> None: ...

    def play(self, block) -> None: ...

    def close(self) -> None: ...

    def follow(self, clock: LiveClock) -> LiveClock:
        (self.line,) = clock._lines
        return clock

    def open(self, pull) -> None:
        def ask() -> None:
            while not self.line.over or self.line.waiting:
                if self.line.waiting < 128 and not self.line.over:
                    time.sleep(0.0005)
                    continue
                out = np.zeros((min(128, self.line.waiting), 1), np.float32)
                self.heard.append(out)
                pull(out)

        self.thread = threading.Thread(target=ask, daemon=True)
        self.thread.start()


def test_the_live_clock_gives_the_same_samples(take: Path, whole: np.ndarray) -> None:
    performance = played(take)
    card = PatientCard()
    performance.chain.stages.append(card)
    clock = LiveClock(performance, buffer_seconds=0.25, windows=InlineWindows)
    card.follow(clock).run(SAMPLES / 16_000)
    got = samples(card.heard)[:SAMPLES, 0]
    assert clock.meters.underruns == 0
    np.testing.assert_array_equal(got, whole[: len(got)])
    assert len(got) >= SAMPLES - 128


def test_the_performance_moves_what_it_should(whole: np.ndarray) -> None:
    assert np.isfinite(whole).all()
    assert np.abs(whole).max() > 0.05
    assert find_clicks(whole, 16_000) == []


def test_another_performance_sounds_otherwise(
    take: Path, whole: np.ndarray, tmp_path: Path
) -> None:
    still = tmp_path / "still.csv"
    still.write_text("time,present,stillness\n0,1,1\n2,1,1\n")
    assert not np.allclose(in_blocks(still, [SAMPLES]), whole, atol=1e-3)


def test_the_model_is_not_asked_in_every_step(take: Path) -> None:
    """At most once in the time that a blend takes, however fast the face moves."""
    performance = played(take)
    count(performance, 1.5)
    asked = len(model_of(performance).asked)
    assert 5 < asked <= 1.5 / 0.04 + 1


def test_the_model_is_not_asked_where_nothing_moves(tmp_path: Path) -> None:
    still = tmp_path / "still.csv"
    still.write_text("time,present,stillness\n0,1,1\n2,1,1\n")
    performance = played(still)
    count(performance, 1.5)
    assert len(model_of(performance).asked) == 1


def test_the_map_says_what_moves_what(take: Path) -> None:
    """High frequencies close as the mouth opens; the mouth itself moves nothing any more."""
    closing = MapLine(("mouth",), (0, 1), low=2000, high=500)
    lines = {"high_hz": closing, "mouth": MapLine(("brow",))}
    seen = []

    def note(now, sensed, output):
        seen.append((sensed.controls.values["mouth"], output.latent.play["high_hz"]))

    count(played(take, lines=lines), 1.0, on_step=note)
    mouth, high = np.array(seen).T
    assert np.ptp(mouth) > 0.5
    np.testing.assert_allclose(high, 2000 - 1500 * mouth, rtol=1e-9)


def test_held_controls_win_over_what_is_mapped(take: Path) -> None:
    seen = []

    def note(now, sensed, output):
        seen.append(output.latent.play["high_hz"])

    count(played(take, held={"mouth": 0.0, "high_hz": 1234.0}), 0.5, on_step=note)
    assert set(seen) == {1234.0}


def test_live_plays_to_the_end_without_underruns_and_survives_bad_frames(take: Path) -> None:
    performance = played(take)
    (sensor,) = performance.senses.sensors
    good = sensor.read
    calls = iter(range(10_000))

    def sometimes_bad(now: float, step: float = 0.0) -> Controls:
        if next(calls) % 7 == 3:
            raise RuntimeError("a bad frame")
        return good(now, step)

    sensor.read = sometimes_bad
    stage = silent.Part(silent.Options(keep=True))
    performance.chain.stages.append(stage)
    # A buffer that a loaded test machine can keep; latency is measured elsewhere.
    clock = LiveClock(performance, buffer_seconds=0.25)
    clock.run()
    assert stage.samples >= 1.5 * 16_000
    assert clock.meters.errors["sense"] > 0
    assert clock.meters.generation.count > 0
    assert np.abs(samples([block.samples for block in stage.blocks])).max() > 0.05


@pytest.mark.parametrize("quick", [True, False])
def test_a_model_that_fails_leaves_the_last_window_sounding(take: Path, quick: bool) -> None:
    performance = played(take)
    performance.senses.sensors[0].quick = quick
    model = model_of(performance)
    card = PatientCard()
    performance.chain.stages.append(card)

    failed = threading.Event()

    class Told(Meters):
        def error(self, where, error) -> None:
            super().error(where, error)
            failed.set()

    def note(now, sensed, output):
        model.broken = now > 0.5
        if now > 1.0:  # by now the model was asked
            assert failed.wait(60)

    clock = LiveClock(performance, Told(), buffer_seconds=0.25, on_step=note)
    card.follow(clock).run()
    assert clock.meters.errors["model"] > 0
    assert np.abs(card.heard[-20]).max() > 0


def test_a_starved_stage_counts_underruns(take: Path) -> None:
    """The ring cannot be kept full while steps take longer than their sound."""
    performance = played(take)
    stage = silent.Part(silent.Options())
    performance.chain.stages.append(stage)
    gate = threading.Event()

    def slow(now, sensed, output):
        if now > 0.3:
            gate.wait(0.03)

    clock = LiveClock(performance, buffer_seconds=0.016, on_step=slow)
    clock.run(0.6)
    assert clock.meters.underruns > 5


def test_live_stops_when_asked(take: Path) -> None:
    performance = played(take)
    performance.chain.stages.append(silent.Part(silent.Options()))
    clock = LiveClock(performance)
    clock.run(600, ready=clock.stop)
    assert clock.seconds < 60


def test_no_stage_stays_open_after_an_error(take: Path) -> None:
    class Failing(silent.Part):
        aborted = False

        def play(self, block) -> None:
            raise OSError("the disk is full")

        def abort(self) -> None:
            self.aborted = True

    stage = Failing(silent.Options())
    with pytest.raises(OSError, match="disk is full"), played(take) as performance:
        performance.chain.stages.append(stage)
        count(performance, 1.0)
    assert stage.aborted
