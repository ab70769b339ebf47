"""Pitch classes: how a sound is tuned, and filters from frequency bins to the twelve notes.

Definitions and defaults of librosa (McFee et al. 2015), after Ellis 2007, "Chroma feature
analysis and synthesis".
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

_Doubles = npt.NDArray[np.float64]
_A0_HZ = 27.5
_NOTES = 12
_LOW_HZ, _HIGH_HZ = 150.0, 4000.0
_PEAK_SHARE = 0.1
# Weight over octaves: a bell around the fifth, two octaves wide.
_CENTRE_OCTAVE, _OCTAVE_WIDTH = 5.0, 2.0


def tuning(spectrum: _Doubles, rate: int) -> float:
    """By how much of a semitone, -0.5 to 0.49, the spectral peaks lie off A 440.

    Args:
        spectrum: ``[bins, columns]``, non-negative.
        rate: in Hz.
    """
    hz, height = _peaks(spectrum, rate)
    if not hz.size:
        return 0.0
    loud = hz[height >= np.median(height)]
    off = np.mod(_NOTES * np.log2(loud / _A0_HZ), 1.0)
    off = np.where(off >= 0.5, off - 1, off)
    edges = np.linspace(-0.5, 0.5, 101)
    counts, _ = np.histogram(off, edges)
    return float(edges[np.argmax(counts)])


def _peaks(spectrum: _Doubles, rate: int) -> tuple[_Doubles, _Doubles]:
    """Frequency in Hz and height of all peaks, by parabolas through three bins."""
    hz_per_bin = rate / (2 * (spectrum.shape[0] - 1))
    hz = np.arange(1, spectrum.shape[0] - 1) * hz_per_bin
    loud = np.where(spectrum > _PEAK_SHARE * spectrum.max(axis=0), spectrum, 0)
    below, here, above = loud[:-2], loud[1:-1], loud[2:]
    in_range = (hz >= _LOW_HZ) & (hz < min(_HIGH_HZ, rate / 2))
    bins, columns = np.nonzero((here > below) & (here >= above) & in_range[:, None])
    before, at, after = (spectrum[bins + side, columns] for side in range(3))
    lean = (after - before) / 2
    bend = 2 * at - after - before
    shift = np.where(np.abs(lean) < np.abs(bend), lean / np.where(bend == 0, 1, bend), 0)
    return (bins + 1 + shift) * hz_per_bin, at + lean * shift / 2


@lru_cache(maxsize=32)
def chroma_filters(rate: int, n_fft: int, tuning_semitones: float = 0.0) -> _Doubles:
    """From power spectrum to pitch class, ``[12, n_fft // 2 + 1]``, row 0 is C.

    Args:
        rate: in Hz.
        n_fft: of the spectrogram.
        tuning_semitones: see ``tuning``.
    """
    reference = _A0_HZ * 2 ** (tuning_semitones / _NOTES)
    note = np.empty(n_fft)
    note[1:] = _NOTES * np.log2(np.arange(1, n_fft) * (rate / n_fft) / reference)
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
