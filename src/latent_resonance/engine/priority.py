"""Who goes first when the processor is busy: sound before what is made ahead of it."""

import contextlib
import ctypes
import gc
import os
import platform
import struct
import sys
import threading
from collections.abc import Iterator

# Added to Linux's niceness; each thread has its own there.
_SECOND, _LAST = 5, 19
_SWITCH_SECONDS = 0.0005
# Linux 6.12 and later let a thread that wants short turns begin before others end their long ones.
_TURN_NANOSECONDS = 200_000
_SCHED_SETATTR = {"x86_64": 314, "aarch64": 274}  # the numbers of the system call


def come_second() -> None:
    """The thread that calls gives way to those that make sound; without effect but on Linux."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        with contextlib.suppress(OSError):
            first = os.getpriority(os.PRIO_PROCESS, thread)
            os.setpriority(os.PRIO_PROCESS, thread, min(first + _SECOND, _LAST))


def come_first() -> None:
    """The thread that calls takes short turns, and takes them at once; needs no right to do so.

    Without effect but on Linux, and on threads that run in real time, as those of JACK do. Source:
    sched_setattr(2), where ``sched_runtime`` of an ordinary thread is the length of its turns
    (EEVDF).
    """
    number = _SCHED_SETATTR.get(platform.machine())
    if sys.platform != "linux" or number is None:
        return
    thread = threading.get_native_id()
    if os.sched_getscheduler(thread) != os.SCHED_OTHER:
        return
    nice = os.getpriority(os.PRIO_PROCESS, thread)
    # struct sched_attr: size, policy, flags, nice, priority, runtime, deadline, period, clamps.
    wanted = struct.pack("=IIQiIQQQII", 56, 0, 0, nice, 0, _TURN_NANOSECONDS, 0, 0, 0, 0)
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).syscall(number, thread, wanted, 0)


class _Performances:
    """Those that are live in this process, and how the process was before the first of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._interval = 0.0
        self._frozen = False

    def begin(self) -> None:
        with self._lock:
            if not self._count:
                self._interval = sys.getswitchinterval()
                self._frozen = gc.get_freeze_count() > 0
                serve_soon()
            self._count += 1
            forget_what_stays()

    def end(self) -> None:
        with self._lock:
            self._count -= 1
            if self._count:
                return
            sys.setswitchinterval(self._interval)
            # Nothing tells what the program froze itself from what was frozen here.
            if not self._frozen:
                gc.unfreeze()


_PERFORMANCES = _Performances()


@contextlib.contextmanager
def playing() -> Iterator[None]:
    """While a performance is live: ``serve_soon`` and ``forget_what_stays``; then as before.

    The last of several restores what the first found. A program that froze objects itself
    (``gc.freeze``) keeps them frozen, and then what was loaded meanwhile too.
    """
    _PERFORMANCES.begin()
    try:
        yield
    finally:
        _PERFORMANCES.end()


def serve_soon() -> None:
    """For a process that plays: threads hand over the interpreter ten times sooner than usual."""
    sys.setswitchinterval(_SWITCH_SECONDS)


def forget_what_stays() -> None:
    """Leave what is loaded out of garbage collection.

    Looking through all of it takes longer than the sound that a page keeps ready.
    """
    gc.freeze()
