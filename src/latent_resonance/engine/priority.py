"""Who goes first when the processor is busy: sound before what is made ahead of it."""

import contextlib
import gc
import os
import sys
import threading

# Added to Linux's niceness; each thread has its own there.
_SECOND, _LAST = 5, 19
_SWITCH_SECONDS = 0.0005


def come_second() -> None:
    """The thread that calls gives way to those that make sound; without effect but on Linux."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        with contextlib.suppress(OSError):
            first = os.getpriority(os.PRIO_PROCESS, thread)
            os.setpriority(os.PRIO_PROCESS, thread, min(first + _SECOND, _LAST))


def serve_soon() -> None:
    """For a process that plays: threads hand over the interpreter ten times sooner than usual."""
    sys.setswitchinterval(_SWITCH_SECONDS)


def forget_what_stays() -> None:
    """Leave what is loaded out of garbage collection.

    Looking through all of it takes longer than the sound that a page keeps ready.
    """
    gc.freeze()
