"""Work shared out to processes: spawned, on one thread each, ended when the run is."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, TypeVar

from latent_resonance.contracts.confined.run import ONE_THREAD
from latent_resonance.contracts.errors import MediaError

J = TypeVar("J")
R = TypeVar("R")


def share_out(
    work: Callable[[J], R],
    jobs: Sequence[J],
    workers: int,
    files_of: Callable[[J], Sequence[str]],
    cluster: str | None = None,
) -> Iterator[tuple[J, R]]:
    """Do jobs in processes, or in this one where there is one worker; gives them as they end.

    Args:
        work: a function that can be pickled.
        jobs: what it is called with.
        workers: processes.
        files_of: names the files of a job, for the message when a worker dies.
        cluster: address of a Ray cluster whose machines do them in place of this one's processes.

    Raises:
        MediaError: a worker died.
        MissingPartError, DeviceError: there is no such cluster.
    """
    if cluster:
        from latent_resonance.data.cluster import share_out_on_cluster

        environment = dict.fromkeys(ONE_THREAD, "1")
        yield from share_out_on_cluster(work, jobs, cluster, files_of, environment)
        return
    workers = min(workers, len(jobs))
    if workers <= 1:
        for job in jobs:
            yield job, work(job)
        return
    with _single_threads():
        others = set(multiprocessing.active_children())
        # Spawned, not forked: the bar on the terminal is a thread of this process.
        pool = ProcessPoolExecutor(
            workers, multiprocessing.get_context("spawn"), initializer=_ignore_interrupt
        )
        running: dict[Future[R], J] = {}
        waiting = list(reversed(jobs))
        try:
            while running or waiting:
                # Two for each worker: none idles, and little is lost when the run is cut off.
                while waiting and len(running) < 2 * workers:
                    job = waiting.pop()
                    running[pool.submit(work, job)] = job
                ended, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in ended:
                    yield running[future], future.result()
                    del running[future]
        except BrokenProcessPool as error:
            files = [file for job in running.values() for file in files_of(job)]
            raise MediaError(
                f"a worker died, of memory or of one of {len(files)} files from {files[0]} to "
                f"{files[-1]}; what is finished is kept: run again with fewer --workers"
            ) from error
        except BaseException:
            # Stopped by hand, or the disk is full: what is half-done is done again next time.
            for process in set(multiprocessing.active_children()) - others:
                process.terminate()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _single_threads() -> Iterator[None]:
    """Workers are as many as there are cores: each keeps to one."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _ignore_interrupt(*_: Any) -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
