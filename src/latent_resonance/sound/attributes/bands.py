"""What all attribute measures start from: magnitudes above a soft gate, and bands of hearing."""

from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.mel_scale import mel_filters

Doubles = npt.NDArray[np.float64]

BANDS = 32
# What lies 50 dB below the loudest is masked, or a model's own floor.
_GATE = 10 ** (-50 / 20)
_FLOOR_DB = 1e-3


class Heard:
    """One window as the measures hear it; what two of them start from is worked out once.

    Args:
        level_db: ``[bins, columns]``, in dB.
        layout: of the levels.
        envelope_db: gains finer in time, ``[columns * n]`` in dB, as ``Spectrogram`` has them.
    """

    def __init__(
        self,
        level_db: FloatArray,
        layout: SpectrogramFormat,
        envelope_db: FloatArray | None = None,
    ) -> None:
        self.layout = layout
        self.columns: int = level_db.shape[1]
        self._magnitude = _magnitude(level_db, layout)
        if envelope_db is None:
            envelope_db = np.zeros(self.columns, np.float32)
        self._gains = np.power(10.0, envelope_db / 20)

    @property
    def seconds(self) -> float:
        """From the first column to the last, 0 of none."""
        return self.columns * self.layout.hop_seconds

    @cached_property
    def audible(self) -> FloatArray:
        """Magnitudes ``[bins, columns]``, the loudest about 1, falling to 0 at 50 dB below it."""
        return _gated(self._magnitude)

    @cached_property
    def weighted(self) -> FloatArray:
        """``audible`` magnitudes as the ear weighs them: rumble counts little."""
        return _gated(self._magnitude * _a_weighting(self.layout)[:, None])

    @cached_property
    def power(self) -> Doubles:
        """Power of 32 mel bands without the envelope, ``[bands, columns]``."""
        return _band_power(self._magnitude, self.layout)

    def gains(self, each: int) -> Doubles:
        """Power gains of the envelope, means of at most ``each`` a column, ``[columns * n]``."""
        per_column = len(self._gains) // max(self.columns, 1)
        together = max(1, per_column // each)
        return np.asarray((self._gains**2).reshape(-1, together).mean(axis=1))

    @cached_property
    def energy(self) -> Doubles:
        """Energy of each moment, as fine in time as the envelope, ``[columns * n]``."""
        columns = np.einsum("ij,ij->j", self._magnitude, self._magnitude).astype(np.float64)
        return np.asarray(np.repeat(columns, len(self._gains) // self.columns) * self._gains**2)


def band_levels(level_db: FloatArray, layout: SpectrogramFormat) -> Doubles:
    """Levels of 32 mel bands ``[bands, columns]`` in dB, 0 the loudest, -50 the least.

    Args:
        level_db: ``[bins, columns]``, in dB.
        layout: of the levels.
    """
    return decibels(_band_power(_magnitude(level_db, layout), layout), -20 * np.log10(_GATE))


def decibels(power: Doubles, range_db: float) -> Doubles:
    """``power`` in dB below the largest of it, ``-range_db`` the least; that too of silence."""
    top = max(float(power.max(initial=0)), 1e-30)
    return np.asarray(10 * np.log10(np.maximum(power / top, 10 ** (-range_db / 10))))


def octaves(layout: SpectrogramFormat) -> Doubles:
    """Frequency of each bin in octaves from 1 kHz, ``[bins]``; the lowest counts as the second."""
    bins = np.maximum(np.arange(layout.bins), 1)
    return np.asarray(np.log2(bins * layout.sample_rate / layout.n_fft / 1000))


def _magnitude(level_db: FloatArray, layout: SpectrogramFormat) -> FloatArray:
    """Magnitudes, the loudest 1, float32; levels at the floor are silence."""
    top = float(level_db.max(initial=-np.inf))
    if not np.isfinite(top):
        return np.zeros(level_db.shape, np.float32)
    octave = np.float32(np.log2(10) / 20)  # of a dB of magnitude
    under = np.subtract(level_db, np.float32(top), dtype=np.float32)
    under *= octave
    np.exp2(under, out=under)
    under *= level_db > -layout.range_db + _FLOOR_DB
    return under


def _gated(magnitude: FloatArray) -> FloatArray:
    top = max(float(magnitude.max(initial=0)), 1e-30)
    gated: FloatArray = magnitude * np.float32(1 / top)
    gated -= np.float32(_GATE)
    return np.maximum(gated, 0, out=gated)


def _band_power(magnitude: FloatArray, layout: SpectrogramFormat) -> Doubles:
    filters = _filters(layout.sample_rate, layout.n_fft)[:, : magnitude.shape[0]]
    return np.asarray(filters @ magnitude**2, np.float64)


@lru_cache(maxsize=8)
def _a_weighting(layout: SpectrogramFormat) -> FloatArray:
    """A-weighting (IEC 61672-1, annex E) of each bin, a factor ``[bins]``; bin 0 as bin 1."""
    f2 = (np.maximum(np.arange(layout.bins), 1) * layout.sample_rate / layout.n_fft) ** 2
    poles = (f2 + 20.6**2) * np.sqrt((f2 + 107.7**2) * (f2 + 737.9**2)) * (f2 + 12194.0**2)
    return np.asarray(10**0.1 * 12194.0**2 * f2**2 / poles, np.float32)


@lru_cache(maxsize=8)
def _filters(rate: int, n_fft: int) -> FloatArray:
    return np.asarray(mel_filters(rate, n_fft, BANDS), np.float32)
