"""Pictures that go with a sound which is pulled: stepped on a thread of their own."""

import threading
from collections.abc import Callable

from latent_resonance.engine.performance import StepOutput, Steps
from latent_resonance.engine.senses import Sensed

Show = Callable[[Steps, StepOutput], None]
"""Told of each picture, on the thread that made it."""

# A page pulls a little ahead of what it plays: so many pictures at once are all still to be shown.
_MOST_DUE = 4


class FollowingPictures:
    """Steps a chain of pictures up to where its sound has been made; late ones are left out.

    Args:
        steps: of a chain that gives pictures.
        show: gets each picture; what it raises is counted, and the next one is made.
        more: may add to what is sensed in each step.
    """

    def __init__(
        self, steps: Steps, show: Show, more: Callable[[Sensed], Sensed] | None = None
    ) -> None:
        self.steps = steps
        self._show, self._more = show, more
        self._until = 0.0
        self._wake, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="pictures", daemon=True)

    def start(self) -> None:
        """Begin; ``follow`` says how far."""
        self._thread.start()

    def follow(self, seconds: float) -> None:
        """The sound has been made up to here; from any thread."""
        self._until = seconds
        self._wake.set()

    def close(self) -> None:
        """End the thread; safe to call twice."""
        self._stop.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=2)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.wait()
            self._wake.clear()
            while not self._stop.is_set() and (due := self._due()):
                try:
                    self._show(self.steps, self._step(due))
                except Exception as error:  # noqa: BLE001 - a bad picture never stops a performance
                    self.steps.meters.error("pictures", error)

    def _due(self) -> int:
        """Pictures whose moment has been made in sound."""
        ahead = self._until - self.steps.seconds
        return max(0, int(ahead / self.steps.chain.step_seconds + 1e-6))

    def _step(self, due: int) -> StepOutput:
        late = max(0, due - _MOST_DUE)
        self.steps.meters.dropped_frames += late
        return self.steps.step(1 + late, self._more)
