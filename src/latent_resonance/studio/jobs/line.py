"""A line of jobs, of which the first has its turn."""

import threading


class Line:
    """Who comes first runs first, one at a time; safe to use from several threads."""

    def __init__(self) -> None:
        self._jobs: list[str] = []
        self._changed = threading.Condition()

    def join(self, job: str) -> None:
        """Put a job behind those that are there."""
        with self._changed:
            self._jobs.append(job)

    def leave(self, job: str) -> list[str]:
        """Gives those that came after it: what they wait for may be another now."""
        with self._changed:
            if job not in self._jobs:
                return []
            place = self._jobs.index(job)
            del self._jobs[place]
            self._changed.notify_all()
            return self._jobs[place:]

    def wait(self, job: str, seconds: float) -> bool:
        """Whether its turn has come within that time; False for one that left."""
        with self._changed:
            return self._changed.wait_for(lambda: self._jobs[:1] == [job], seconds)

    def before(self, job: str) -> str | None:
        """Which has its turn while this one waits; None for one that waits for nothing."""
        with self._changed:
            if job not in self._jobs or self._jobs[0] == job:
                return None
            return self._jobs[0]
