"""Warp: lower frequencies move by octaves, and the band stays full."""

import numpy as np
import pytest

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray, Spectrogram
from latent_resonance.sound.codec import decode, encode
from latent_resonance.sound.warp import LEAST, MOST, with_warp

LAYOUT = SpectrogramFormat(columns=128)
FLOOR = -LAYOUT.range_db
RATE = LAYOUT.sample_rate


def tone(hz: float) -> FloatArray:
    """Levels of a tone with one partial above it, in a little noise."""
    t = np.arange(LAYOUT.columns * LAYOUT.hop) / RATE
    sound = np.sin(2 * np.pi * hz * t) + 0.3 * np.sin(2 * np.pi * 2 * hz * t)
    sound += 1e-3 * np.random.default_rng(0).standard_normal(len(t))
    return encode(sound.astype(np.float32), LAYOUT)


def strongest_hz(level_db: FloatArray) -> float:
    sound = decode(Spectrogram(level_db, LAYOUT))
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
    return float(np.fft.rfftfreq(len(sound), 1 / RATE)[power.argmax()])


@pytest.mark.parametrize("octaves", [-1.0, -0.4, 0.0, 0.3, 1.0])
def test_a_tone_sounds_so_many_octaves_higher(octaves: float) -> None:
    moved = with_warp(tone(700.0), octaves, LAYOUT)
    assert strongest_hz(moved) == pytest.approx(700 * 2**octaves, rel=0.015)


@pytest.mark.parametrize("octaves", [LEAST, MOST])
def test_the_band_stays_as_full_as_it_was_and_silence_silent(octaves: float) -> None:
    noise = np.random.default_rng(1).normal(-40, 3, (LAYOUT.bins, 64)).astype(np.float32)
    moved = with_warp(noise, octaves, LAYOUT)
    assert moved.shape == noise.shape
    assert moved.dtype == np.float32
    top = slice(LAYOUT.bins * 7 // 8, None)
    assert moved[top].mean() == pytest.approx(noise[top].mean(), abs=4)
    silent = np.full((LAYOUT.bins, 4), FLOOR, np.float32)
    np.testing.assert_allclose(with_warp(silent, octaves, LAYOUT), silent, atol=1e-4)


def test_levels_stay_in_range_and_amounts_in_their_bounds() -> None:
    random = np.random.default_rng(2)
    wild = random.choice([FLOOR, 0.0], (LAYOUT.bins, 16)).astype(np.float32)
    for octaves in (-5.0, -0.5, 0.5, 5.0):
        made = with_warp(wild, octaves, LAYOUT)
        assert FLOOR <= made.min() <= made.max() <= 0
    np.testing.assert_array_equal(with_warp(wild, 5.0, LAYOUT), with_warp(wild, MOST, LAYOUT))
    np.testing.assert_array_equal(with_warp(wild, -5.0, LAYOUT), with_warp(wild, LEAST, LAYOUT))
    for nothing in (0.0, float("nan"), float("inf")):
        np.testing.assert_array_equal(with_warp(wild, nothing, LAYOUT), wild)


@pytest.mark.parametrize("octaves", [-1.0, -0.5])
def test_a_tone_that_is_moved_down_has_the_lobes_of_one_that_was_played_there(
    octaves: float,
) -> None:
    moved, played = with_warp(tone(700.0), octaves, LAYOUT), tone(700.0 * 2**octaves)
    peak = int(played[:, 64].argmax())
    near = slice(peak - 2, peak + 3)
    assert moved[:, 64].argmax() == peak
    # In the middle: at the ends a tone begins and ends.
    np.testing.assert_allclose(moved[near, 20:-20], played[near, 20:-20], atol=3)
