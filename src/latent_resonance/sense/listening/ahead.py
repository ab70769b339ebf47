"""A sound file measured a little ahead of the performance, on a thread of its own."""

import contextlib
import queue
import threading

import numpy as np

from latent_resonance.contracts.values import Controls
from latent_resonance.sense.listening.files import SoundFile
from latent_resonance.sense.listening.listener import Listener

# Half a second of steps: enough for what is measured only now and then and takes longer.
_MOST_AHEAD = 24


class MeasuredAhead:
    """What a listener gives for each step of a file, in order, and of silence after its end.

    The sound of a live performance then never waits while its file is measured. Each value is the
    one that measuring in step would give.

    Args:
        file: read by the thread alone, from where it is.
        listener: fed by the thread alone.
    """

    def __init__(self, file: SoundFile, listener: Listener) -> None:
        self._file, self._listener = file, listener
        self._made: queue.Queue[Controls | Exception] = queue.Queue(_MOST_AHEAD)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="listening", daemon=True)
        self._thread.start()

    def next(self) -> Controls:
        """The next step; waits for it where it has to. Raises what measuring it raised."""
        made = self._made.get()
        if isinstance(made, Exception):
            raise made
        return made

    def close(self) -> None:
        """End the thread; file and listener are free again."""
        self._stop.set()
        while self._thread.is_alive():
            # It may be waiting for room.
            with contextlib.suppress(queue.Empty):
                self._made.get_nowait()
            self._thread.join(0.01)

    def _run(self) -> None:
        while not self._stop.is_set():
            piece = np.zeros(self._listener.hop, np.float32)  # Silence after the end.
            try:
                sound = self._file.read(len(piece))
                piece[: len(sound)] = sound.mean(axis=1)
                for update in self._listener.feed(piece):
                    self._made.put(update)
            except Exception as error:  # noqa: BLE001 - raised again where it is read
                self._made.put(error)
