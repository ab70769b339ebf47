"""Levels carry the sound within their range, in the layout that bundles name."""

import numpy as np
import pytest

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import Spectrogram
from latent_resonance.sound.codec import decode, encode, fit_columns, full_scale, to_magnitude
from latent_resonance.sound.stft import stft

LAYOUT = SpectrogramFormat()


def chord(seconds=1.0, rate=16_000):
    at = np.arange(round(seconds * rate)) / rate
    return (0.1 * sum(np.sin(2 * np.pi * hz * at) for hz in (131, 440, 1250))).astype(np.float32)


def test_levels_lie_in_the_range_and_the_loudest_is_the_top():
    level = encode(chord(), LAYOUT)
    assert level.shape == (256, 126)
    assert level.dtype == np.float32
    assert level.max() == 0
    assert level.min() >= -80


def test_a_fixed_reference_keeps_loudness():
    quiet = encode(0.1 * chord(), LAYOUT, reference=full_scale(LAYOUT))
    loud = encode(chord(), LAYOUT, reference=full_scale(LAYOUT))
    heard = quiet > -79
    assert (loud - quiet)[heard] == pytest.approx(20, abs=0.01)


@pytest.mark.parametrize("window", ["gauss", "hann"])
def test_full_scale_is_a_sinusoid_of_amplitude_one(window):
    layout = SpectrogramFormat(window=window)
    at = np.arange(16_000) / 16_000
    sound = np.sin(2 * np.pi * 1000 * at).astype(np.float32)
    assert encode(sound, layout, full_scale(layout))[:, 60].max() == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("length", [0, 1, 5000])
def test_silence_is_the_floor(length):
    level = encode(np.zeros(length, np.float32), LAYOUT)
    assert (level == -80).all()
    assert not decode(Spectrogram(level, LAYOUT)).any()


@pytest.mark.parametrize("columns", [3, 256, 400])
def test_fit_columns_is_exact(columns):
    level = np.full((256, columns), -10, np.float32)
    fitted = fit_columns(level, LAYOUT)
    assert fitted.shape == (256, 256)
    assert (fitted[:, : min(columns, 256)] == -10).all()
    assert (fitted[:, columns:] == -80).all()


def test_magnitudes_return_and_nyquist_is_zero():
    sound = chord()
    top = full_scale(LAYOUT)
    magnitude = to_magnitude(encode(sound, LAYOUT, top), LAYOUT, top)
    want = np.abs(stft(sound, 512, 128))
    assert magnitude.shape == want.shape
    assert not magnitude[-1].any()
    assert magnitude[:-1] == pytest.approx(want[:-1], abs=2e-4 * top)


@pytest.mark.parametrize("polish", [0, 8])
def test_decoded_sound_has_the_same_levels(polish):
    level = encode(chord(), LAYOUT, full_scale(LAYOUT))
    sound = decode(Spectrogram(level, LAYOUT), polish=polish, seed=3)
    assert sound.shape == (level.shape[1] * 128,)
    assert sound.dtype == np.float32
    again = encode(sound, LAYOUT, full_scale(LAYOUT))[:, 4:-6]
    a, b = 10 ** (level[:, 4:-5] / 20), 10 ** (again / 20)
    assert 20 * np.log10(np.linalg.norm(a - b) / np.linalg.norm(a)) < -30


def test_decoding_is_deterministic_per_seed():
    level = encode(chord(0.2), LAYOUT)
    once, twice, other = (decode(Spectrogram(level, LAYOUT), seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(once, twice)
    assert not np.array_equal(once, other)


def test_rumble_below_hearing_stays_silent() -> None:
    """As the living spectrogram has it: a dry window has no more of it than a played one."""
    level = np.full((LAYOUT.bins, 128), -LAYOUT.range_db, np.float32)
    level[20] = -20
    quiet = decode(Spectrogram(level.copy(), LAYOUT))
    level[0] = 0
    assert np.array_equal(decode(Spectrogram(level, LAYOUT)), quiet)
    assert abs(float(quiet.mean())) < 1e-4
