"""Descriptors agree with librosa's definitions, on noise, tones and recordings, and stay calm."""

import warnings

import numpy as np
import pytest
import soundfile

from latent_resonance.sound.features import features

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


def expected(sound, rate):
    librosa = pytest.importorskip("librosa")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {
            "contrast_db": librosa.feature.spectral_contrast(y=sound, sr=rate),
            "flatness": librosa.feature.spectral_flatness(y=sound)[0],
            "onset_strength": librosa.onset.onset_strength(y=sound, sr=rate),
            "zero_crossing_rate": librosa.feature.zero_crossing_rate(sound)[0],
            "chroma": librosa.feature.chroma_stft(y=sound, sr=rate),
            "chroma_variance": librosa.feature.chroma_stft(y=sound, sr=rate).var(axis=0),
            "centroid_hz": librosa.feature.spectral_centroid(y=sound, sr=rate)[0],
            "bandwidth_hz": librosa.feature.spectral_bandwidth(y=sound, sr=rate)[0],
        }


def assert_same(sound, rate):
    # In double precision on both sides: librosa's transform keeps the precision of its input.
    ours = features(sound.astype(np.float32), rate)
    theirs = expected(sound.astype(np.float32).astype(np.float64), rate)
    for name, want in theirs.items():
        got = getattr(ours, name)
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


def test_level_and_bands_are_in_db_of_full_scale():
    at = np.arange(RATE) / RATE
    found = features((0.5 * np.sin(2 * np.pi * 1000 * at)).astype(np.float32), RATE)
    middle = len(found.level_db) // 2
    assert found.level_db[middle] == pytest.approx(-9.03, abs=0.05)
    # 960 to 1920 Hz is the sixth of eight.
    assert found.bands_db[:, middle].argmax() == 5
    assert found.bands_db[5, middle] == pytest.approx(-9.03, abs=0.3)
    assert found.centroid_hz[middle] == pytest.approx(1000, abs=2)


@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000])
@pytest.mark.parametrize("length", [0, 1, 700, 4096, 16_001])
def test_silence_is_calm_at_any_length_and_rate(rate, length):
    found = features(np.zeros(length, np.float32), rate)
    columns = 1 + length // 512
    assert found.times_seconds.shape == (columns,)
    for name in ("level_db", "onset_strength", "zero_crossing_rate", "chroma_variance"):
        assert getattr(found, name).shape == (columns,), name
    assert (found.level_db == -100).all()
    assert (found.bands_db == -100).all()
    for name in ("contrast_db", "onset_strength", "zero_crossing_rate", "chroma", "centroid_hz"):
        assert not getattr(found, name).any(), name
    assert (found.flatness == 1).all()
