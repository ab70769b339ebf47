"""The mel scale and its filters are librosa's."""

import numpy as np
import pytest

from latent_resonance.sound.mel_scale import hz_to_mel, mel_filters, mel_to_hz


@pytest.mark.parametrize(("rate", "n_fft", "bands"), [(22_050, 2048, 512), (16_000, 512, 40)])
@pytest.mark.filterwarnings("ignore:Empty filters detected")
def test_filters_are_librosas(rate, n_fft, bands):
    librosa = pytest.importorskip("librosa")
    want = librosa.filters.mel(sr=rate, n_fft=n_fft, n_mels=bands, dtype=np.float64)
    assert np.abs(mel_filters(rate, n_fft, bands) - want).max() < 1e-12


def test_mel_scale_returns():
    hz = np.array([0, 20, 999, 1000, 1001, 11_025.0])
    assert np.allclose(mel_to_hz(hz_to_mel(hz)), hz)
