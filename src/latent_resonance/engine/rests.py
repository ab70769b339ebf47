"""How long the model's thread rests after a window, as a share of what that took."""

import threading
from collections.abc import Hashable

_LATELY_SECONDS, _MOST_SECONDS = 1.0, 0.5


def rest_of_sound(cores: int) -> float:
    """1 on two cores, a third on four: the sound, and the page that plays it, need what is left.

    Args:
        cores: physical ones that this process may use.
    """
    return 1 / max(1, cores - 1)


def rest_of_pictures(cores: int, *, alone: bool = False) -> float:
    """A third on two cores: pictures are asked for once a frame, so the thread waits anyway.

    None for pictures alone, without sound and page; on a single core those who sense and show them
    still need a half.
    """
    if cores == 1:
        return 1.0
    return 0.0 if alone else min(1 / 3, rest_of_sound(cores))


def rest_after(took: float, rest: float, makers: int) -> float:
    """Seconds that each of so many threads rests after a window that took ``took`` seconds.

    Together they take what one with ``rest`` takes alone; but no place is followed more seldom than
    twice a second for the others' sake.
    """
    return max(took * rest, min(took * ((1 + rest) * makers - 1), _MOST_SECONDS))


class Makers:
    """Who of a process makes windows at the moment; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[Hashable, float] = {}

    def count(self, maker: Hashable, now: float) -> int:
        """How many made one in the last second, ``maker`` at ``now`` among them."""
        with self._lock:
            seen = {one: at for one, at in self._seen.items() if now - at < _LATELY_SECONDS}
            self._seen = {**seen, maker: now}
            return len(self._seen)

    def leave(self, maker: Hashable) -> None:
        """It makes none any more."""
        with self._lock:
            self._seen.pop(maker, None)
