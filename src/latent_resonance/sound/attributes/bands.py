"""What all attribute measures start from: magnitudes above a soft gate, and bands of hearing."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.mel_scale import mel_filters

Doubles = npt.NDArray[np.float64]

BANDS = 32
# What lies this far below the loudest is masked, or a model's own floor.
_GATE_DB = -50.0


def audible(level_db: FloatArray) -> Doubles:
    """Magnitudes ``[bins, columns]``, the loudest about 1, falling to 0 at 50 dB below it."""
    top = float(level_db.max(initial=-np.inf))
    if not np.isfinite(top):
        return np.zeros(level_db.shape)
    gate = 10 ** (_GATE_DB / 20)
    return np.maximum(np.power(10.0, (level_db - top).astype(np.float64) / 20) - gate, 0)


def weighted(level_db: FloatArray, layout: SpectrogramFormat) -> Doubles:
    """``audible`` magnitudes of levels as the ear weighs them: rumble counts little."""
    return audible(level_db + _a_weighting(layout)[:, None].astype(np.float32))


def band_levels(level_db: FloatArray, layout: SpectrogramFormat) -> Doubles:
    """Levels of 32 mel bands ``[bands, columns]`` in dB, 0 the loudest, -50 the least."""
    power = np.power(10.0, level_db.astype(np.float64) / 10)
    band = _filters(layout.sample_rate, layout.n_fft)[:, : level_db.shape[0]] @ power
    top = max(float(band.max(initial=0)), 1e-30)
    return np.asarray(10 * np.log10(np.maximum(band / top, 10 ** (_GATE_DB / 10))))


def octaves(layout: SpectrogramFormat) -> Doubles:
    """Frequency of each bin in octaves from 1 kHz, ``[bins]``; the lowest counts as the second."""
    bins = np.maximum(np.arange(layout.bins), 1)
    return np.asarray(np.log2(bins * layout.sample_rate / layout.n_fft / 1000))


@lru_cache(maxsize=8)
def _a_weighting(layout: SpectrogramFormat) -> Doubles:
    """A-weighting (IEC 61672-1, annex E) in dB of each bin, ``[bins]``; bin 0 as bin 1."""
    f2 = (np.maximum(np.arange(layout.bins), 1) * layout.sample_rate / layout.n_fft) ** 2
    poles = (f2 + 20.6**2) * np.sqrt((f2 + 107.7**2) * (f2 + 737.9**2)) * (f2 + 12194.0**2)
    return np.asarray(2.0 + 20 * np.log10(12194.0**2 * f2**2 / poles))


@lru_cache(maxsize=8)
def _filters(rate: int, n_fft: int) -> Doubles:
    return np.asarray(mel_filters(rate, n_fft, BANDS), np.float64)
