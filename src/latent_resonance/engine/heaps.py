"""How much memory the system's allocator holds for a process that plays for hours; Linux only."""

import contextlib
import ctypes
import platform

_ARENA_MAX = -8  # M_ARENA_MAX of malloc.h
_HEAPS = 2


def share_heaps() -> None:
    """All threads take memory from two heaps; to be called before there are many threads.

    The GNU C library gives threads up to eight heaps a processor, each of which keeps what was
    ever freed in it: freed memory of one thread is of no use to the others. Source: mallopt(3).
    """
    if platform.libc_ver()[0] == "glibc":
        with contextlib.suppress(AttributeError, OSError):
            ctypes.CDLL(None).mallopt(_ARENA_MAX, _HEAPS)
