"""Loudness and peaks against the standard's own reference signals."""

import math

import numpy as np
import pytest
from scipy.signal import resample

from latent_resonance.sound.clicks import find_clicks
from latent_resonance.sound.loudness import fade, integrated_loudness, normalise, true_peak_db


def sine(hz, rate, seconds=3.0, amplitude=1.0, phase=0.0):
    at = np.arange(round(seconds * rate)) / rate
    return (amplitude * np.sin(2 * np.pi * hz * at + phase)).astype(np.float32)


def test_full_scale_sine_of_997_hz_is_minus_3_01_lufs():
    """ITU-R BS.1770-4, annex 1: 0 dB FS at 997 Hz on one channel reads -3.01 LKFS."""
    assert integrated_loudness(sine(997, 48_000), 48_000) == pytest.approx(-3.01, abs=0.05)


@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_loudness_does_not_depend_on_the_rate(rate):
    assert integrated_loudness(sine(997, rate), rate) == pytest.approx(-3.01, abs=0.1)


@pytest.mark.parametrize(
    "sound", [np.zeros(48_000), np.zeros(0), np.zeros((48_000, 2)), np.ones(4_000)]
)
def test_silence_and_less_than_a_block_are_minus_infinity(sound):
    assert integrated_loudness(sound.astype(np.float32), 16_000) == -math.inf


def test_true_peak_sees_between_the_samples():
    """A sine at a quarter of the rate, samples all at 45 degrees: 3.01 dB above its samples."""
    sound = sine(12_000, 48_000, amplitude=0.5, phase=np.pi / 4)
    assert 20 * math.log10(np.abs(sound).max()) == pytest.approx(-9.03, abs=0.01)
    assert true_peak_db(sound, 48_000) == pytest.approx(-6.02, abs=0.3)


def test_true_peak_is_never_below_the_sample_peak():
    noise = np.random.default_rng(1).uniform(-1, 1, (5_000, 2)).astype(np.float32)
    for rate in (16_000, 192_000):
        assert true_peak_db(noise, rate) >= 20 * math.log10(np.abs(noise).max()) - 1e-4
    assert true_peak_db(np.zeros(100, np.float32), 16_000) == -math.inf
    assert true_peak_db(np.zeros(0, np.float32), 16_000) == -math.inf


def test_normalise_reaches_the_target_when_peaks_allow():
    sound = sine(440, 16_000, amplitude=0.01)
    out = normalise(sound, 16_000, -20)
    assert integrated_loudness(out, 16_000) == pytest.approx(-20, abs=0.05)
    assert out.dtype == np.float32


@pytest.mark.parametrize("channels", [1, 2])
def test_normalise_holds_peaks_without_clicks(channels):
    rate = 16_000
    sound = sine(220, rate, amplitude=0.05)
    sound[20_000:20_800] *= np.float32(10) * np.hanning(800).astype(np.float32) + 1
    if channels == 2:
        sound = np.stack([sound, 0.3 * sound], axis=1)
    out = normalise(sound, rate, -14, peak_ceiling_db=-3)
    assert out.shape == sound.shape
    assert true_peak_db(out, rate) <= -3 + 1e-3
    first = out.reshape(len(out), -1)[:, 0]
    assert find_clicks(first, rate) == []
    # Far from the burst the limiter leaves all as it was.
    gain = first[1000] / sound.reshape(len(sound), -1)[1000, 0]
    far = slice(0, 18_000)
    assert np.allclose(first[far], gain * sound.reshape(len(sound), -1)[far, 0], atol=1e-4)


def test_normalise_leaves_silence_alone():
    assert not normalise(np.zeros(16_000, np.float32), 16_000, -20).any()
    assert normalise(np.zeros(0, np.float32), 16_000, -20).shape == (0,)


def test_what_the_limiter_takes_is_given_back():
    """Hits 20 dB above what lies between them: one gain alone would end a few LU below."""
    rate, random = 16_000, np.random.default_rng(0)
    sound = 0.01 * random.standard_normal(4 * rate)
    for begin in range(0, 4 * rate, rate // 4):
        sound[begin : begin + 800] += (
            0.12 * random.standard_normal(800) * np.exp(-np.arange(800) / 150)
        )
    out = normalise(sound.astype(np.float32), rate, -16)
    assert integrated_loudness(out, rate) == pytest.approx(-16, abs=0.2)
    assert true_peak_db(out, rate) <= -1 + 1e-3


def test_a_single_click_is_not_flattened_for_loudness():
    sound = np.zeros(32_000, np.float32)
    sound[16_000] = 0.5
    out = normalise(sound, 16_000, -16)
    assert true_peak_db(out, 16_000) <= -1 + 1e-3
    assert integrated_loudness(out, 16_000) < -20


@pytest.mark.parametrize("shape", [(1000,), (1000, 2)])
def test_fades_begin_and_end_in_nothing(shape):
    made = fade(np.ones(shape, np.float32), 1000, 0.2, 0.5)
    first = made.reshape(len(made), -1)[:, 0]
    assert made.shape == shape
    assert made.dtype == np.float32
    assert (first[0], first[-1]) == (0, 0)
    assert first[100] == pytest.approx(0.5, abs=0.01)
    assert first[749] == pytest.approx(0.5, abs=0.01)
    assert np.all(first[200:500] == 1)
    assert np.all(np.diff(first[:200]) > 0)
    assert not np.isnan(fade(np.ones(3, np.float32), 1000, 5, 5)).any()
    assert fade(np.zeros(0, np.float32), 1000, 1, 1).shape == (0,)


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100])
def test_noise_to_the_end_of_the_band_is_held_between_the_samples_too(rate: int) -> None:
    """At a low rate four points a sample are few, and short filters miss the last octave."""
    noise = 0.2 * np.random.default_rng(3).standard_normal(3 * rate).astype(np.float32)
    noise[rate : rate + 40] *= 6
    held = normalise(noise, rate, -9.0)
    wide = np.pad(held, 2048)
    exact = np.abs(resample(wide, 16 * len(wide))).max()
    assert 20 * np.log10(exact) < -0.85
    assert true_peak_db(held, rate) < -1.0
    assert true_peak_db(noise, rate) == pytest.approx(
        20 * np.log10(np.abs(resample(np.pad(noise, 2048), 16 * (len(noise) + 4096))).max()),
        abs=0.4,
    )
