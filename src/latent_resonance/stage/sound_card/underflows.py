"""When a card that ran dry is to be opened with more latency."""

from collections import deque

# One break happens at a start and on any machine; two so near to each other will be followed.
_BREAKS, _WITHIN_SECONDS = 2, 10.0
_BEGINNING_SECONDS = 2.0
_LEAST_SECONDS = 0.02
MOST_SECONDS = 0.1


class Underflows:
    """Counts breaks of the sound by the sound that was played; it reads no clock."""

    def __init__(self) -> None:
        self.count = 0
        self._latest: deque[float] = deque(maxlen=_BREAKS)

    def add(self, played_seconds: float) -> bool:
        """Note a break; whether there are now so many that more latency is worth another one."""
        self.count += 1
        if played_seconds < _BEGINNING_SECONDS:
            return False
        self._latest.append(played_seconds)
        near = self._latest[-1] - self._latest[0] <= _WITHIN_SECONDS
        if len(self._latest) < _BREAKS or not near:
            return False
        self._latest.clear()
        return True


def more_latency(seconds: float) -> float | None:
    """What to ask a card for that has so much; None at the most that is asked for."""
    if seconds >= MOST_SECONDS:
        return None
    return min(max(2 * seconds, _LEAST_SECONDS), MOST_SECONDS)
