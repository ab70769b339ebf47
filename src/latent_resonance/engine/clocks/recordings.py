"""What is recorded while it is played: a file that takes no more ends, the playing does not."""

import threading
from collections.abc import Callable, Iterable

from latent_resonance.contracts.errors import OutputError
from latent_resonance.contracts.parts import KeepingStage, Stage


class Recordings:
    """The files of a live performance.

    Args:
        stages: all of the performance.

    Attributes:
        ended: a line for each file that ended before the performance, in that order.
    """

    def __init__(self, stages: Iterable[Stage]) -> None:
        self._stages, self._over = set(stages), set[Stage]()
        self._lock = threading.Lock()
        self._keeping: list[threading.Thread] = []
        self.ended: list[str] = []

    def give(self, stage: Stage, put: Callable[[], None]) -> None:
        """Have a stage take something, unless its file has ended.

        Raises:
            OutputError: it can be written no more, and there is no other stage to play on.
        """
        if stage in self._over:
            return
        try:
            put()
        except OutputError as error:
            with self._lock:  # sound and pictures of one film come from two threads
                if stage in self._over:
                    return
                if self._stages <= {*self._over, stage}:
                    raise
                self._over.add(stage)
            self.end(error, stage.keep if isinstance(stage, KeepingStage) else None)

    def end(self, error: OutputError, keep: Callable[[], None] | None = None) -> None:
        """Say that a file ended, and keep what it has: on a thread, as that waits for the disk."""
        self.ended.append(f"{error}; this recording ends, the playing goes on")
        if keep is not None:
            thread = threading.Thread(target=self._keep, args=(keep,), name="keep", daemon=True)
            self._keeping.append(thread)
            thread.start()

    def close(self) -> None:
        """Wait until what ended is kept."""
        for thread in self._keeping:
            thread.join()

    def _keep(self, keep: Callable[[], None]) -> None:
        try:
            keep()
        except OutputError as error:
            self.ended.append(str(error))
