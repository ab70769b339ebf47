"""What asks a bundle questions beside those that play: the latest one stays open."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

from latent_resonance.bundles.find import find_bundle


class _Closes(Protocol):
    def close(self) -> None: ...


_T = TypeVar("_T", bound=_Closes)


class LatestOpened(Generic[_T]):
    """Keeps the latest one open; one question at a time.

    Args:
        make: one of a bundle, by its name.
    """

    def __init__(self, make: Callable[[str], _T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._opened: tuple[tuple[str, int], _T] | None = None

    @contextmanager
    def of(self, bundle: str) -> Iterator[_T]:
        """That of a bundle by name; another file under the same name is opened anew.

        Raises:
            ResonanceError: there is no such bundle, or it cannot be used so.
        """
        path = find_bundle(bundle)
        key = (str(path), path.stat().st_mtime_ns)
        with self._lock:
            if self._opened is None or self._opened[0] != key:
                self._close()
                self._opened = (key, self._make(bundle))
            yield self._opened[1]

    def close(self) -> None:
        """Close the one that is open, once it has answered; safe to call twice."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._opened is not None:
            self._opened[1].close()
            self._opened = None
