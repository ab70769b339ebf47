"""A window's bands above 8 kHz come to be as loud as asked, and nothing below moves."""

import itertools

import numpy as np
import pytest

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray, Spectrogram
from latent_resonance.render.voices.note_window import prepare_window
from latent_resonance.render.voices.upper_gain import upper_gain
from latent_resonance.sound.full_band.fitted import fitted

OWN = SpectrogramFormat(sample_rate=16_000, n_fft=1024, hop=128, columns=64)
WIDE = OWN.widened(3, 110.0)
HZ = np.arange(WIDE.bins) * WIDE.sample_rate / WIDE.n_fft
ASKED = np.array([-20, -23, -21, -28, -30, -37, -35, -42, -45, -48.0])


def bands(power: FloatArray) -> FloatArray:
    edges = fitted().high_hz
    found = [power[(low <= HZ) & (high > HZ)].sum() for low, high in itertools.pairwise(edges)]
    return 10 * np.log10(np.array(found) / power[HZ < 7000].sum())


def rough() -> FloatArray:
    random = np.random.default_rng(5)
    slope = -40 - 2 * np.maximum(HZ / 1000 - 7, 0)
    return np.asarray(slope + 4 * random.standard_normal(WIDE.bins), np.float32)


def test_bands_are_as_loud_as_asked_and_nothing_below_moves() -> None:
    power = 10 ** (rough().astype(np.float64) / 10)
    gain = upper_gain(power, WIDE, ASKED)
    np.testing.assert_allclose(bands(power * np.exp(2 * gain)), ASKED, atol=0.3)
    assert not gain[HZ <= 7000].any()
    assert np.abs(np.diff(gain)).max() < 0.2


def test_what_is_not_there_is_not_made_and_a_shorter_band_is_enough() -> None:
    power = np.where(HZ < 7400, 1.0, 1e-12)
    assert np.abs(upper_gain(power, WIDE, ASKED)).max() == pytest.approx(2.9)
    assert np.isfinite(upper_gain(np.zeros(WIDE.bins), WIDE, ASKED)).all()
    shorter = OWN.widened(2, 110.0)
    gain = upper_gain(np.full(shorter.bins, 1e-3), shorter, ASKED)
    assert np.isfinite(gain).all()
    assert gain[-1] == gain[-5] < 0


@pytest.mark.parametrize("t60", [None, 1.0])
def test_a_window_that_is_made_ready_has_them(t60: float | None) -> None:
    level = np.repeat(rough()[:, None], WIDE.columns, axis=1)
    level -= np.linspace(0, 20, WIDE.columns, dtype=np.float32)
    note = Spectrogram(level, WIDE)
    made = prepare_window(note, t60, hz=220.0, tilt_db=3.0, above_db=ASKED)
    assert made.held == prepare_window(note, t60, hz=220.0, tilt_db=3.0).held
    power = np.exp(2 * made.log_magnitude.astype(np.float64)).sum(axis=0)
    np.testing.assert_allclose(bands(power), ASKED, atol=0.3)
