"""The model on a thread of its own: the latest request wins, the sound never waits."""

import threading
import time

from latent_resonance.contracts.parts import Model
from latent_resonance.contracts.values import Latent, Spectrogram
from latent_resonance.engine.slot import Slot
from latent_resonance.studio.instruments.player import Playing
from latent_resonance.studio.instruments.priority import come_second


class WindowMaker:
    """Makes windows until it is closed.

    Args:
        model: prepared; asked by this thread alone once it runs.
        playing: where its times go.
    """

    def __init__(self, model: Model, playing: Playing) -> None:
        self._model = model
        self._playing = playing
        self._requests: Slot[Latent] = Slot()
        self._windows: Slot[Spectrogram] = Slot()
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._work, name="windows", daemon=True)
        self._thread.start()

    def ask(self, latent: Latent) -> None:
        """A window of that place, in place of what was asked for and not begun."""
        self._requests.put(latent)
        self._playing.meters.dropped_requests = self._requests.replaced

    def take(self) -> Spectrogram | None:
        """What became of the latest request, once."""
        return self._windows.take()

    def close(self) -> None:
        """End the thread."""
        self._ends.set()
        self._thread.join(timeout=5)

    def _work(self) -> None:
        come_second()
        while not self._ends.is_set():
            latent = self._requests.take(timeout_seconds=0.1)
            if latent is None:
                continue
            began = time.perf_counter()
            try:
                made = self._model.generate(latent)
            except Exception as error:  # noqa: BLE001 - the last good window plays on
                self._playing.meters.error("model", error)
                continue
            took = time.perf_counter() - began
            self._playing.meters.generation.add(took)
            self._playing.latest_generation_seconds = took
            if isinstance(made, Spectrogram):
                self._windows.put(made)
