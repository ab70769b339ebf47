"""What a player costs, and how many machines rooms of 10, 1,000 and 100,000 players would need.

    python benchmarks/players.py

Measured: processor time for a second of sound or pictures of each instrument whose performer never
rests, and memory of the first player and of each further one in the same process. Simulated from
that: players that come as a Poisson process and stay for ten minutes on average, instruments drawn
evenly, on machines of 16 cores and 64 GiB that are loaded to 70 %. The baseline is one core.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from process_tree import resident_bytes

SECONDS, MORE = 10.0, 3
CORES, GIB, LOAD = 16, 64, 0.7
INSTRUMENTS = ("face", "texture", "notes", "vision")
STAY_SECONDS, HOURS, QUANTILE = 600.0, 4, 0.999


def resident_mib() -> float:
    held = resident_bytes(os.getpid())
    if held is None:
        raise OSError("this kernel does not tell")
    return held / 2**20


def write_take(folder: Path, instrument: str) -> Path:
    """Somebody who moves all the time."""
    path = folder / "take.csv"
    names = {
        "face": ("mouth", "brow", "yaw_degrees", "yaw_velocity"),
        "texture": ("brightness", "rate", "impact", "size"),
        "vision": ("rms", "pulse", "bass", "centroid"),
        "notes": ("brightness", "modulation"),
    }[instrument]
    rows = [",".join(("time", "present", *names, *(["events"] if instrument == "notes" else [])))]
    for step in range(int(SECONDS * 30)):
        t = step / 30
        values = [f"{0.5 + 0.5 * np.sin((1 + k) * t):.3f}" for k in range(len(names))]
        if instrument == "notes":
            key = 48 + (step // 8) % 24
            kind = "note_on" if step % 8 == 0 else "note_off" if step % 8 == 7 else ""
            values.append(
                f"{t:.4f}:{kind}:0:{key}:{90 if kind == 'note_on' else 0}" if kind else ""
            )
        rows.append(",".join((f"{t:.4f}", "1", *values)))
    path.write_text("\n".join(rows) + "\n")
    return path


def measure(instrument: str) -> dict[str, float]:
    """In a process of its own; see ``main``."""
    from latent_resonance.engine.assemble import assemble
    from latent_resonance.engine.clocks.counter import count
    from latent_resonance.engine.recipe import load_recipe
    from latent_resonance.engine.sense_choice import sense_file
    from latent_resonance.engine.setup import Setup

    recipe = load_recipe(instrument)
    before = resident_mib()
    with tempfile.TemporaryDirectory() as name:
        take = write_take(Path(name), instrument)
        opened, memory = [], [before]
        for number in range(1 + MORE):
            setup = sense_file(recipe, Setup(threads=1, seed=number), take)
            performance = assemble(recipe, setup)
            count(performance, 1.0)
            opened.append(performance)
            memory.append(resident_mib())
        began = time.process_time()
        count(opened[0], SECONDS)
        used = time.process_time() - began
        for performance in opened:
            performance.close()
    return {
        "cores": round(used / SECONDS, 4),
        "first_mib": round(memory[1] - memory[0]),
        "more_mib": round((memory[-1] - memory[1]) / MORE, 1),
    }


def simulate(players: int, costs: dict[str, dict[str, float]]) -> dict[str, float]:
    """Machines for the busiest thousandth of the time, and how busy they are on average."""
    random = np.random.default_rng(players)
    # Of a Poisson process with stays of any distribution the number present is Poisson (M/G/inf).
    moments = int(HOURS * 3600 / STAY_SECONDS * 200)
    present = random.poisson(players / len(costs), (moments, len(costs)))
    cores = present @ np.array([one["cores"] for one in costs.values()])
    memory = present @ np.array([one["more_mib"] for one in costs.values()])
    shared = sum(one["first_mib"] for one in costs.values()) + 300
    most_cores, most_mib = np.quantile(cores, QUANTILE), np.quantile(memory, QUANTILE)
    by_cores = most_cores / (CORES * LOAD)
    by_memory = most_mib / (GIB * 1024 * LOAD - shared)
    machines = int(np.ceil(max(by_cores, by_memory)))
    return {
        "players": players,
        "machines": machines,
        "cores_at_the_busiest": round(float(most_cores), 1),
        "gib_at_the_busiest": round(float(most_mib + machines * shared) / 1024, 1),
        "mean_load": round(float(cores.mean() / (machines * CORES)), 2),
        "mbit_of_sound": round(players * 16_000 * 32 / 1e6, 1),
    }


def main() -> None:
    costs = {}
    for name in INSTRUMENTS:
        command = [sys.executable, __file__, name]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        costs[name] = json.loads(told.splitlines()[-1])
    rooms = [simulate(players, costs) for players in (10, 1_000, 100_000)]
    print(json.dumps({"a_player": costs, "rooms": rooms}, indent=2))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1])))
    else:
        main()
