"""Spectral controls: a gain per bin, made of band and tilt; and a gate."""

import math

import numpy as np

from latent_resonance.contracts.values import FloatArray

TILT_PIVOT_HZ = 1_000.0
_SKIRT_DB_PER_OCTAVE = 36.0
_GATE_RATIO = 3.0


class BandShaper:
    """Gains for the bins of one spectrogram layout.

    Args:
        bins: without Nyquist.
        sample_rate: in Hz.
    """

    def __init__(self, bins: int, sample_rate: int) -> None:
        hz = np.arange(bins, dtype=np.float32) * np.float32(sample_rate / (2 * bins))
        hz[0] = hz[1] / 2
        self._octaves = np.log2(hz)
        self._pivot = np.float32(math.log2(TILT_PIVOT_HZ))
        self.nyquist_hz = sample_rate / 2

    def gain_db(self, low_hz: float, high_hz: float, tilt_db: float) -> FloatArray:
        """Gain per bin in dB ``[bins]``.

        Outside ``low_hz .. high_hz`` it falls by 36 dB per octave; ``tilt_db`` per octave turns
        the spectrum around 1 kHz.
        """
        gain = np.zeros(len(self._octaves), np.float32)
        if tilt_db:
            gain += np.float32(tilt_db) * (self._octaves - self._pivot)
        if high_hz < self.nyquist_hz:
            over = self._octaves - np.float32(math.log2(max(high_hz, 1.0)))
            gain -= np.float32(_SKIRT_DB_PER_OCTAVE) * np.maximum(over, 0)
        if low_hz > 0:
            under = np.float32(math.log2(low_hz)) - self._octaves
            gain -= np.float32(_SKIRT_DB_PER_OCTAVE) * np.maximum(under, 0)
        return gain


def gate(log_magnitude: FloatArray, gate_db: float) -> FloatArray:
    """Expand downwards what lies more than ``gate_db`` below the loudest bin, 1 : 3.

    Args:
        log_magnitude: natural log ``[bins]``.
        gate_db: relative to the column's maximum, negative.

    Returns:
        Log-magnitude ``[bins]``; continuous in ``gate_db``, so that it can be played.
    """
    threshold = log_magnitude.max() + np.float32(gate_db * math.log(10) / 20)
    below = np.minimum(log_magnitude - threshold, 0)
    return np.asarray(log_magnitude + np.float32(_GATE_RATIO - 1) * below, np.float32)
