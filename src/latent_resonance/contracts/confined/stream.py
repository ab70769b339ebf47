"""Bytes that a function makes of a foreign file, piece by piece, in a child that is used again."""

import atexit
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from latent_resonance.contracts.confined.memory import resident_bytes
from latent_resonance.contracts.confined.run import ONE_THREAD, ConfinedError, Limits, why_it_ended
from latent_resonance.contracts.confined.streaming_child import END, ERROR, HEAD, MEMORY
from latent_resonance.contracts.errors import InputError, ResonanceError
from latent_resonance.contracts.own_python import PYTHON

_EVERY_SECONDS = 0.1
_MOST_PIECE = 16 << 20
_MOST_IDLE = 2
_PIPE = 1 << 20


class ConfinedStream:
    """Pieces of bytes, made one by one as they are asked for.

    A child costs half a second to start; those that are no longer needed wait for the next stream.

    Args:
        function: ``"package.module:name"`` of this program; gives an iterator of bytes.
        arguments: its named arguments, as JSON has them.
        memory_bytes: at which the child is killed.
        errors: kinds of errors that are raised here as they were there; others as InputError.

    Attributes:
        cpu_seconds: of the processor, taken so far.
    """

    def __init__(
        self,
        function: str,
        arguments: Mapping[str, Any],
        memory_bytes: int,
        errors: Sequence[type[ResonanceError]] = (),
    ) -> None:
        self.cpu_seconds = 0.0
        self._order: dict[str, Any] = {"function": function, "arguments": dict(arguments)}
        self._memory = memory_bytes
        self._errors = {kind.__name__: kind for kind in errors}
        self._child: _Child | None = None
        self._over = False

    def next(self, cpu_seconds: float, word: float | None = None) -> bytes | None:
        """The next piece, or None at the end.

        Args:
            cpu_seconds: that it may take.
            word: what the function is told, as ``yield`` returns it; None at first.

        Raises:
            ResonanceError: the function raised one; its line.
            ConfinedError: the child was killed at a limit or died; worded to follow the file's
                name.
        """
        if self._over:
            return None
        self._child = self._child or _take(self._memory)
        order = {**self._order, "cpu_seconds": cpu_seconds, "word": word}
        self._order = {}
        with suppress(FileNotFoundError):  # which was removed
            order["folder"] = str(Path.cwd())
        try:
            kind, self.cpu_seconds, piece = self._child.ask(
                order, Limits(max(1, round(cpu_seconds)), self._memory)
            )
        except BaseException:
            # What it is about to say would be taken for the answer to the next order.
            self._child.end()
            self._child, self._over = None, True
            raise
        if kind == END:
            self.close()
            return None
        if kind == ERROR:
            self.close()
            told = json.loads(piece)
            raise self._errors.get(told["kind"], InputError)(told["line"])
        return piece

    def close(self) -> None:
        """No more of it; safe to call twice."""
        child, self._child, self._over = self._child, None, True
        if child is not None:
            _give_back(child)


class _Child:
    """A process that answers orders, killed at the limits of each."""

    def __init__(self, memory_bytes: int) -> None:
        self.memory_bytes = memory_bytes
        self._process = subprocess.Popen(  # noqa: S603 - this program, and a number
            [
                *PYTHON,
                "-m",
                "latent_resonance.contracts.confined.streaming_child",
                str(memory_bytes),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **dict.fromkeys(ONE_THREAD, "1")},
        )
        _widen(self._process.stdout)
        self._fate = ""
        self._until: float | None = None
        self._limits = Limits(1, memory_bytes)
        self._changed = threading.Condition()
        threading.Thread(target=self._watch, daemon=True).start()

    def lives(self) -> bool:
        return self._process.poll() is None

    def ask(self, order: Mapping[str, Any], limits: Limits) -> tuple[bytes, float, bytes]:
        """The answer to an order: its kind, its seconds of the processor and its bytes."""
        out = self._process.stdout
        assert out is not None  # noqa: S101 - it was asked for
        with self._changed:
            self._limits, self._until = limits, time.monotonic() + limits.wall_seconds
            self._changed.notify()
        try:
            with suppress(OSError):  # It died: no answer comes.
                self._tell(order)
            head = out.read(HEAD.size)
            kind, seconds, length = HEAD.unpack(head) if len(head) == HEAD.size else (MEMORY, 0, 0)
            if length > _MOST_PIECE:
                raise ConfinedError("says more than it may: given up")
            piece = out.read(length)
        finally:
            with self._changed:
                self._until = None
        if len(head) < HEAD.size or len(piece) < length:
            raise ConfinedError(self._fate or why_it_ended(self._process.wait(), limits))
        if kind == MEMORY:
            raise ConfinedError(f"takes more than {limits.memory_bytes >> 20} MiB: given up")
        return kind, seconds, piece

    def rest(self) -> None:
        """Close what it has open."""
        with suppress(OSError):
            self._tell({})

    def end(self) -> None:
        """Kill the process and close its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        with self._changed:
            self._changed.notify()

    def _tell(self, order: Mapping[str, Any]) -> None:
        into = self._process.stdin
        assert into is not None  # noqa: S101 - it was asked for
        into.write(json.dumps(order).encode() + b"\n")
        into.flush()

    def _watch(self) -> None:
        while self.lives():
            with self._changed:
                while self._until is None and self.lives():
                    self._changed.wait()
            time.sleep(_EVERY_SECONDS)
            with self._changed:
                until, limits = self._until, self._limits
            if until is None:
                continue
            if time.monotonic() > until:
                self._fate = f"takes longer than {limits.wall_seconds:g} s: given up"
            elif resident_bytes(self._process.pid) > self.memory_bytes:
                self._fate = f"takes more than {self.memory_bytes >> 20} MiB: given up"
            if self._fate:
                self._process.kill()


def _widen(pipe: Any) -> None:
    """A picture goes through a pipe of 64 KiB in as many switches from process to process."""
    if sys.platform == "linux":
        import fcntl

        with suppress(OSError):  # A user has only so many of them.
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)


_idle: list[_Child] = []
_lock = threading.Lock()


def _take(memory_bytes: int) -> _Child:
    with _lock:
        for child in list(_idle):
            if not child.lives():
                _idle.remove(child)
                child.end()
            elif child.memory_bytes == memory_bytes:
                _idle.remove(child)
                return child
    return _Child(memory_bytes)


def _give_back(child: _Child) -> None:
    with _lock:
        if child.lives() and len(_idle) < _MOST_IDLE:
            child.rest()
            _idle.append(child)
            return
    child.end()


@atexit.register
def end_idle() -> None:
    """End all children that wait for work."""
    while _idle:
        _idle.pop().end()


if hasattr(os, "register_at_fork"):
    # A forked process has the pipes of its parent's children: it must not talk to them.
    os.register_at_fork(after_in_child=_idle.clear)
