"""Streaming equals offline, sample for sample, whatever the blocks."""

from pathlib import Path

import numpy as np
import pytest

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import Controls, Spec
from latent_resonance.engine.instrument import Instrument
from latent_resonance.engine.live import LiveRunner
from latent_resonance.engine.player import Player
from latent_resonance.models import harmonic
from latent_resonance.navigate import energy
from latent_resonance.render import living_spectrogram
from latent_resonance.sense import recording
from latent_resonance.sense.performances.csv_file import PerformanceWriter
from latent_resonance.stage import silent

LAYOUT = SpectrogramFormat(columns=64)
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


def make(take: Path) -> tuple[Instrument, recording.Part]:
    model = harmonic.Part(harmonic.Options())
    spec = Spec(format=LAYOUT, seed=5, latent_size=3, landmarks=dict(model.landmarks))
    navigator = energy.Part(energy.Options())
    renderer = living_spectrogram.Part(living_spectrogram.Options(wrap_columns=24))
    sensor = recording.Part(recording.Options(source=take))
    for part in (model, navigator, renderer, sensor):
        part.prepare(spec)
    return Instrument(navigator, model, renderer, spec), sensor


def in_blocks(take: Path, sizes) -> np.ndarray:
    player, out, done = Player(*make(take)), [], 0
    for size in sizes:
        block = player.read(min(size, SAMPLES - done))
        assert block.start_sample == done
        out.append(block.samples)
        done += len(block.samples)
        if done == SAMPLES:
            return np.concatenate(out)[:, 0]
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


def test_the_performance_moves_what_it_should(whole: np.ndarray) -> None:
    assert np.isfinite(whole).all()
    assert np.abs(whole).max() > 0.05
    assert np.abs(np.diff(whole)).max() < 0.5


def test_another_performance_sounds_otherwise(
    take: Path, whole: np.ndarray, tmp_path: Path
) -> None:
    still = tmp_path / "still.csv"
    still.write_text("time,present,stillness\n0,1,1\n2,1,1\n")
    assert not np.allclose(in_blocks(still, [SAMPLES]), whole, atol=1e-3)


def test_live_plays_to_the_end_without_underruns_and_survives_bad_frames(take: Path) -> None:
    instrument, sensor = make(take)
    good = sensor.read
    calls = iter(range(10_000))

    def sometimes_bad(now: float) -> Controls:
        if next(calls) % 7 == 3:
            raise RuntimeError("a bad frame")
        return good(now)

    sensor.read = sometimes_bad  # type: ignore[method-assign]
    stage = silent.Part(silent.Options(keep=True))
    # A buffer that a loaded test machine can keep; latency is measured elsewhere.
    runner = LiveRunner(instrument, sensor, stage, buffer_seconds=0.25)
    runner.run()
    assert stage.samples >= 1.5 * 16_000
    assert runner.meters.errors["sense"] > 0
    assert runner.meters.generation.count > 0
    heard = np.concatenate([block.samples for block in stage.blocks])
    assert np.abs(heard).max() > 0.05


def test_live_stops_when_asked(take: Path) -> None:
    import threading

    instrument, sensor = make(take)
    runner = LiveRunner(instrument, sensor, silent.Part(silent.Options()))
    threading.Timer(0.3, runner.stop).start()
    runner.run(seconds=600)
    assert runner.seconds < 60
