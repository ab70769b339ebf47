"""Stretched columns: lobes land where they should, and keep their level."""

import numpy as np
import pytest

from latent_resonance.sound.stft import stft, synthesis_window, window
from latent_resonance.sound.transposition import lobe_level, semitones_to_ratio, stretch

N_FFT, HOP = 1024, 128


def tone(bin_place: float) -> np.ndarray:
    at = np.arange(8 * N_FFT)
    column = stft(np.cos(2 * np.pi * bin_place * at / N_FFT).astype(np.float32), N_FFT, HOP)
    return np.log(np.abs(column[:512, 24]) + 1e-6).astype(np.float32)[None]


def summit(column: np.ndarray) -> tuple[float, float]:
    """Place and height of the parabola through the highest bin and its neighbours."""
    top = int(column.argmax())
    a, b, c = column[top - 1 : top + 2].astype(float)
    off = (a - c) / 2 / (a - 2 * b + c)
    return top + off, b - off * (a - c) / 4


@pytest.mark.parametrize("semitones", [-12, -7, -2, -0.3, 0.3, 2, 7, 12])
def test_a_lobe_lands_at_its_ratio_at_its_height(semitones: float) -> None:
    ratio = semitones_to_ratio(semitones)
    for place in (20.0, 41.3, 100.5):
        where, height = summit(stretch(tone(place), np.array([ratio]), -14.0)[0])
        assert where == pytest.approx(place * ratio, abs=0.05)
        assert height == pytest.approx(summit(tone(place)[0])[1], abs=0.05)


def test_one_is_nothing_and_rows_are_independent() -> None:
    columns = np.concatenate([tone(30), tone(60)])
    same = stretch(columns, np.array([1.0, 1.0]), -14.0)
    np.testing.assert_allclose(same, columns, atol=1e-6)
    both = stretch(columns, np.array([1.5, 0.7]), -14.0)
    np.testing.assert_array_equal(both[0], stretch(columns[:1], np.array([1.5]), -14.0)[0])
    assert np.all(both[1][np.arange(512) / 0.7 > 511] == -14)


@pytest.mark.parametrize("name", ["gauss", "hann"])
def test_level_after_overlap_add_is_given_back(name: str) -> None:
    assert lobe_level(1.0, name, N_FFT, HOP) == pytest.approx(0, abs=1e-6)
    for ratio in (0.8, 1.25, 1.6, 2.0):
        # The frame of a stretched lobe, by the Fourier theorem, from the window's own lobe.
        weight = window(name, N_FFT).astype(np.float64)
        at, bins = np.arange(N_FFT) - N_FFT / 2, np.arange(-40, 41)
        wide = np.cos(2 * np.pi * np.outer(bins / ratio, at) / N_FFT) @ weight
        frame = np.cos(2 * np.pi * np.outer(at, bins) / N_FFT) @ wide / N_FFT
        gain = float(frame @ synthesis_window(name, N_FFT, HOP)) / HOP
        assert gain * np.exp(lobe_level(ratio, name, N_FFT, HOP)) == pytest.approx(1, abs=0.02)
