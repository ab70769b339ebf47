"""Limiter, distortion and reverb: what they promise, in blocks of any size."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from latent_resonance.render.voices.distortion import Distortion
from latent_resonance.render.voices.limiter import Limiter
from latent_resonance.render.voices.reverb import Reverb

RATE, TICK = 16_000, 128


def sine(hz: float, seconds: float, amplitude: float, channels: int = 2) -> np.ndarray:
    at = np.arange(round(seconds * RATE)) / RATE
    wave = (amplitude * np.sin(2 * np.pi * hz * at)).astype(np.float32)
    return np.repeat(wave[:, None], channels, axis=1)


def in_blocks(effect: Any, sound: np.ndarray, size: int) -> np.ndarray:
    return np.concatenate(
        [effect.process(sound[at : at + size]) for at in range(0, len(sound), size)]
    )


def test_the_limiter_keeps_the_ceiling_and_leaves_the_quiet_alone() -> None:
    random = np.random.default_rng(2)
    quiet = 0.5 * random.uniform(-1, 1, (20 * TICK, 2)).astype(np.float32)
    limiter = Limiter(TICK, 2, RATE)
    out = in_blocks(limiter, quiet, TICK)
    np.testing.assert_array_equal(out[TICK:], quiet[:-TICK])
    assert limiter.least == 1
    loud = sine(440, 1.0, 2.5)
    loud[: RATE // 2] *= 0.1
    limiter = Limiter(TICK, 2, RATE)
    out = in_blocks(limiter, loud[: len(loud) // TICK * TICK], TICK)
    assert np.abs(out).max() <= 0.84 + 1e-6
    assert np.abs(out[-RATE // 4 :]).max() > 0.8
    # The gain moves, the wave is not cut: overtones stay far down.
    level = np.abs(np.fft.rfft(out[-4000:, 0] * np.hanning(4000)))
    assert level[320:340].max() < 0.01 * level.max()


@pytest.mark.parametrize(
    "make",
    [lambda: Distortion(0.5, 2), lambda: Reverb(0.4, RATE, 2), lambda: Reverb(0.4, RATE, 1)],
)
def test_blocks_of_any_size_give_the_same(make: Callable[[], Any]) -> None:
    channels = 1 if isinstance(make(), Reverb) and len(make()._out) == 1 else 2
    sound = sine(330, 0.7, 0.3, channels)
    whole = make().process(sound)
    for size in (1, 37, 128, 5000):
        np.testing.assert_allclose(in_blocks(make(), sound, size), whole, atol=2e-7)


def test_off_changes_nothing() -> None:
    sound = sine(330, 0.1, 0.3)
    assert Distortion(0, 2).process(sound) is sound
    assert Reverb(0, RATE, 2).process(sound) is sound


def test_distortion_makes_odd_overtones_and_little_aliasing() -> None:
    hz = 1_010.0
    out = Distortion(0.7, 1).process(sine(hz, 1.0, 0.25, 1))[:, 0]
    level = np.abs(np.fft.rfft(out * np.hanning(len(out))))
    assert level[3030] > 0.1 * level[1010]
    assert level[2020] < 0.001 * level[1010]
    # The ninth overtone, 9090 Hz, comes back at 6910 Hz: from plain tanh, 5 dB louder.
    plain = np.tanh(10 ** (40 * 0.7 / 20) * sine(hz, 1.0, 0.25, 1)[:, 0])
    folded = np.abs(np.fft.rfft(plain * np.hanning(len(plain))))
    ours, theirs = level[6910] / level[1010], folded[6910] / folded[1010]
    assert 20 * np.log10(ours / theirs) < -5
    # About as loud as it was.
    assert 0.1 < np.sqrt(np.mean(out**2)) < 0.4


def test_reverb_dies_by_sixty_db_in_its_time_and_never_grows() -> None:
    reverb = Reverb(1.0, RATE, 2, seconds=1.2)
    click = np.zeros((3 * RATE, 2), np.float32)
    click[0] = 1
    out = reverb.process(click)
    assert np.abs(out[1 : round(0.009 * RATE)]).max() == 0  # pre-delay, and the sound itself
    energy = np.cumsum(out[::-1, 0].astype(np.float64) ** 2)[::-1]
    decay = 10 * np.log10(energy / energy[round(0.05 * RATE)] + 1e-20)
    assert -72 < decay[round(1.25 * RATE)] < -45  # Schroeder's curve; high notes die sooner
    assert decay[2 * RATE] < -75
    left, right = out[:, 0], out[:, 1]
    assert abs(np.corrcoef(left[500:], right[500:])[0, 1]) < 0.3
    reverb = Reverb(1.0, RATE, 1)
    noise = 0.1 * np.random.default_rng(1).standard_normal((5 * RATE, 1)).astype(np.float32)
    out = reverb.process(noise)
    assert np.sqrt(np.mean(out[-RATE:] ** 2)) < 4 * np.sqrt(np.mean(noise**2))
