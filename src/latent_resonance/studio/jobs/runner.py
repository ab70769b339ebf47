"""Runs jobs in two lines, each job in a process of its own; knows none of their insides."""

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import threading
from collections import defaultdict, deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import OutputError, ResonanceError, in_a_line
from latent_resonance.contracts.own_python import PYTHON
from latent_resonance.studio.ceilings import MOST_WAITING_JOBS, TooMuchError
from latent_resonance.studio.jobs.line import Line
from latent_resonance.studio.jobs.time_left import TimeLeft
from latent_resonance.studio.jobs.work_order import WorkOrder, describe_order
from latent_resonance.studio.store.jobs import ENDED, Job, JobKind, JobTable

_PATIENCE_SECONDS = 5.0
_LINES_KEPT = 20
_LOOK_SECONDS = 0.2
# Hours, where the others take seconds or minutes: nothing of those waits for them.
_LONG: frozenset[JobKind] = frozenset({"train", "prepare"})


class JobRunner:
    """Starts, watches and ends jobs.

    Trainings and preparations run one after another, and beside them all the rest.

    Args:
        table: where they are kept.
        folder: each job gets a folder of its own in it.
    """

    def __init__(self, table: JobTable, folder: Path) -> None:
        self._table = table
        self._folder = folder
        self._long, self._short = Line(), Line()
        self._lock = threading.Lock()
        self._processes: dict[str, subprocess.Popen[str]] = {}
        self._cancelled: set[str] = set()
        self._paces: dict[str, TimeLeft] = {}
        self._unnoted: dict[str, str] = {}
        self._watchers: dict[str, list[tuple[asyncio.AbstractEventLoop, asyncio.Event]]]
        self._watchers = defaultdict(list)
        self._threads: list[threading.Thread] = []
        self._closing = threading.Event()
        self._silent = threading.Event()
        folder.mkdir(parents=True, exist_ok=True)
        table.interrupt_all()

    def folder(self, job: str) -> Path:
        """Where its files lie."""
        return self._folder / job

    def list(self) -> list[Job]:
        """All, the latest first."""
        return [self._as_it_stands(job) for job in self._table.list()]

    def find(self, job: str) -> Job | None:
        """By its id."""
        found = self._table.find(job)
        return None if found is None else self._as_it_stands(found)

    def start(self, kind: JobKind, request: Mapping[str, Any], order: WorkOrder) -> Job:
        """Begin as soon as it is its turn.

        Raises:
            TooMuchError: more wait already than are taken on.
            OutputError: it cannot be noted.
        """
        if self._table.count_waiting() >= MOST_WAITING_JOBS:
            raise TooMuchError(
                f"{MOST_WAITING_JOBS} jobs are waiting already: let some end, or cancel them"
            )
        job = self._table.add(kind, request)
        order = order.model_copy(update={"folder": self.folder(job.id)})
        line = self._line(kind)
        line.join(job.id)
        thread = threading.Thread(target=self._run, args=(job.id, order, line), daemon=True)
        with self._lock:
            self._threads = [t for t in self._threads if t.is_alive()] + [thread]
        thread.start()
        return self._as_it_stands(job)

    def cancel(self, job: str) -> bool:
        """End it; False when there is no such job. One that has ended stays as it is."""
        found = self._table.find(job)
        if found is None:
            return False
        if found.state in ENDED:
            return True
        with self._lock:
            self._cancelled.add(job)
            process = self._processes.get(job)
        if process is not None:
            process.terminate()
        else:
            self._move(job, "cancelled", 0.0, "before it began")
        return True

    def remove(self, job: str) -> bool:
        """Forget it and its files."""
        self.cancel(job)
        if not self._table.remove(job):
            return False
        shutil.rmtree(self.folder(job), ignore_errors=True)
        self._tell(job)
        return True

    def remove_ended(self) -> None:
        """Forget all that ended, and their files."""
        for job in self.list():
            if job.state in ENDED:
                self.remove(job.id)

    def watch(self, job: str, loop: asyncio.AbstractEventLoop) -> asyncio.Event:
        """An event that is set at each change of the job."""
        event = asyncio.Event()
        with self._lock:
            self._watchers[job].append((loop, event))
        return event

    def unwatch(self, job: str, event: asyncio.Event) -> None:
        """No more of that."""
        with self._lock:
            kept = [pair for pair in self._watchers[job] if pair[1] is not event]
            self._watchers[job] = kept
            if not kept:
                del self._watchers[job]

    @property
    def tells(self) -> bool:
        """Whether changes are still told; not once the studio closes."""
        return not self._silent.is_set()

    def stop_telling(self) -> None:
        """Wake all that watch: they are told no more."""
        self._silent.set()
        with self._lock:
            watched = list(self._watchers)
        for job in watched:
            self._tell(job)

    def close(self) -> None:
        """End all that runs."""
        self._closing.set()
        with self._lock:
            running = list(self._processes.values())
            threads = list(self._threads)
        for process in running:
            process.terminate()
        for thread in threads:
            thread.join(timeout=2 * _PATIENCE_SECONDS)
        with contextlib.suppress(OutputError):  # a full disk: the next start notes it
            self._table.interrupt_all()

    def _line(self, kind: JobKind) -> Line:
        return self._long if kind in _LONG else self._short

    def _run(self, job: str, order: WorkOrder, line: Line) -> None:
        try:
            while not line.wait(job, _LOOK_SECONDS):
                if self._given_up(job):
                    return
            if not self._given_up(job):
                self._work(job, order)
        except (ResonanceError, OSError) as error:
            self._give_up(job, error)
        finally:
            with self._lock:
                self._processes.pop(job, None)
                self._paces.pop(job, None)
                self._cancelled.discard(job)
            for other in line.leave(job):
                self._tell(other)

    def _given_up(self, job: str) -> bool:
        return self._closing.is_set() or job in self._cancelled

    def _work(self, job: str, order: WorkOrder) -> None:
        self.folder(job).mkdir(parents=True, exist_ok=True)
        process = subprocess.Popen(  # noqa: S603 - this program's own module
            [*PYTHON, "-m", "latent_resonance.studio.jobs.work"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        with self._lock:
            self._processes[job] = process
            if self._given_up(job):
                process.terminate()
        self._table.begin(job)
        self._tell(job)
        last_words: deque[str] = deque(maxlen=_LINES_KEPT)
        listener = threading.Thread(
            target=lambda: last_words.extend(process.stderr or ()), daemon=True
        )
        listener.start()
        told = self._listen(job, process, order)
        try:
            code = process.wait(timeout=_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        listener.join(timeout=1)
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
        self._conclude(job, code, told, last_words)

    def _give_up(self, job: str, error: Exception) -> None:
        """What is to be kept of a job cannot be, as on a full disk: it ends, and says so."""
        with self._lock:
            process = self._processes.get(job)
            self._unnoted[job] = in_a_line(error)
        if process is not None:
            process.kill()
            process.wait()
        with contextlib.suppress(ResonanceError):
            self._table.move(job, "failed", 0.0, self._unnoted[job])
        self._tell(job)

    def _listen(self, job: str, process: subprocess.Popen[str], order: WorkOrder) -> dict[str, Any]:
        """Give the order, follow the progress; gives the worker's last word."""
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018
        last: dict[str, Any] = {}
        with contextlib.suppress(OSError):  # a worker that died says so by its exit code
            process.stdin.write(json.dumps(describe_order(order)))
            process.stdin.close()
        for line in process.stdout:
            try:
                told = json.loads(line)
            except ValueError:
                continue  # a library that prints
            if not isinstance(told, dict):
                continue
            if "done" in told:
                done = min(max(float(told["done"]), 0.0), 1.0)
                with self._lock:
                    self._paces.setdefault(job, TimeLeft()).follow(done)
                self._move(job, "running", done, str(told.get("message", "")))
            else:
                last = told
        return last

    def _conclude(self, job: str, code: int, told: dict[str, Any], words: deque[str]) -> None:
        if self._closing.is_set():
            return  # close() says that it was interrupted
        if job in self._cancelled:
            shutil.rmtree(self.folder(job), ignore_errors=True)
            self._move(job, "cancelled", 0.0, "")
        elif code == 0 and "result" in told:
            self._table.finish(job, told["result"])
            self._tell(job)
        else:
            self._move(job, "failed", 0.0, str(told.get("error") or _why(code, words)))

    def _move(self, job: str, state: Any, done: float, message: str) -> None:
        self._table.move(job, state, done, message)
        self._tell(job)

    def _as_it_stands(self, job: Job) -> Job:
        """With what only the runner knows of it."""
        if job.state == "waiting":
            first = self._line(job.kind).before(job.id)
            job = job.model_copy(update={"waits_for": first})
        with self._lock:
            pace = self._paces.get(job.id)
            if job.state not in ENDED and job.id in self._unnoted:
                return job.model_copy(update={"state": "failed", "message": self._unnoted[job.id]})
            left = None if pace is None or job.state != "running" else pace.seconds()
        return job if left is None else job.model_copy(update={"seconds_left": round(left, 1)})

    def _tell(self, job: str) -> None:
        with self._lock:
            watchers = list(self._watchers.get(job, ()))
        for loop, event in watchers:
            with contextlib.suppress(RuntimeError):  # its page is gone and its loop closed
                loop.call_soon_threadsafe(event.set)


def _why(code: int, words: deque[str]) -> str:
    """Why a worker that said nothing itself has ended."""
    if code < 0:
        return (
            f"the system ended it (signal {-code}), as it does when memory runs out: close other "
            "programs or ask for less, then try again"
        )
    lines = [word.strip() for word in words if word.strip()]
    return lines[-1] if lines else f"ended with code {code}"
