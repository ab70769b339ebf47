"""Strikes sound once, on their sample, in any blocks; a choked one is gone within 8 ms."""

import numpy as np
import pytest

from latent_resonance.render.voices.hits import Hits, Strike

RATE, HOP = 16_000, 128
SOUND = np.linspace(1, 0.5, 1_000, dtype=np.float32)


def played(hits: Hits, steps: int, channels: int = 1) -> np.ndarray:
    blocks = [np.zeros((HOP, channels), np.float32) for _ in range(steps)]
    for block in blocks:
        hits.add(block)
    return np.concatenate(blocks)


def test_a_strike_begins_on_its_sample_and_ends() -> None:
    hits = Hits(HOP, 1, RATE)
    hits.strike(0, SOUND, np.log(0.5), 0.5, 100)
    made = played(hits, 10)[:, 0]
    np.testing.assert_allclose(made[100:1_100], 0.5 * SOUND, rtol=1e-5)
    assert not made[:100].any()
    assert not made[1_100:].any()
    assert not len(hits)


def test_two_add_up_and_a_choked_one_fades() -> None:
    hits = Hits(HOP, 2, RATE)
    hits.strike(0, SOUND, 0.0, 0.0, 0)
    hits.strike(1, SOUND, 0.0, 1.0, 0)
    first = played(hits, 1, 2)
    np.testing.assert_allclose(first, np.sqrt(2) * SOUND[:HOP, None] * [1, 1], rtol=1e-4)
    hits.end(0)
    after = played(hits, 8, 2)
    assert np.abs(np.diff(after[:HOP, 0])).max() < 0.02
    assert np.abs(after[HOP:, 0]).max() < 1e-6
    assert after[HOP:500, 1].all()


def test_one_that_is_ended_before_its_first_sample_is_not_lost_in_time() -> None:
    hits = Hits(HOP, 1, RATE)
    hits.strike(0, SOUND, 0.0, 0.5, 100)
    hits.end(0)
    made = played(hits, 2)[:, 0]
    assert not made[:100].any()
    assert made[100] == pytest.approx(1, rel=1e-4)


def test_the_oldest_ends_when_there_are_too_many() -> None:
    hits = Hits(HOP, 1, RATE)
    for number in range(40):
        hits.strike(number, SOUND, 0.0, 0.5, 0)
    played(hits, 2)
    assert len(hits) == 32


@pytest.mark.parametrize(("low_hz", "step_hz"), [(0, 200), (4000, 15)])
def test_a_softer_strike_is_darker(low_hz: float, step_hz: float) -> None:
    hz = np.fft.rfftfreq(4096, 1 / RATE)
    noise = np.random.default_rng(1).standard_normal(4096)
    hard = np.fft.irfft(np.fft.rfft(noise) * (hz >= low_hz)).astype(np.float32)
    strike = Strike.of(hard)
    np.testing.assert_allclose(strike.at(1), hard, atol=1e-5)
    centroids = []
    for velocity in (20, 64, 100, 127):
        power = np.abs(np.fft.rfft(strike.at(velocity / 127))) ** 2
        centroids.append(power @ hz / power.sum())
    assert np.diff(centroids).min() > step_hz
    assert not Strike.of(np.zeros(10, np.float32)).at(0.5).any()
