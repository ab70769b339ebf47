"""How many processor threads inference may take on this machine."""

import os
import platform
from functools import lru_cache
from pathlib import Path

_TOPOLOGY = "sys/devices/system/cpu/cpu{}/topology/thread_siblings_list"
_QUOTA = "sys/fs/cgroup/cpu.max"
_OLD_QUOTA = "sys/fs/cgroup/cpu/cpu.cfs_quota_us"
_OLD_PERIOD = "sys/fs/cgroup/cpu/cpu.cfs_period_us"


def live_threads() -> int:
    """Physical cores that this process may use, less one for the sound; at least 1."""
    return max(1, physical_cores() - 1)


def physical_cores(root: Path = Path("/")) -> int:
    """Physical cores within this process's affinity and its container's quota; at least 1.

    Two threads of one core share the units that inference keeps busy, so they count once.

    Args:
        root: where ``/sys`` lies, for tests.
    """
    return _cores(root, tuple(_allowed()), platform.machine().lower())


# Read once: each player that opens asks several times, and it is a dozen small files.
@lru_cache(maxsize=8)
def _cores(root: Path, allowed: tuple[int, ...], machine: str) -> int:
    siblings = {_read(root / _TOPOLOGY.format(cpu)) for cpu in allowed} - {""}
    if siblings:
        cores = len(siblings)
    elif machine in {"x86_64", "amd64"} and len(allowed) > 1:
        cores = len(allowed) // 2  # two threads to a core, as nearly all of these have
    else:
        cores = len(allowed)
    return max(1, min(cores, _quota(root) or cores))


@lru_cache(maxsize=8)
def processor_name(root: Path = Path("/")) -> str:
    """What the processor calls itself, as far as the system tells."""
    for line in _read(root / "proc/cpuinfo").splitlines():
        name, _, value = line.partition(":")
        if name.strip() in {"model name", "Hardware"}:
            return value.strip()
    return platform.processor() or platform.machine()


def _allowed() -> list[int]:
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def _quota(root: Path) -> int:
    """Whole cores that the container may use, 0 for no limit."""
    quota, _, period = _read(root / _QUOTA).partition(" ")
    if not quota:
        quota, period = _read(root / _OLD_QUOTA), _read(root / _OLD_PERIOD)
    try:
        share = int(quota) / int(period)
    except (ValueError, ZeroDivisionError):  # "max", or no such file
        return 0
    return max(1, int(share)) if share > 0 else 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
