"""Mel pictures carry librosa's numbers, and come back as sound."""

import numpy as np
import pytest
import soundfile

from latent_resonance.sound.mel import (
    MelFormat,
    from_image,
    mel_level,
    mel_to_magnitude,
    mel_to_sound,
    to_image,
)
from latent_resonance.sound.mel_scale import hz_to_mel, mel_filters, mel_to_hz
from latent_resonance.sound.stft import magnitude_spectrogram

LAYOUT = MelFormat()
SMALL = MelFormat(n_fft=1024, hop=128, bands=128, columns=128)


def chord(seconds=1.0, rate=22_050):
    at = np.arange(round(seconds * rate)) / rate
    tones = sum(np.sin(2 * np.pi * hz * at + hz) for hz in (220, 277.2, 330, 1320))
    return (0.1 * tones).astype(np.float32)


@pytest.mark.parametrize(("rate", "n_fft", "bands"), [(22_050, 2048, 512), (16_000, 512, 40)])
@pytest.mark.filterwarnings("ignore:Empty filters detected")
def test_filters_are_librosas(rate, n_fft, bands):
    librosa = pytest.importorskip("librosa")
    want = librosa.filters.mel(sr=rate, n_fft=n_fft, n_mels=bands, dtype=np.float64)
    assert np.abs(mel_filters(rate, n_fft, bands) - want).max() < 1e-12


def test_mel_scale_returns():
    hz = np.array([0, 20, 999, 1000, 1001, 11_025.0])
    assert np.allclose(mel_to_hz(hz_to_mel(hz)), hz)


@pytest.mark.filterwarnings("ignore:Empty filters detected")
def test_levels_are_librosas(shared_data):
    librosa = pytest.importorskip("librosa")
    file = sorted((shared_data / "textures").glob("*.flac"))[40]
    sound = soundfile.read(file, dtype="float32")[0][:40_100]
    power = librosa.feature.melspectrogram(y=sound.astype(np.float64), sr=22_050, n_mels=512)
    want = librosa.power_to_db(power, ref=np.max)
    got = mel_level(sound, LAYOUT)
    assert got.shape == want.shape
    assert got.dtype == np.float32
    assert np.abs(got - want).max() < 1e-4


def test_picture_stands_upright_and_returns_within_half_a_step():
    level = mel_level(chord(), LAYOUT)
    picture = to_image(level, LAYOUT)
    assert picture.shape == (512, 512)
    assert picture.dtype == np.uint8
    assert picture.max() == 255
    # The chord lies low: at the bottom of the picture.
    assert picture[256:].mean() > picture[:256].mean()
    width = level.shape[1]
    assert np.abs(from_image(picture, LAYOUT)[:, :width] - level).max() <= 80 / 255 / 2 + 1e-4
    assert not picture[:, width:].any()


def test_long_sounds_are_cut_to_the_picture():
    level = np.zeros((128, 300), np.float32)
    assert to_image(level, SMALL).shape == (128, 128)


def test_a_picture_of_another_height_is_refused():
    with pytest.raises(ValueError, match="512 pixels high"):
        from_image(np.zeros((256, 512), np.uint8), LAYOUT)


def test_magnitudes_are_found_again_from_mel():
    sound = chord()
    magnitude = mel_to_magnitude(mel_level(sound, LAYOUT), LAYOUT)
    want = magnitude_spectrogram(sound, LAYOUT.n_fft, LAYOUT.hop)
    gain = (magnitude * want).sum() / (magnitude**2).sum()
    error = np.linalg.norm(gain * magnitude - want) / np.linalg.norm(want)
    assert 20 * np.log10(error) < -25


def test_sound_comes_back_with_the_same_picture():
    level = mel_level(chord(), SMALL)
    sound = mel_to_sound(level, SMALL, polish=8)
    assert sound.dtype == np.float32
    assert np.abs(sound).max() == pytest.approx(1)
    again = mel_level(sound, SMALL)
    columns = min(level.shape[1], again.shape[1])
    a, b = (10 ** (x[:, 2 : columns - 2] / 20) for x in (level, again))
    assert 20 * np.log10(np.linalg.norm(a - b) / np.linalg.norm(a)) < -15


def test_a_black_picture_is_silence():
    black = from_image(np.zeros((128, 20), np.uint8), SMALL)
    assert not mel_to_sound(black, SMALL).any()


@pytest.mark.parametrize("length", [0, 1, 511, 2048])
def test_short_sounds(length):
    assert mel_level(np.zeros(length, np.float32), LAYOUT).shape == (512, 1 + length // 512)
