"""The processes that one started: who they are, what they hold; Linux only."""

from pathlib import Path


def stat(path: Path) -> tuple[str, list[str]]:
    """The name, and the fields behind it from the state on (proc_pid_stat(5))."""
    head, _, rest = path.read_text().rpartition(")")
    return head.partition("(")[2], rest.split()


def below(root: int) -> list[int]:
    """All processes under ``root``, without it."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(stat(entry / "stat")[1][1])
            except OSError:
                continue
    found = []
    for pid in parents:
        above = pid
        while above > 1 and above != root:
            above = parents.get(above, 0)
        if above == root and pid != root:
            found.append(pid)
    return sorted(found)


def name_and_command(pid: int) -> tuple[str, str]:
    """What a process is called, and the words that started it; raises OSError when it is gone."""
    command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return stat(Path(f"/proc/{pid}/stat"))[0], command


def browser_kind(command: str) -> str:
    """What kind of a browser's processes it is; empty for any other."""
    return command.partition("--type=")[2].split(" ")[0]


def resident_bytes(pid: int) -> int | None:
    """What it holds in memory; None when it is gone."""
    return _bytes_after("VmRSS:", Path(f"/proc/{pid}/status"))


def proportional_bytes(pid: int) -> int | None:
    """What it holds in memory, of what several hold its share; None when it is gone."""
    return _bytes_after("Pss:", Path(f"/proc/{pid}/smaps_rollup"))


def _bytes_after(word: str, told: Path) -> int | None:
    try:
        for line in told.read_text().splitlines():
            if line.startswith(word):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None
