"""The mel scale of Slaney's Auditory Toolbox (1998), and its triangular filters."""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

# Linear to 1 kHz, from there on 27 steps to each factor of 6.4.
_HZ_PER_MEL = 200 / 3
_KNEE_HZ = 1000.0
_STEP = math.log(6.4) / 27


def hz_to_mel(hz: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Hz to mel, any shape."""
    given = np.asarray(hz, np.float64)
    above = _KNEE_HZ / _HZ_PER_MEL + np.log(np.maximum(given, _KNEE_HZ) / _KNEE_HZ) / _STEP
    return np.where(given < _KNEE_HZ, given / _HZ_PER_MEL, above)


def mel_to_hz(mel: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Mel to Hz, any shape."""
    given = np.asarray(mel, np.float64)
    knee = _KNEE_HZ / _HZ_PER_MEL
    above = _KNEE_HZ * np.exp(_STEP * (np.maximum(given, knee) - knee))
    return np.where(given < knee, given * _HZ_PER_MEL, above)


@lru_cache(maxsize=8)
def mel_filters(
    rate: int, n_fft: int, bands: int, low_hz: float = 0.0, high_hz: float | None = None
) -> npt.NDArray[np.float64]:
    """Triangles of equal area, ``[bands, n_fft // 2 + 1]``, from power spectrum to mel.

    Args:
        rate: in Hz.
        n_fft: of the spectrogram.
        bands: how many; many at a small ``n_fft`` leave low ones that hold no bin.
        low_hz: lower end of the lowest.
        high_hz: upper end of the highest, ``rate / 2`` when not given.
    """
    top = rate / 2 if high_hz is None else high_hz
    ends = mel_to_hz(np.linspace(hz_to_mel(low_hz), hz_to_mel(top), bands + 2))
    hz = np.fft.rfftfreq(n_fft, 1 / rate)
    rising = (hz - ends[:-2, None]) / np.diff(ends)[:-1, None]
    falling = (ends[2:, None] - hz) / np.diff(ends)[1:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    made: npt.NDArray[np.float64] = triangles * (2 / (ends[2:] - ends[:-2]))[:, None]
    made.setflags(write=False)
    return made
