"""Work shared out to the machines of a Ray cluster (Moritz et al., OSDI 2018)."""

import importlib
import os
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from latent_resonance.contracts.errors import (
    DeviceError,
    MediaError,
    MissingPartError,
    in_a_line,
)

# A job whose machine is lost is done again elsewhere; one that itself ends what runs it is not,
# for ever.
_MOST_TRIES = 8
_AHEAD = 2
_KNOCK_SECONDS = 5

J = TypeVar("J")
R = TypeVar("R")


def import_ray() -> Any:
    """Ray, when it is installed.

    Raises:
        MissingPartError: says what to install.
    """
    try:
        return importlib.import_module("ray")
    except ModuleNotFoundError as error:
        raise MissingPartError(
            "--cluster needs Ray: pip install 'latent-resonance[cluster]' on all machines"
        ) from error


def share_out_on_cluster(
    work: Callable[[J], R],
    jobs: Sequence[J],
    address: str,
    files_of: Callable[[J], Sequence[str]],
    environment: dict[str, str],
) -> Iterator[tuple[J, R]]:
    """Do jobs on a cluster, one on each core that it has at the time; gives them as they end.

    What they read and write has to lie where all machines see it under one path. A machine that
    is lost loses nothing: its jobs are done again by the others. One that joins gets some.

    Args:
        work: a function that can be pickled, and may be called twice with the same job.
        jobs: what it is called with.
        address: ``auto`` for the cluster that this machine belongs to, or HOST:PORT of its head.
        files_of: names the files of a job, for the message when it cannot be done.
        environment: of the processes that work.

    Raises:
        MissingPartError: Ray is not installed.
        DeviceError: there is no such cluster, or it is lost on the way.
        MediaError: a job ended all that ran it.
    """
    if not jobs:
        return
    with on_cluster(address) as ray:
        remote = ray.remote(num_cpus=1, max_retries=_MOST_TRIES, scheduling_strategy="SPREAD")(
            _call
        ).options(runtime_env={"env_vars": environment})
        shared = ray.put(work)
        running: dict[Any, J] = {}
        waiting = list(reversed(jobs))
        while running or waiting:
            most = _AHEAD * max(1, int(ray.cluster_resources().get("CPU", 1)))
            while waiting and len(running) < most:
                job = waiting.pop()
                running[remote.remote(shared, job)] = job
            ended, _ = ray.wait(list(running))
            for one in ended:
                yield running[one], _result(ray, one, files_of(running[one]))
                del running[one]


def _call(work: Callable[[J], R], job: J) -> R:
    return work(job)


@contextmanager
def on_cluster(address: str) -> Iterator[Any]:
    """Belong to a cluster; gives Ray. One that was joined before, by whoever calls, stays joined.

    Args:
        address: ``auto`` for the cluster that this machine belongs to, or HOST:PORT of its head.

    Raises:
        MissingPartError: Ray is not installed.
        DeviceError: there is no such cluster.
    """
    ray = import_ray()
    joined = ray.is_initialized()
    if not joined:
        try:
            _knock(address)  # Ray itself would go on trying for minutes
            ray.init(address=address, log_to_driver=False, logging_level="ERROR")
        except (ConnectionError, OSError, RuntimeError, ValueError) as error:
            raise DeviceError(
                f"no Ray cluster answers at '{address}': start one with `ray start --head`, and "
                "`ray start --address HOST:6379` on each further machine"
            ) from error
    try:
        yield ray
    finally:
        if not joined:
            ray.shutdown()  # the connection; what still runs there is given up


def _knock(address: str) -> None:
    """Raises OSError or ValueError where nothing listens there."""
    if address == "auto":
        # What `ray start` left here; a cluster that is no more leaves it too.
        known = Path(tempfile.gettempdir()) / "ray" / "ray_current_cluster"
        address = os.environ.get("RAY_ADDRESS") or known.read_text(encoding="utf-8").strip()
    host, _, port = address.rpartition(":")
    socket.create_connection((host, int(port)), timeout=_KNOCK_SECONDS).close()


def _result(ray: Any, ended: Any, files: Sequence[str]) -> Any:
    errors = ray.exceptions
    try:
        return ray.get(ended)
    except errors.RayTaskError as error:
        raise (error.cause or error) from None
    except (errors.WorkerCrashedError, errors.OutOfMemoryError, errors.NodeDiedError) as error:
        raise MediaError(
            f"{_MOST_TRIES + 1} processes died, of memory or of one of {len(files)} files from "
            f"{files[0]} to {files[-1]}; what is finished is kept: run again without them"
        ) from error
    except errors.RayError as error:
        told = in_a_line(error)[:200]
        raise DeviceError(f"the cluster failed: {told}; what is finished is kept") from error
