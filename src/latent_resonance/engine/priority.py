"""Who goes first when the processor is busy: sound before what is made ahead of it."""

import contextlib
import gc
import os
import sys
import threading

# Linux's niceness, 0 for everybody else; each thread has its own there.
_SECOND = 5
_SWITCH_SECONDS = 0.0005


def come_second() -> None:
    """The thread that calls gives way to those that make sound; without effect but on Linux."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _SECOND)


def serve_soon() -> None:
    """For a process that plays: threads hand over the interpreter ten times sooner than usual."""
    sys.setswitchinterval(_SWITCH_SECONDS)


def forget_what_stays() -> None:
    """Leave what is loaded out of garbage collection.

    Looking through all of it takes longer than the sound that a page keeps ready.
    """
    gc.freeze()
