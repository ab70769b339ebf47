"""Presence of a face: held for a moment when lost, led to rest, and faded in on its return."""

import math

from latent_resonance.sound.smoothing import share

_FADE_IN_SECONDS = 0.4


class Presence:
    """Whether there is a face; one that is lost for a moment still counts.

    Args:
        hold_seconds: how long the last face is held when it is lost.
        rest_seconds: time constant of the glide to rest after that.
    """

    def __init__(self, hold_seconds: float, rest_seconds: float) -> None:
        self._hold = hold_seconds
        self._rest = rest_seconds
        self.reset()

    def reset(self) -> None:
        """No face was seen yet."""
        self._missing = math.inf
        self._back = math.inf

    @property
    def steady(self) -> bool:
        """Whether the face has been there long enough for its speed to mean something."""
        return self._back > _FADE_IN_SECONDS

    @property
    def fade_in(self) -> float:
        """0 at the return of a face, 1 when it is fully back; smooth in between."""
        part = min(self._back / _FADE_IN_SECONDS, 1.0)
        return part * part * (3 - 2 * part)

    def returns(self, dt_seconds: float, *, other: bool = False) -> bool:
        """A frame with a face.

        Args:
            dt_seconds: since the last frame.
            other: whether it is another face than in the frame before.

        Returns:
            Whether it fades in: it is back after a loss, or another one. Not the very first.
        """
        gone, self._missing = self._missing, 0.0
        if math.isinf(gone):
            return False
        if gone > self._hold or other:
            self._back = 0.0
            return True
        self._back += dt_seconds
        return False

    def lost(self, dt_seconds: float) -> float:
        """A frame without a face; the part of the way to rest to go in it, 0..1."""
        self._missing += dt_seconds
        if self._missing <= self._hold:
            return 0.0
        return share(dt_seconds, self._rest)
