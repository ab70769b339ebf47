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


class Stretch:
    """Columns with their frequency axis stretched, each by its own ratio.

    Interpolates with a Catmull-Rom cubic, which is exact for the parabola that a Gaussian's lobe
    is in log-magnitude. Where each bin comes from is worked out once, for several sets of columns
    that are stretched alike.

    Args:
        ratio: ``[rows]``, above 0; 2 is an octave up.
        bins: of each column, bin 0 at 0 Hz.
    """

    def __init__(self, ratio: npt.NDArray[np.floating], bins: int) -> None:
        by = np.asarray(ratio, np.float64)[:, None]
        place = np.arange(bins) / by
        self._outside = None
        if len(by) and by.min() < 1:
            self._outside = place > bins - 1
            np.minimum(place, bins - 1, out=place)
        node = np.floor(place)
        place -= node
        self._part = place.astype(np.float32)
        # Columns are read with one more bin before them and two behind.
        node += (bins + 3) * np.arange(float(len(by)))[:, None]
        self._node = node.astype(np.intp)

    def __call__(self, columns: FloatArray, outside: float) -> FloatArray:
        """Stretch some columns.

        Args:
            columns: ``[rows, bins]``, log-magnitude or a slope of it.
            outside: value of bins that come from above the highest one.

        Returns:
            float32 ``[rows, bins]``.
        """
        rows, bins = columns.shape
        padded = np.empty((rows, bins + 3), np.float32)
        padded[:, 0] = columns[:, 0]
        padded[:, 1:-2] = columns
        padded[:, -2:] = columns[:, -1:]
        flat, part = padded.ravel(), self._part
        # No node is outside; to wrap those is the fastest check.
        p0, p1, p2, p3 = (flat[k:].take(self._node, mode="wrap") for k in range(4))
        # p1 + part / 2 (p2 - p0 + part (2 p0 - 5 p1 + 4 p2 - p3 + part (3 (p1 - p2) + p3 - p0)))
        cubic = p1 - p2
        cubic *= 3
        cubic += p3
        cubic -= p0
        cubic *= part
        square = 2 * p0
        term = 5 * p1
        square -= term
        square += np.multiply(4, p2, out=term)
        square -= p3
        square += cubic
        square *= part
        made: FloatArray = np.subtract(p2, p0, out=p0)
        made += square
        made *= np.multiply(np.float32(0.5), part, out=term)
        made += p1
        # Between neighbours of very different level a cubic overshoots; a lobe's top may.
        most = np.maximum(p1, p2, out=p1)
        most += np.float32(0.25)
        np.minimum(made, most, out=made)
        if self._outside is not None:
            np.copyto(made, np.float32(outside), where=self._outside)
        return made


def stretch(columns: FloatArray, ratio: npt.NDArray[np.floating], outside: float) -> FloatArray:
    """Columns ``[rows, bins]`` stretched once; see ``Stretch``."""
    return Stretch(ratio, columns.shape[1])(columns, outside)


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
