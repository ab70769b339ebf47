"""How soon a face is heard in a browser, and whether the sound ever stops: the studio, Chromium
with a film for its camera, the Face page with the default bundle. The named baselines are what is
wanted of it: 95 of 100 controls are heard within 60 ms, and the sound has no gap.

Both run on the cores that this process may use: ``taskset -c 2,3`` gives it two. The environment
says for how many ``SECONDS``, 60 when it does not.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.errors import MissingPartError

sys.path.insert(0, str(Path(__file__).resolve().parent))

from process_tree import below, browser_kind, name_and_command, stat

MOST_LATENCY_MS = 60.0
_SECONDS = 60
_ROOT = Path(__file__).resolve().parents[1]
_FILM = "faces/synth_bar.mp4"
_POLL_SECONDS = 0.2
_LEAST_SHARE = 0.02


def run(data_dir: Path | None = None) -> dict[str, Any]:
    """``data_dir`` has the film; needs Node.js, ``npm ci`` and Chromium, as the journeys do."""
    seconds = int(os.environ.get("SECONDS", _SECONDS))
    npx = shutil.which("npx")
    if npx is None:
        raise MissingPartError("the browser is driven by Node.js: npx is not on the PATH")
    if not (_ROOT / "web" / "node_modules").is_dir():
        raise MissingPartError("Playwright is not there: run `npm ci` in web/")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "noted.json"
        given = {"LATENCY_TARGET": str(target), "LATENCY_SECONDS": str(seconds)}
        if data_dir is not None:
            given["LATENCY_FILM"] = str((data_dir / _FILM).resolve())
        load = os.getloadavg()[0]
        with subprocess.Popen(
            [npx, "playwright", "test", "latency", f"--output={folder}/results"],
            cwd=_ROOT / "web",
            env={**os.environ, "PYTHON": sys.executable, **given},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as driver:
            shares = _watch(driver, target)
            said = driver.stdout.read() if driver.stdout else ""
        if not target.exists():
            raise RuntimeError(f"the browser measured nothing:\n{said}")
        noted = json.loads(target.read_text())
    return {
        "seconds": seconds,
        "cores": _cores(),
        "load_before": round(load, 2),
        **_figures(noted),
        "processor_shares": shares,
    }


def lines(result: dict[str, Any]) -> list[str]:
    """The figures of ``run`` as lines of text."""
    latency, answer = result["latency_ms"], result["answer_most_ms"]
    buffer, render = result["buffer_ms"], result["render_ms"]
    generation, face = result["generation_ms"], result["face_ms"]
    shares = ", ".join(
        f"{name} {100 * share:.0f} %" for name, share in result["processor_shares"].items()
    )
    shown = [
        f"{result['seconds']} s on {result['cores']} cores (load before {result['load_before']})",
        f"{result['controls_per_second']} controls and {result['faces_per_second']} faces a second",
        f"from control to sound: {_say(latency)} (95 of 100 within {MOST_LATENCY_MS:.0f})",
        f"underruns: {result['underruns']}",
        f"buffer: {buffer['start']} to {buffer['max']} ms, never less than {buffer['least_fill']}",
        f"longest from pull to sound in each half second: {_say(answer)}",
        f"longest between two turns of the page's worker: {_say(result['turn_most_ms'])}",
        f"server, a block: {_say(render)}; late: {result['late']}",
        f"server, a window: {_say(generation)}",
        f"page, a face: {_say(face)}",
    ]
    return [*shown, f"processor: {shares}"] if shares else shown


def _say(spread: dict[str, float]) -> str:
    return f"p50 {spread['p50']}, p95 {spread['p95']}, most {spread['max']} ms"


def _figures(noted: dict[str, Any]) -> dict[str, Any]:
    audio, meters = noted["audio"], noted["meters"]
    latencies = [each for now in audio for each in now["latencies"]]
    seconds = 0.5 * len(audio)
    return {
        "latency_ms": _spread(latencies),
        "underruns": audio[-1]["underruns"] - noted["before"],
        "buffer_ms": {
            "start": round(audio[0]["bufferMs"], 1),
            "max": round(max(now["bufferMs"] for now in audio), 1),
            "end": round(audio[-1]["bufferMs"], 1),
            "least_fill": round(min(now["leastFillMs"] for now in audio), 1),
            "over_time": [round(now["bufferMs"], 1) for now in audio[::10]],
        },
        "answer_most_ms": _spread([now["mostAnswerMs"] for now in audio]),
        "turn_most_ms": _spread([now["mostTurnMs"] for now in audio]),
        "late": meters[-1]["late"] - meters[0]["late"],
        "render_ms": meters[-1]["render_ms"],
        "generation_ms": meters[-1]["generation_ms"],
        "windows_per_second": round((meters[-1]["windows"] - meters[0]["windows"]) / seconds, 1),
        "face_ms": _spread(noted["faces"]),
        "controls_per_second": round(len(latencies) / seconds, 1),
        "faces_per_second": round(len(noted["faces"]) / seconds, 1),
    }


def _spread(times: list[float]) -> dict[str, float]:
    p50, p95, p99 = np.percentile(times, [50, 95, 99])
    return {
        "p50": round(float(p50), 1),
        "p95": round(float(p95), 1),
        "p99": round(float(p99), 1),
        "max": round(max(times), 1),
    }


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _watch(driver: "subprocess.Popen[str]", target: Path) -> dict[str, float]:
    """Processor time by thread between the two files that the driver leaves; Linux only."""
    shares: dict[str, float] = {}

    def watch() -> None:
        began = ended = 0.0
        before: dict[tuple[int, str], float] = {}
        while driver.poll() is None:
            if not began and target.with_name(f"{target.name}.began").exists():
                began, before = time.monotonic(), _threads(driver.pid)
            if began and not ended and target.with_name(f"{target.name}.ended").exists():
                ended = time.monotonic()
                used: dict[str, float] = defaultdict(float)
                for key, seconds in _threads(driver.pid).items():
                    used[key[1]] += seconds - before.get(key, 0.0)
                for name, seconds in sorted(used.items(), key=lambda item: -item[1]):
                    if seconds / (ended - began) >= _LEAST_SHARE:
                        shares[name] = round(seconds / (ended - began), 3)
            time.sleep(_POLL_SECONDS)

    if Path("/proc/self/task").exists():
        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
    driver.wait()
    if Path("/proc/self/task").exists():
        watcher.join()
    return shares


def _threads(root: int) -> dict[tuple[int, str], float]:
    """Seconds of each thread of the processes under ``root``, with its name and its process's."""
    found: dict[tuple[int, str], float] = {}
    for pid in (root, *below(root)):
        try:
            name, command = name_and_command(pid)
            tasks = list(Path(f"/proc/{pid}/task").iterdir())
        except OSError:
            continue
        own = browser_kind(command) or name
        for task in tasks:
            try:
                name, fields = stat(task / "stat")
            except OSError:
                continue
            ticks = int(fields[11]) + int(fields[12])
            found[int(task.name), f"{own}/{name}"] = ticks / os.sysconf("SC_CLK_TCK")
    return found


if __name__ == "__main__":
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    measured = run(data)
    print(json.dumps(measured))
    print("\n".join(lines(measured)))
