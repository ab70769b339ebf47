"""What finds places of a model of pictures by words, beside those that play."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from latent_resonance.bundles.find import find_bundle, open_bundle
from latent_resonance.engine.moods.finder import MoodFinder
from latent_resonance.navigate.moods.search import Effort

# Less than for moods that are added to a bundle: somebody waits, and something plays.
_EFFORT = Effort(candidates=512, rounds=16)


class MoodPool:
    """Keeps the latest one open; one question at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opened: tuple[tuple[str, int], MoodFinder] | None = None

    @contextmanager
    def finder(self, bundle: str) -> Iterator[MoodFinder]:
        """Of the bundle of that name; another file under the same name is opened anew.

        Raises:
            InputError: the bundle makes no pictures.
        """
        path = find_bundle(bundle)
        key = (str(path), path.stat().st_mtime_ns)
        with self._lock:
            if self._opened is None or self._opened[0] != key:
                self._close()
                self._opened = (key, MoodFinder(open_bundle(bundle), effort=_EFFORT))
            yield self._opened[1]

    def close(self) -> None:
        """Let go of it."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._opened is not None:
            self._opened[1].close()
            self._opened = None
