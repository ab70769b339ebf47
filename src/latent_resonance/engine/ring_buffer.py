"""Joins the thread that makes sound to the callback that plays it."""

import numpy as np

from latent_resonance.contracts.values import FloatArray


class RingBuffer:
    """Sound between exactly one producer and exactly one consumer, without a lock.

    The producer alone moves ``written``, the consumer alone moves ``taken``; each reads the
    other's counter once per call, so an old value only makes it see less room or less sound
    than there is. Counters are Python integers and never wrap.

    Args:
        capacity: frames that fit.
        channels: samples per frame.
    """

    def __init__(self, capacity: int, channels: int = 1) -> None:
        if capacity < 1 or channels < 1:
            raise ValueError(f"capacity {capacity} and channels {channels} must be at least 1")
        self._frames = np.zeros((capacity, channels), np.float32)
        self.capacity = capacity
        self.written = 0
        self.taken = 0

    @property
    def filled(self) -> int:
        """Frames that wait to be taken."""
        return self.written - self.taken

    @property
    def room(self) -> int:
        """Frames that can be put before it is full."""
        return self.capacity - self.filled

    def put(self, frames: FloatArray) -> int:
        """Producer: add what fits of ``frames`` ``[n, channels]``; gives how many that was."""
        count = min(len(frames), self.room)
        start = self.written % self.capacity
        first = min(count, self.capacity - start)
        self._frames[start : start + first] = frames[:first]
        self._frames[: count - first] = frames[first:count]
        self.written += count  # last: what it announces is in place
        return count

    def take(self, out: FloatArray) -> int:
        """Consumer: fill ``out`` ``[n, channels]`` from the front; gives how many there were.

        What could not be filled is left as it was.
        """
        count = min(len(out), self.filled)
        start = self.taken % self.capacity
        first = min(count, self.capacity - start)
        out[:first] = self._frames[start : start + first]
        out[first:count] = self._frames[: count - first]
        self.taken += count
        return count
