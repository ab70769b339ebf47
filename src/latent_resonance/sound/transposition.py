"""Transposition of magnitude columns: the frequency axis is resampled.

A column that is stretched by a ratio has its partials at ratio times their frequency, and lobes
ratio times as wide. Wider lobes are shorter frames: what that takes from, or adds to, the level
of a held partial after overlap-add is known from the windows and given back
(``lobe_level``). Where a lobe's slope is read as a frequency (``sound.phase_streaming``), read
it off the column before it was stretched: widened lobes have flatter slopes.
"""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.stft import GAUSS_EDGE, synthesis_window

_STEPS_PER_OCTAVE = 96
_MOST_OCTAVES = 6


def semitones_to_ratio(semitones: float) -> float:
    """``2 ** (semitones / 12)``, equal temperament."""
    return float(2.0 ** (semitones / 12))


def stretch(columns: FloatArray, ratio: npt.NDArray[np.floating], outside: float) -> FloatArray:
    """Columns with their frequency axis stretched, each by its own ratio.

    Interpolates with a Catmull-Rom cubic, which is exact for the parabola that a Gaussian's lobe
    is in log-magnitude.

    Args:
        columns: ``[rows, bins]``, log-magnitude or a slope of it, bin 0 at 0 Hz.
        ratio: ``[rows]``, above 0; 2 is an octave up.
        outside: value of bins that come from above the highest one.

    Returns:
        float32 ``[rows, bins]``.
    """
    rows, bins = columns.shape
    place = np.arange(bins) / np.asarray(ratio, np.float64)[:, None]
    node = np.minimum(place, bins - 1).astype(np.intp)
    part = (place - node).astype(np.float32)
    flat = np.ascontiguousarray(columns, np.float32).ravel()
    base = np.arange(rows)[:, None] * bins
    p0 = flat[base + np.maximum(node - 1, 0)]
    p1 = flat[base + node]
    p2 = flat[base + np.minimum(node + 1, bins - 1)]
    p3 = flat[base + np.minimum(node + 2, bins - 1)]
    half = np.float32(0.5)
    made = p1 + half * part * (
        p2 - p0 + part * (2 * p0 - 5 * p1 + 4 * p2 - p3 + part * (3 * (p1 - p2) + p3 - p0))
    )
    # Between neighbours of very different level a cubic overshoots; a lobe's top may.
    made = np.minimum(made, np.maximum(p1, p2) + np.float32(0.25))
    return np.where(place > bins - 1, np.float32(outside), made).astype(np.float32)


def lobe_level(ratio: float, window_name: str, n_fft: int, hop: int) -> float:
    """Nepers to add to a column stretched by ``ratio`` so that a held partial keeps its level.

    The frame of a stretched lobe is ``ratio * window(ratio * t)``; its overlap-add with the
    synthesis window is compared with that of the window itself. Ratios are clipped to six
    octaves.
    """
    octaves = min(max(math.log2(ratio), -_MOST_OCTAVES), _MOST_OCTAVES)
    index = round(octaves * _STEPS_PER_OCTAVE)
    return _lobe_levels(window_name, n_fft, hop)[index + _MOST_OCTAVES * _STEPS_PER_OCTAVE]


@lru_cache(maxsize=8)
def _lobe_levels(window_name: str, n_fft: int, hop: int) -> tuple[float, ...]:
    position = np.arange(n_fft) / (n_fft / 2) - 1
    weight = synthesis_window(window_name, n_fft, hop).astype(np.float64)
    levels = []
    for step in range(-_MOST_OCTAVES * _STEPS_PER_OCTAVE, _MOST_OCTAVES * _STEPS_PER_OCTAVE + 1):
        ratio = 2.0 ** (step / _STEPS_PER_OCTAVE)
        frame = ratio * _window_at(window_name, ratio * position)
        levels.append(-math.log(float(frame @ weight) / hop))
    return tuple(levels)


def _window_at(name: str, position: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The analysis window at any position; its edges are at -1 and 1."""
    if name == "gauss":
        # Beyond its edge the lobe of a truncated Gaussian is still that of a Gaussian, nearly.
        return np.exp(math.log(GAUSS_EDGE) * position**2)
    inside = np.abs(position) < 1
    return np.where(inside, 0.5 + 0.5 * np.cos(np.pi * position), 0.0)
