"""Keeps pictures on disk and has missing ones made, one at a time, behind those that play."""

import hashlib
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from latent_resonance.contracts.files import whole_output
from latent_resonance.engine.priority import come_second

_MOST_KEPT = 400


class PictureShelf:
    """Pictures by what they are made of.

    Args:
        folder: made when the first picture is kept; the oldest of many are thrown away.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._coming: dict[str, Future[bytes]] = {}
        self._worker = ThreadPoolExecutor(1, "pictures", initializer=come_second)

    def picture(self, made_of: str, make: Callable[[], bytes]) -> bytes:
        """The picture; who asks for one that is under way waits for the same.

        Args:
            made_of: all that it depends on.
            make: called in the worker's thread where it is not on disk.

        Raises:
            ResonanceError: what ``make`` raises; or it cannot be kept.
        """
        path = self._folder / f"{hashlib.sha256(made_of.encode()).hexdigest()}.png"
        with self._lock:
            coming = self._coming.get(path.name)
            if coming is None:
                with suppress(FileNotFoundError):
                    return path.read_bytes()
                coming = self._worker.submit(self._make, path, make)
                self._coming[path.name] = coming
        return coming.result()

    def _make(self, path: Path, make: Callable[[], bytes]) -> bytes:
        try:
            data = make()
            path.parent.mkdir(parents=True, exist_ok=True)
            with whole_output(path) as partial:
                partial.write_bytes(data)
            self._forget_oldest()
            return data
        finally:
            with self._lock:
                self._coming.pop(path.name, None)

    def _forget_oldest(self) -> None:
        kept = sorted(self._folder.glob("*.png"), key=lambda path: path.stat().st_mtime)
        for path in kept[:-_MOST_KEPT]:
            path.unlink(missing_ok=True)

    def close(self) -> None:
        """Finish the picture under way; leave the others unmade."""
        self._worker.shutdown(wait=True, cancel_futures=True)
