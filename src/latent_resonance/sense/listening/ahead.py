"""What a sound file gives, made a little ahead of the performance, on a thread of its own.

A live performance then never waits while its file is read or measured, nor where it starts over,
which takes a decoder's start.
"""

import contextlib
import queue
import threading
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

Made = TypeVar("Made")

AHEAD_SECONDS = 2.0
"""More than a decoder takes to start on a busy machine."""


class MadeAhead(Generic[Made]):
    """What ``make`` gives, again and again, in order.

    Args:
        make: called by the thread alone; gives the next ones, or None where there are no more.
        most: how many may wait.
    """

    def __init__(self, make: Callable[[], Iterable[Made] | None], most: int) -> None:
        self._make = make
        self._made: queue.Queue[Made | Exception] = queue.Queue(most)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ahead", daemon=True)
        self._thread.start()

    def next(self) -> Made:
        """The next one; waits for it where it has to. Raises what making it raised."""
        made = self._made.get()
        if isinstance(made, Exception):
            raise made
        return made

    def close(self) -> None:
        """End the thread; what it works with is free again."""
        self._stop.set()
        while self._thread.is_alive():
            # It may be waiting for room.
            with contextlib.suppress(queue.Empty):
                self._made.get_nowait()
            self._thread.join(0.01)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                made = self._make()
                if made is None:
                    return
                for one in made:
                    self._made.put(one)
            except Exception as error:  # noqa: BLE001 - raised again where it is read
                self._made.put(error)
