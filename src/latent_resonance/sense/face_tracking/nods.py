"""Nods: a head that goes down at once, told the moment it does."""

import math

# A nod is this far down from the highest of the last moments, at least this fast.
_LEAST_DEGREES, _LEAST_SPEED = 4.0, 25.0
_FULL_SPEED = 100.0
# How slowly what counts as up follows a head that looks down, and how slowly a nod rings out.
_UP_SECONDS, _FALL_SECONDS = 0.8, 0.15
_AGAIN_DEGREES = 2.0


class Nods:
    """A level that jumps to a nod's strength and falls back."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """No head was seen yet."""
        self.level = 0.0
        self._up: float | None = None
        self._low = math.inf
        self._down = False

    def step(self, pitch: float, speed: float, dt_seconds: float) -> float:
        """The level after a frame.

        Args:
            pitch: in degrees, positive looking up.
            speed: its change per second.
            dt_seconds: since the frame before.
        """
        self.level *= math.exp(-dt_seconds / _FALL_SECONDS)
        if self._up is None or pitch > self._up:
            self._up = pitch
        else:
            self._up += (1 - math.exp(-dt_seconds / _UP_SECONDS)) * (pitch - self._up)
        if self._down:
            self._low = min(self._low, pitch)
            self._down = pitch < self._low + _AGAIN_DEGREES
        elif self._up - pitch > _LEAST_DEGREES and -speed > _LEAST_SPEED:
            self._down, self._low = True, pitch
        if self._down:
            self.level = max(self.level, min(-speed / _FULL_SPEED, 1.0))
        return self.level
