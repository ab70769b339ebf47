"""The range that values keep to, followed as it changes."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from latent_resonance.sound.smoothing import share

_Doubles = npt.NDArray[np.float64]
Anchor = Literal["low", "middle"]

_SHARES = (0.1, 0.5, 0.9)
_FEW = 32
_EVERY = 16
_GLIDE_SECONDS = 0.25


class RunningRange:
    """The 10 to 90 % range, and the median, of several values over the last seconds.

    Args:
        seconds: how far back it goes.
        step_seconds: time between two values.
        spans: least width of each range: what moves less than this is steady, not stretched.
        anchors: where a range that is too narrow is widened from: ``middle`` puts what is steady
            at 0.5, ``low`` at 0.
    """

    def __init__(
        self, seconds: float, step_seconds: float, spans: Sequence[float], anchors: Sequence[Anchor]
    ) -> None:
        self._past = np.zeros((max(_FEW, round(seconds / step_seconds)), len(spans)))
        self._spans = np.array(spans)
        self._part = np.array([0.5 if one == "middle" else 0.0 for one in anchors])
        self._pace = share(step_seconds, _GLIDE_SECONDS)
        self.reset()

    def reset(self) -> None:
        """Nothing was seen."""
        self._count = 0
        self.low = np.zeros(len(self._spans))
        self.high = self._spans.copy()
        self.middle = np.zeros(len(self._spans))
        self._goal = (self.low, self.high)

    def add(self, values: _Doubles) -> None:
        """Take one of each; the range follows."""
        self._past[self._count % len(self._past)] = values
        self._count += 1
        few = self._count <= _FEW
        if few or self._count % _EVERY == 0:
            seen = self._past[: self._count]
            places = [round(part * (len(seen) - 1)) for part in _SHARES]
            ordered = np.partition(seen, places, axis=0)
            low, self.middle, high = ordered[places]
            self._goal = self._widened(low, high)
        pace = 1.0 if few else self._pace
        self.low = self.low + pace * (self._goal[0] - self.low)
        self.high = self.high + pace * (self._goal[1] - self.high)

    def place(self, values: _Doubles) -> _Doubles:
        """Where values lie in the range, 0..1."""
        return np.clip((values - self.low) / (self.high - self.low), 0, 1)

    def _widened(self, low: _Doubles, high: _Doubles) -> tuple[_Doubles, _Doubles]:
        lacking = np.maximum(self._spans - (high - low), 0)
        return low - self._part * lacking, high + (1 - self._part) * lacking
