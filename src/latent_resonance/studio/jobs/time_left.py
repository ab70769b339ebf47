"""How long a job still takes, from how quickly it went on so far."""

import math
import time
from collections.abc import Callable

# Too short a look says nothing.
_LEAST_SECONDS = 2.0
_LEAST_DONE = 0.005
# The latest part of the way counts most: a third of all the time so far, not less than this.
_MEMORY_SECONDS = 10.0
_MEMORY_SHARE = 1 / 3
# What has stood still for so many of its usual steps is not guessed at.
_STILL_STEPS = 5.0
_STILL_SECONDS = 10.0


class TimeLeft:
    """Follows one job; unknown until it has gone on for a while.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began: tuple[float, float] | None = None  # when, and how far it was
        self._last = (0.0, 0.0)
        self._rate = 0.0  # of the whole in a second
        self._step = 0.0  # seconds from one word to the next

    def follow(self, done: float) -> None:
        """It is so far now, 0..1."""
        now = self._clock()
        if self._began is None:
            self._began = self._last = (now, done)
            return
        since, gone = now - self._last[0], done - self._last[1]
        if gone <= 0 or since <= 0:
            return
        memory = max(_MEMORY_SECONDS, _MEMORY_SHARE * (now - self._began[0]))
        kept = math.exp(-since / memory) if self._rate else 0.0
        self._rate = kept * self._rate + (1 - kept) * gone / since
        self._step = kept * self._step + (1 - kept) * since
        self._last = (now, done)

    def seconds(self) -> float | None:
        """Seconds left; None while nobody can know."""
        if self._began is None or not self._rate:
            return None
        now = self._clock()
        at, done = self._last
        if at - self._began[0] < _LEAST_SECONDS or done - self._began[1] < _LEAST_DONE:
            return None
        if now - at > max(_STILL_SECONDS, _STILL_STEPS * self._step):
            return None
        return max((1 - done) / self._rate - (now - at), 0.0)
