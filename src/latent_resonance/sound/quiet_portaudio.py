"""PortAudio and ALSA print what they meet inside, past Python, through the terminal's own lines."""

import ctypes
import platform
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

_lock = threading.Lock()
_before: list[int | None] = []  # what the variable was, for each block that is open


@contextmanager
def quiet_portaudio() -> Iterator[None]:
    """What C code prints to ``stderr`` in the block is dropped; what Python prints is not.

    Its errors still come out of the calls. Elsewhere than on Linux they print nothing. A call that
    hangs on a card that was pulled out hides nothing else, as the file descriptor stays.
    """
    stderr, nowhere = _c_stderr(), _nowhere()
    if stderr is None or nowhere is None:
        yield
        return
    with _lock:
        _before.append(stderr.value)
        stderr.value = nowhere
    try:
        yield
    finally:
        with _lock:
            was = _before.pop()
            if not _before:  # the last block of all threads puts back what it was at first
                stderr.value = was


@cache
def _c_stderr() -> ctypes.c_void_p | None:
    """The variable, which the GNU C library lets programs set; None with any other library."""
    if platform.libc_ver()[0] != "glibc":
        return None
    return ctypes.c_void_p.in_dll(ctypes.CDLL(None), "stderr")


@cache
def _nowhere() -> int | None:
    """A C stream that drops all, open to the end; None where there can be none."""
    if _c_stderr() is None:
        return None
    opens = ctypes.CDLL(None).fopen
    opens.restype = ctypes.c_void_p
    opened: int | None = opens(b"/dev/null", b"w")
    return opened
