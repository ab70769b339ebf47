"""Threads share the allocator's heaps, as its own account of them says."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest

_COUNTED = """
import ctypes, sys, threading
from latent_resonance.engine.heaps import share_heaps

if sys.argv[1] == "shared":
    share_heaps()
library, together = ctypes.CDLL(None), threading.Barrier(12)

def take():
    together.wait()  # all at once: a thread that finds its heap in use takes another one
    library.malloc(100)
    together.wait()

threads = [threading.Thread(target=take) for _ in range(12)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
library.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(library.fopen(sys.argv[2].encode(), b"w"))
library.malloc_info(0, file)
library.fclose(file)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="heaps are glibc's own")
def test_threads_share_two_heaps(tmp_path: Path) -> None:
    counts = {}
    for how in ("shared", "plain"):
        told = tmp_path / how
        subprocess.run([sys.executable, "-c", _COUNTED, how, str(told)], check=True)
        counts[how] = told.read_text().count("<heap nr=")
    assert counts["shared"] <= 2 < counts["plain"]
