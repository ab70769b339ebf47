"""The one-euro filter: calm when slow, quick when fast.

Source: Casiez, Roussel, Vogel 2012, "1 EUR Filter: A Simple Speed-based Low-pass Filter for Noisy
Input in Interactive Systems", CHI.
"""

import math
from dataclasses import dataclass

_DERIVATIVE_CUTOFF_HZ = 1.0


def _share(cutoff_hz: float, dt_seconds: float) -> float:
    turn = 2 * math.pi * cutoff_hz * dt_seconds
    return turn / (turn + 1)


@dataclass(slots=True)
class OneEuro:
    """One value over time.

    Attributes:
        min_cutoff: cutoff in Hz at rest; lower is calmer.
        beta: how much speed (units per second) opens the filter; higher lags less.
    """

    min_cutoff: float = 1.0
    beta: float = 0.05
    value: float | None = None
    speed: float = 0.0
    _raw: float = 0.0

    def step(self, raw: float, dt_seconds: float) -> float:
        """The filtered value after ``dt_seconds``; the first one is taken as it is."""
        if self.value is None or dt_seconds <= 0:
            self.value, self._raw, self.speed = raw, raw, 0.0
            return raw
        self.speed += _share(_DERIVATIVE_CUTOFF_HZ, dt_seconds) * (
            (raw - self._raw) / dt_seconds - self.speed
        )
        self._raw = raw
        cutoff = self.min_cutoff + self.beta * abs(self.speed)
        self.value += _share(cutoff, dt_seconds) * (raw - self.value)
        return self.value

    def restart(self, value: float | None) -> None:
        """Go on from ``value`` as if it had been there for long; None starts anew."""
        self.value, self.speed = value, 0.0
        self._raw = value or 0.0
