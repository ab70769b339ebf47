"""Opposing changes at each point: the turns of a signal that go further than a threshold."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray

Mask = npt.NDArray[np.bool_]
Signs = npt.NDArray[np.int8]

# A tenth of the full luminance; 20 of 320; and 0.2 in u'v', of which the way from red is at least
# 0.096. Each is there with a margin, because not every pixel is looked at; the first two also
# without, because a change that takes several pictures gets there later.
_STEPS = np.array([0.085, 0.0995, 0.055, 0.062, 0.085], np.float32)[:, None]
_OF_LUMINANCE = 2
_DARK_ENOUGH = np.float32(0.82)  # WCAG's 0.80, and a little more


@dataclass(frozen=True, slots=True, eq=False)
class Swings:
    """Where each point's signals last turned; arrays are ``[signals, points]``, never written to.

    Attributes:
        extreme: the furthest value since the last turn.
        red: whether the colour was a saturated red there.
        way: +1 rising, -1 falling, 0 before the first turn.
    """

    extreme: FloatArray
    red: Mask
    way: Signs

    @classmethod
    def begin(cls, signals: FloatArray, red: Mask) -> "Swings":
        """Before anything has changed."""
        return cls(signals, np.tile(red, (len(signals), 1)), np.zeros(signals.shape, np.int8))

    def step(self, signals: FloatArray, red: Mask) -> tuple[Signs, "Swings"]:
        """What the next picture turns: +1 up, -1 down, 0 where nothing turns; and what is then."""
        moved = signals - self.extreme
        way = np.sign(moved).astype(np.int8)
        counts = np.abs(moved) >= _STEPS
        light = slice(_OF_LUMINANCE)
        counts[light] &= np.minimum(signals[light], self.extreme[light]) < _DARK_ENOUGH
        counts[_OF_LUMINANCE:] &= red | self.red[_OF_LUMINANCE:]
        turned = counts & (way != self.way)
        further = turned | ((way == self.way) & (way != 0))
        turns = np.where(turned, way, np.int8(0))
        after = Swings(
            np.where(further, signals, self.extreme),
            np.where(further, red, self.red),
            np.where(turned, way, self.way),
        )
        return turns, after
