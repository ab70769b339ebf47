"""Descriptors agree with librosa's definitions, on noise, tones and recordings, and stay calm."""

import warnings

import numpy as np
import pytest
import soundfile

from latent_resonance.sound.features import (
    contrast_octaves,
    onset_strength,
    pitch_classes,
    spectral_centroid,
    spectral_contrast,
    spectral_flatness,
)
from latent_resonance.sound.stft import magnitude_spectrogram

RATE = 22_050


def sounds():
    rng = np.random.default_rng(5)
    at = np.arange(2 * RATE) / RATE
    tone = sum(np.sin(2 * np.pi * 233.9 * k * at) / k for k in range(1, 9)) * np.exp(-at)
    yield "noise", rng.standard_normal(2 * RATE) * 0.1
    yield "tone", tone * 0.2 + 1e-4 * rng.standard_normal(len(tone))
    pulses = np.zeros(RATE)
    pulses[::5000] = 0.9
    yield "pulses", pulses + 1e-5 * rng.standard_normal(len(pulses))


def measured(sound, rate):
    magnitude = magnitude_spectrogram(sound, 2048, 512)
    power, hz = magnitude**2, np.fft.rfftfreq(2048, 1 / rate)
    return {
        "contrast": spectral_contrast(magnitude, contrast_octaves(hz)),
        "flatness": spectral_flatness(power),
        "onset strength": onset_strength(power, rate, 2),
        "chroma": pitch_classes(power, rate),
        "centroid": spectral_centroid(magnitude, hz),
    }


def expected(sound, rate):
    librosa = pytest.importorskip("librosa")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {
            "contrast": librosa.feature.spectral_contrast(y=sound, sr=rate),
            "flatness": librosa.feature.spectral_flatness(y=sound)[0],
            "onset strength": librosa.onset.onset_strength(y=sound, sr=rate),
            "chroma": librosa.feature.chroma_stft(y=sound, sr=rate, tuning=0.0),
            "centroid": librosa.feature.spectral_centroid(y=sound, sr=rate)[0],
        }


def assert_same(sound, rate):
    # In double precision on both sides: librosa's transform keeps the precision of its input.
    sound = sound.astype(np.float32).astype(np.float64)
    ours, theirs = measured(sound, rate), expected(sound, rate)
    for name, want in theirs.items():
        got = ours[name]
        scale = max(1.0, float(np.abs(want).max()))
        assert got.shape == want.shape, name
        assert np.abs(got - want).max() / scale < 1e-5, name


@pytest.mark.parametrize(("name", "sound"), list(sounds()))
def test_same_as_librosa(name, sound):
    assert_same(sound, RATE)


def test_same_as_librosa_on_recordings(shared_data):
    for file in sorted((shared_data / "music").glob("*.ogg"))[:2]:
        sound, rate = soundfile.read(file, frames=120_000, dtype="float64")
        assert_same(sound.mean(axis=1), rate)


@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000])
@pytest.mark.parametrize("length", [0, 1, 700, 4096, 16_001])
def test_silence_is_calm_at_any_length_and_rate(rate, length):
    found = measured(np.zeros(length), rate)
    assert all(one.shape[-1] == 1 + length // 512 for one in found.values())
    np.testing.assert_allclose(found.pop("flatness"), 1, rtol=1e-12)
    assert not any(one.any() for one in found.values())
