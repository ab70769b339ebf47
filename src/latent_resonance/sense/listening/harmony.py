"""Where the notes of a sound lie on the circle of fifths."""

import cmath
import math

import numpy as np
import numpy.typing as npt

from latent_resonance.sound.smoothing import share

_Doubles = npt.NDArray[np.float64]

_SECONDS = 0.6
# Length of the mean of a triad's notes on the circle: as near one key as chords are.
_TRIAD = 0.64
_FIFTHS = np.exp(2j * np.pi * (7 * np.arange(12) % 12) / 12)
_LEAST = 1e-9


class Harmony:
    """The tonal centroid, smoothed as a point so that it goes the shorter way round.

    The circle of fifths is that of Harte, Sandler, Gasser 2006, "Detecting harmonic change in
    musical audio": near keys have near places, C at the right and G one twelfth further.

    Args:
        step_seconds: between two frames.
    """

    def __init__(self, step_seconds: float) -> None:
        self._pace = share(step_seconds, _SECONDS)
        self.reset()

    def reset(self) -> None:
        """No notes so far."""
        self._point = 0j
        self._hue = 0.0

    def step(self, notes: _Doubles) -> None:
        """Take the strength of the twelve notes, C to B ``[12]``."""
        strength = notes**2
        total = float(strength.sum())
        found = complex(strength @ _FIFTHS) / total if total > _LEAST else 0j
        self._point += self._pace * (found / _TRIAD - self._point)

    def values(self) -> dict[str, float]:
        """The controls now."""
        size = abs(self._point)
        point = self._point / max(size, 1.0)
        if size > _LEAST:
            self._hue = cmath.phase(point) / math.tau % 1.0
        return {
            "harmony_hue": self._hue,
            "harmony_strength": min(size, 1.0),
            "harmony_x": point.real,
            "harmony_y": point.imag,
        }
