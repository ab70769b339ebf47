"""How much memory another process has, by what the system itself tells."""

import os
import subprocess
from pathlib import Path
from typing import Any


def resident_bytes(process: int) -> int:
    """Of a child of this one; 0 where the system does not say."""
    try:
        if os.name == "nt":
            return _on_windows(process)
        statm = Path(f"/proc/{process}/statm")
        if statm.exists():
            import resource

            return int(statm.read_text(encoding="ascii").split()[1]) * resource.getpagesize()
        told = subprocess.run(  # noqa: S603 - a number is all that it is given
            ["/bin/ps", "-o", "rss=", "-p", str(process)],
            capture_output=True,
            check=False,
            timeout=5,
        )
        return int(told.stdout or 0) * 1024
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):
        return 0


def _on_windows(process: int) -> int:
    import ctypes
    from ctypes import wintypes

    class Counters(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS of psapi.h."""

        _fields_ = (
            ("cb", wintypes.DWORD),
            ("PageFaultCount", wintypes.DWORD),
            *(
                (name, ctypes.c_size_t)
                for name in (
                    "PeakWorkingSetSize",
                    "WorkingSetSize",
                    "QuotaPeakPagedPoolUsage",
                    "QuotaPagedPoolUsage",
                    "QuotaPeakNonPagedPoolUsage",
                    "QuotaNonPagedPoolUsage",
                    "PagefileUsage",
                    "PeakPagefileUsage",
                )
            ),
        )

    kernel: Any = getattr(ctypes, "WinDLL")("kernel32", use_last_error=True)  # noqa: B009 - Windows alone has it
    kernel.OpenProcess.restype = wintypes.HANDLE
    kernel.K32GetProcessMemoryInfo.argtypes = (
        wintypes.HANDLE,
        ctypes.POINTER(Counters),
        wintypes.DWORD,
    )
    kernel.CloseHandle.argtypes = (wintypes.HANDLE,)
    handle = kernel.OpenProcess(0x0410, False, process)  # query and read
    if not handle:
        return 0
    try:
        counters = Counters()
        counters.cb = ctypes.sizeof(counters)
        if not kernel.K32GetProcessMemoryInfo(handle, ctypes.byref(counters), counters.cb):
            return 0
        return int(counters.WorkingSetSize)
    finally:
        kernel.CloseHandle(handle)
