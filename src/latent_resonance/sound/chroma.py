"""Pitch classes: filters from frequency bins to the twelve notes, tuned to A 440.

Definitions and defaults of librosa (McFee et al. 2015), after Ellis 2007, "Chroma feature
analysis and synthesis".
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

_Doubles = npt.NDArray[np.float64]
_A0_HZ = 27.5
_NOTES = 12
# Weight over octaves: a bell around the fifth, two octaves wide.
_CENTRE_OCTAVE, _OCTAVE_WIDTH = 5.0, 2.0


@lru_cache(maxsize=32)
def chroma_filters(rate: int, n_fft: int) -> _Doubles:
    """From power spectrum to pitch class, ``[12, n_fft // 2 + 1]``, row 0 is C.

    Args:
        rate: in Hz.
        n_fft: of the spectrogram.
    """
    note = np.empty(n_fft)
    note[1:] = _NOTES * np.log2(np.arange(1, n_fft) * (rate / n_fft) / _A0_HZ)
    # 0 Hz has no pitch: an octave and a half below the first bin.
    note[0] = note[1] - 1.5 * _NOTES
    width = np.append(np.maximum(np.diff(note), 1), 1)
    away = note - np.arange(_NOTES)[:, None]
    away = np.mod(away + _NOTES / 2, _NOTES) - _NOTES / 2
    bumps = np.exp(-0.5 * (2 * away / width) ** 2)
    bumps /= np.sqrt((bumps**2).sum(axis=0))
    bumps *= np.exp(-0.5 * ((note / _NOTES - _CENTRE_OCTAVE) / _OCTAVE_WIDTH) ** 2)
    # Counted from A so far.
    made: _Doubles = np.roll(bumps, -3, axis=0)[:, : n_fft // 2 + 1].copy()
    made.setflags(write=False)
    return made
