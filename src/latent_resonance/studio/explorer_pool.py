"""A bundle to explore, beside those that play: its networks are its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from latent_resonance.bundles.find import find_bundle
from latent_resonance.engine.exploration.explorer import Explorer
from latent_resonance.studio.play.instrument import choose_engine
from latent_resonance.studio.store.settings import SettingsTable


class ExplorerPool:
    """Keeps the latest one open; one question at a time.

    Args:
        settings: for engine and threads.
    """

    def __init__(self, settings: SettingsTable) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._opened: tuple[tuple[str, int], Explorer] | None = None

    @contextmanager
    def explorer(self, bundle: str) -> Iterator[Explorer]:
        """The bundle of that name; another file under the same name is opened anew."""
        path = find_bundle(bundle)
        key = (str(path), path.stat().st_mtime_ns)
        with self._lock:
            if self._opened is None or self._opened[0] != key:
                self._close()
                settings = self._settings.get()
                choice = choose_engine(settings.engine, settings.device)
                self._opened = (key, Explorer(bundle, choice, settings.threads))
            yield self._opened[1]

    def close(self) -> None:
        """Let go of it."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._opened is not None:
            self._opened[1].close()
            self._opened = None
