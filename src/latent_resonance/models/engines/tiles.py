"""A picture in stripes: what a network computes at once stays in the processor's cache."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from latent_resonance.contracts.values import FloatArray

COARSE = 4
"""Networks of coordinates compute some of it for squares of so many pixels."""

Spread = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""``map``, or what does the same in several threads."""


def in_threads(count: int) -> Spread:
    """What does as ``map`` does, so many at once."""

    def spread(one: Callable[[Any], Any], many: Iterable[Any]) -> list[Any]:
        # Begun anew each time, a tenth of a millisecond: on Linux a thread has the priority of the
        # one that begins it, and who draws live comes second to the sound.
        with ThreadPoolExecutor(count, "stripes") as threads:
            return list(threads.map(one, many))

    return spread


_MOST_PIXELS = 256 * 256
_OVERLAP = COARSE


class Tiles:
    """Stripes of a picture, all of one size, and the coordinates of their pixels.

    y goes from -1 at the top to 1 at the bottom, x is in the same unit, 0 in the middle. Stripes
    overlap, so that what a network interpolates between squares is the same as in one piece.

    Args:
        height: of the picture, in pixels.
        width: in pixels.
    """

    def __init__(self, height: int, width: int) -> None:
        self.height, self.width = height, width
        wide, high = _whole(width), _whole(height)
        rows = high
        if high * wide > _MOST_PIXELS * 5 // 4:
            # As few as may be, and of such a height that the last one draws little twice.
            most = max(4 * _OVERLAP, _MOST_PIXELS * 9 // 8 // wide)
            count = -(-(high - 2 * _OVERLAP) // (most - 2 * _OVERLAP))
            rows = min(high, _whole(-(-(high - 2 * _OVERLAP) // count) + 2 * _OVERLAP))
        self.shape = (1, 2, rows, wide)
        step = rows - 2 * _OVERLAP
        starts = [0] if rows == high else [*range(0, high - rows, step), high - rows]
        y = ((np.arange(high) + 0.5) * (2 / height) - 1).astype(np.float32)
        x = (((np.arange(wide) + 0.5) * 2 - width) / height).astype(np.float32)
        whole = np.stack(np.broadcast_arrays(x[None, :], y[:, None]))[None]
        self._pixels = [np.ascontiguousarray(whole[:, :, at : at + rows]) for at in starts]
        ends = [at + rows - _OVERLAP for at in starts[:-1]] + [high]
        begins = [0, *ends[:-1]]
        self._kept = [
            (at, begin, min(end, height))
            for at, begin, end in zip(starts, begins, ends, strict=True)
        ]

    def __len__(self) -> int:
        return len(self._pixels)

    def draw(self, one: Callable[[FloatArray], FloatArray], spread: Spread = map) -> FloatArray:
        """The whole, ``[1, channels, height, width]``, of stripes that ``one`` makes of pixels."""
        if len(self) == 1:
            return one(self._pixels[0])[:, :, : self.height, : self.width]
        drawn = zip(spread(one, self._pixels), self._kept, strict=True)
        stripes = [
            made[:, :, begin - at : end - at, : self.width] for made, (at, begin, end) in drawn
        ]
        return np.concatenate(stripes, axis=2)


def _whole(size: int) -> int:
    return -(-size // COARSE) * COARSE
