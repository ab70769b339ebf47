"""Which size to draw at, by how long pictures take; no clock is read here."""

from collections import deque
from collections.abc import Sequence
from statistics import median

_LOOK = 12
"""Pictures whose median decides; a single slow one changes nothing."""
_TOO_SLOW, _FITS, _ROOM = 1.05, 0.95, 0.8
"""Shares of the budget: above, go down; what is gone down to; below, go up."""
_PATIENCE, _MOST_PATIENCE = 90, 5760
"""Pictures with room before it goes up; doubled where going up was a mistake."""
_RELAPSE = 300


class Levels:
    """Goes down at once where the rate is at stake, and up again only where room stays.

    Args:
        areas: share of the pixels of each level, falling, the first 1.
        budget_seconds: that one picture may take.

    Attributes:
        level: to draw at.
    """

    def __init__(self, areas: Sequence[float], budget_seconds: float) -> None:
        self._areas, self._budget = tuple(areas), budget_seconds
        self._times: deque[float] = deque(maxlen=_LOOK)
        self._patience, self._calm, self._since_up = _PATIENCE, 0, _RELAPSE
        self.level = 0

    def took(self, seconds: float) -> int:
        """Note how long a picture of ``level`` took, and give the level of the next."""
        self._times.append(seconds)
        self._since_up += 1
        if self._since_up == _RELAPSE:
            self._patience = _PATIENCE  # going up was right
        if len(self._times) < _LOOK:
            return self.level
        usual = median(self._times)
        if usual > _TOO_SLOW * self._budget and self.level < len(self._areas) - 1:
            if self._since_up < _RELAPSE:
                self._patience = min(2 * self._patience, _MOST_PATIENCE)
            self._go(self._lower(usual))
        elif self.level and self._at(self.level - 1, usual) < _ROOM * self._budget:
            self._calm += 1
            if self._calm >= self._patience:
                self._go(self.level - 1)
                self._since_up = 0
        else:
            self._calm = 0
        return self.level

    def _lower(self, usual: float) -> int:
        """The largest level below that fits by its area, or the last."""
        below = range(self.level + 1, len(self._areas))
        fits = (n for n in below if self._at(n, usual) <= _FITS * self._budget)
        return next(fits, below[-1])

    def _at(self, level: int, usual: float) -> float:
        return usual * self._areas[level] / self._areas[self.level]

    def _go(self, level: int) -> None:
        self.level, self._calm = level, 0
        self._times.clear()
        self._since_up = _RELAPSE
