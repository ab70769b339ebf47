"""Which size to draw at, by how long pictures take; no clock is read here."""

from collections import deque
from collections.abc import Sequence
from statistics import median

_SOON, _SURE = 12, 45
"""Pictures whose median decides: where far too slow, or on trial; where a little too slow."""
_FAR_TOO_SLOW, _TOO_SLOW, _FITS, _ROOM = 1.5, 1.05, 0.95, 0.8
"""Shares of the budget: above the first two, go down; what is gone down to; below, go up."""
_PATIENCE, _MOST_PATIENCE = 90, 5760
"""Pictures with room before it goes up to a level; doubled where that was a mistake."""
_HOPE = 0.1
"""What a picture counts while it fits itself, but the level above would by reckoning not."""
_TRIAL = 300
"""Pictures after which going up was right."""


class Levels:
    """Goes down where the rate is at stake, and up again where room stays.

    What a picture takes is reckoned as ``(fixed + area)`` times a speed: not all of it grows with
    its area. ``fixed`` is learned from the two sides of each change. A reckoning can be wrong for
    good, so a level that it rules out is tried all the same, rarely, and rarer each time it fails.

    Args:
        areas: share of the pixels of each level, falling, the first 1.
        budget_seconds: that one picture may take.

    Attributes:
        level: to draw at.
    """

    def __init__(self, areas: Sequence[float], budget_seconds: float) -> None:
        self._areas, self._budget = tuple(areas), budget_seconds
        self._times: deque[float] = deque(maxlen=_SURE)
        self._patience = [_PATIENCE] * len(self._areas)
        self._calm, self._since_up = 0.0, _TRIAL
        self._fixed = 0.0
        self._left: tuple[float, float] | None = None
        self.level = 0

    def begin(self, seconds: float) -> int:
        """Note what a picture of ``level`` takes before anything is shown: the level to begin at.

        It is a reckoning; asked again there, until it stays, it holds.
        """
        self._learn(seconds)
        if seconds > _FITS * self._budget and self.level < len(self._areas) - 1:
            self._go_down(seconds)
        return self.level

    def took(self, seconds: float) -> int:
        """Note how long a picture of ``level`` took, and give the level of the next."""
        self._times.append(seconds)
        self._since_up += 1
        if self._since_up == _TRIAL:
            self._patience[self.level] = _PATIENCE
        if len(self._times) < _SOON:
            return self.level
        usual = median(list(self._times)[-_SOON:])
        self._learn(usual)
        if self.level < len(self._areas) - 1 and self._too_slow(usual):
            self._go_down(usual)
        elif self.level:
            self._consider_going_up(usual)
        return self.level

    def _too_slow(self, usual: float) -> bool:
        if usual > _FAR_TOO_SLOW * self._budget:
            return True
        if self._since_up >= _TRIAL:
            if len(self._times) < _SURE:
                return False
            usual = median(self._times)
        return usual > _TOO_SLOW * self._budget

    def _go_down(self, usual: float) -> None:
        if self._since_up < _TRIAL:  # back to what kept up
            self._patience[self.level] = min(2 * self._patience[self.level], _MOST_PATIENCE)
            self._go(self.level + 1, usual)
            return
        below = range(self.level + 1, len(self._areas))
        fits = (n for n in below if self._at(n, usual) <= _FITS * self._budget)
        self._go(next(fits, below[-1]), usual)

    def _consider_going_up(self, usual: float) -> None:
        above, room = self.level - 1, _ROOM * self._budget
        if usual >= room:
            self._calm = 0.0
            return
        self._calm += 1.0 if self._at(above, usual) < room else _HOPE
        if self._calm >= self._patience[above]:
            self._go(above, usual)
            self._since_up = 0

    def _learn(self, usual: float) -> None:
        """From the first median after a change, and the last one before it, the fixed share."""
        if self._left is None:
            return
        (area, before), self._left = self._left, None
        larger, smaller = sorted([(area, before), (self._areas[self.level], usual)], reverse=True)
        times = larger[1] / max(smaller[1], 1e-9)
        if times <= 1:
            self._fixed = 1.0
        else:
            fixed = (larger[0] - times * smaller[0]) / (times - 1)
            self._fixed = min(max(fixed, 0.0), 1.0)

    def _at(self, level: int, usual: float) -> float:
        """What a picture of another level takes, where one of this takes ``usual``."""
        here, there = self._areas[self.level], self._areas[level]
        return usual * (self._fixed + there) / (self._fixed + here)

    def _go(self, level: int, usual: float) -> None:
        self._left = (self._areas[self.level], usual)
        self.level, self._calm = level, 0.0
        self._times.clear()
        self._since_up = _TRIAL
