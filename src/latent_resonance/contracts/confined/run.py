"""Runs a function on a foreign file in a child process that is killed at its limits."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from latent_resonance.contracts.confined.memory import resident_bytes
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.own_python import PYTHON

_EVERY_SECONDS = 0.05
_MOST_ANSWER = 4 << 20
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Variables that keep a child to one thread."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may take.

    Attributes:
        cpu_seconds: of the processor; on Windows, which does not limit them, of the clock.
        busy: how many times that it may take in all, since a machine may be busy.
        memory_bytes: resident.
    """

    cpu_seconds: int
    memory_bytes: int
    busy: float = 6.0

    @property
    def wall_seconds(self) -> float:
        """At which it is killed whatever the processor did."""
        return self.cpu_seconds * (1.5 if sys.platform == "win32" else self.busy)


class ConfinedError(InputError):
    """A child was killed at one of its limits, or died."""


def run_confined(function: str, arguments: Mapping[str, Any], limits: Limits) -> Any:
    """What ``function`` returns, run in a process of its own.

    Args:
        function: ``"package.module:name"``, of this program.
        arguments: its named arguments, as JSON has them.
        limits: at which it is killed.

    Raises:
        InputError: the function raised one; its line.
        ConfinedError: it was killed at a limit or died; worded to follow the file's name.
    """
    order = {
        "function": function,
        "arguments": dict(arguments),
        "cpu_seconds": limits.cpu_seconds,
        "memory_bytes": limits.memory_bytes,
    }
    with tempfile.TemporaryFile() as answer:
        child = subprocess.Popen(  # noqa: S603 - this program's own module
            [*PYTHON, "-m", "latent_resonance.contracts.confined.child"],
            stdin=subprocess.PIPE,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **dict.fromkeys(ONE_THREAD, "1")},
        )
        try:
            assert child.stdin is not None  # noqa: S101 - it was asked for
            try:
                child.stdin.write(json.dumps(order).encode())
                child.stdin.close()
            except OSError:
                pass  # It died; its exit code says so.
            _watch(child, limits, answer.fileno())
        finally:
            if child.poll() is None:
                child.kill()
            child.wait()
        answer.seek(0)
        told = answer.read(_MOST_ANSWER + 1)
    return _outcome(child.returncode, told, limits)


def _watch(child: subprocess.Popen[bytes], limits: Limits, answer: int) -> None:
    began = time.monotonic()
    while True:
        with suppress(subprocess.TimeoutExpired):
            child.wait(_EVERY_SECONDS)
        if child.returncode is not None:
            return
        if time.monotonic() - began > limits.wall_seconds:
            raise ConfinedError(f"takes longer than {limits.wall_seconds:g} s: given up")
        if resident_bytes(child.pid) > limits.memory_bytes:
            raise ConfinedError(f"takes more than {limits.memory_bytes >> 20} MiB: given up")
        if os.fstat(answer).st_size > _MOST_ANSWER:
            raise ConfinedError("says more than it may: given up")


def _outcome(code: int, told: bytes, limits: Limits) -> Any:
    try:
        answer = json.loads(told) if code == 0 else {}
    except ValueError:
        answer = {}
    if "result" in answer:
        return answer["result"]
    if "error" in answer:
        raise InputError(str(answer["error"]))
    if "memory" in answer:
        raise ConfinedError(f"takes more than {limits.memory_bytes >> 20} MiB: given up")
    raise ConfinedError(why_it_ended(code, limits))


def why_it_ended(code: int, limits: Limits) -> str:
    """Of a child that gave no answer, by its exit code."""
    if code in _CPU_CODES:
        return f"takes longer than {limits.cpu_seconds} s of the processor: given up"
    return f"ended the process that looked at it (code {code}): refused"


# How the system ends a process at its limit of processor time: SIGXCPU, then SIGKILL.
_CPU_CODES = {-24, -9}
