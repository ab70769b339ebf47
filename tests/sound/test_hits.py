"""Drums out of windows: they begin at once, fall, end, and are filtered and tuned as asked."""

import numpy as np
import pytest

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray, Hit, Spectrogram
from latent_resonance.sound.codec import encode, full_scale
from latent_resonance.sound.hits import make_hit

RATE = 16_000
LAYOUT = SpectrogramFormat(sample_rate=RATE, n_fft=512, hop=128, columns=256)


def window(sound: FloatArray) -> Spectrogram:
    return Spectrogram(encode(sound, LAYOUT, full_scale(LAYOUT)), LAYOUT)


def level_db(sound: FloatArray) -> float:
    return float(10 * np.log10(np.mean(sound.astype(np.float64) ** 2) + 1e-12))


@pytest.fixture(scope="module")
def noise() -> Spectrogram:
    """Noise that goes on, with a strike in it at 0.4 s."""
    random = np.random.default_rng(3)
    sound = 0.02 * random.standard_normal(LAYOUT.columns * LAYOUT.hop).astype(np.float32)
    sound[6_400:7_200] *= 20
    return window(sound)


def test_it_begins_with_the_strike_falls_and_ends(noise: Spectrogram) -> None:
    made = make_hit(noise, Hit(0.3))
    assert len(made) == pytest.approx(0.36 * RATE, abs=2)
    loud = 10 * np.log10(np.convolve(made**2, np.ones(32) / 32) + 1e-12)
    # Within 5 ms of its first sample it is as loud as it gets, but for 6 dB.
    assert np.flatnonzero(loud > loud.max() - 6)[0] < 0.005 * RATE + 32
    assert abs(made[0]) < 1e-3
    assert np.abs(made).max() == pytest.approx(0.7, rel=1e-3)
    # The noise that goes on falls as well, by 60 dB in 0.3 s.
    assert level_db(made[3200:3520]) < level_db(made[:320]) - 36
    assert abs(made[-1]) < 1e-4


def test_it_is_filtered_tuned_and_as_loud_as_asked(noise: Spectrogram) -> None:
    hz = np.fft.rfftfreq(8192, 1 / RATE)

    def power(made: FloatArray) -> np.ndarray:
        return np.abs(np.fft.rfft(made, 8192)) ** 2

    plain, high = power(make_hit(noise, Hit(0.3))), power(make_hit(noise, Hit(0.3, low_hz=4000)))
    low = hz < 1000
    assert high[low].sum() / high.sum() < 0.01 * plain[low].sum() / plain.sum()
    quiet = make_hit(noise, Hit(0.3, level_db=-6.02))
    assert np.abs(quiet).max() == pytest.approx(0.35, rel=1e-2)

    at = np.arange(LAYOUT.columns * LAYOUT.hop) / RATE
    tom = window((0.5 * np.sin(2 * np.pi * 440 * at) * np.exp(-9 * at)).astype(np.float32))
    for semitones in (0, 12, -5):
        found = hz[power(make_hit(tom, Hit(0.5, semitones=semitones))).argmax()]
        assert found == pytest.approx(440 * 2 ** (semitones / 12), abs=6)
