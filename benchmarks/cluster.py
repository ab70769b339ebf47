"""Preparing many small files on three Ray nodes of one machine, one of them killed half-way.

    python benchmarks/cluster.py [FILES]

Needs Linux, root and the extra ``cluster``: it runs in a network namespace of its own, so that
nothing leaves the machine. The baseline is the process pool with as many workers, same run; the
bytes of all shards and of the manifest's columns are compared.
"""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import soundfile
from process_tree import below

NODES, PORT = 3, 6379
ADDRESS = f"127.0.0.1:{PORT}"
RAY = str(Path(sys.executable).with_name("ray"))
SHARE_DONE, MOST_TRIES = 0.4, 30
# A busy machine takes longer to start a node than Ray waits; nobody else is in this network.
os.environ |= {
    "RAY_raylet_start_wait_time_s": "120",
    "RAY_agent_register_timeout_ms": "120000",
    "RAY_AUTH_MODE": "disabled",
}


def make_sounds(folder: Path, count: int) -> None:
    """Half a second each: a decaying sine in a little noise; ten labels."""
    random = np.random.default_rng(0)
    t = np.arange(8000) / 16_000
    for number in range(count):
        hz = 110 * 2 ** (random.integers(0, 36) / 12)
        sound = 0.5 * np.sin(2 * np.pi * hz * t) * np.exp(-random.uniform(1, 8) * t)
        path = folder / str(number % 10) / f"{number:05d}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, sound + 0.001 * random.standard_normal(len(t)), 16_000)


def start_node(*words: str, **environment: str) -> subprocess.Popen[bytes]:
    command = [RAY, "start", "--block", "--disable-usage-stats"]
    return subprocess.Popen(
        [*command, "--object-store-memory=80000000", *words],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def cores() -> int:
    """What the cluster says that it has."""
    command = [RAY, "status", f"--address={ADDRESS}"]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = re.search(r"/([\d.]+) CPU", told)
    return round(float(found[1])) if found else 0


def join(count: int) -> list[subprocess.Popen[bytes]]:
    """Start nodes of one core each, one after the other: at once, they take each other's ports."""
    nodes: list[subprocess.Popen[bytes]] = []
    for _ in range(MOST_TRIES):
        if cores() == count:
            return nodes
        if len(nodes) == cores():
            nodes.append(start_node(f"--address={ADDRESS}", "--num-cpus=1"))
        time.sleep(5)
        nodes = [node for node in nodes if node.poll() is None]
    raise SystemExit(f"of {count} nodes only {cores()} came up")


def kill(node: subprocess.Popen[bytes]) -> None:
    for pid in (node.pid, *below(node.pid)):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    node.wait()


def kill_at(output: Path, jobs: int, node: subprocess.Popen[bytes], told: dict) -> None:
    while (done := len(list((output / "jobs").glob("*.json")))) < SHARE_DONE * jobs:
        time.sleep(0.05)
    kill(node)
    told["jobs_done_when_killed"] = done


def prepare(folder: Path, output: Path, *words: str) -> float:
    command = [sys.executable, "-m", "latent_resonance", "data", "prepare", str(folder)]
    began = time.monotonic()
    subprocess.run([*command, "--output", str(output), "--quiet", *words], check=True)
    return time.monotonic() - began


def contents(output: Path) -> dict[str, str]:
    """SHA-256 of each shard, and of what the manifest says."""
    import pyarrow.parquet

    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((output / "shards").iterdir())
    }
    rows = pyarrow.parquet.read_table(output / "manifest.parquet").to_pylist()
    return found | {"manifest": hashlib.sha256(json.dumps(rows).encode()).hexdigest()}


def measure(count: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="resonance-cluster-") as name:
        folder = Path(name)
        make_sounds(folder / "sounds", count)
        pool = prepare(folder / "sounds", folder / "pool", "--workers", str(NODES))
        jobs = len(list((folder / "pool" / "jobs").iterdir()))
        head = start_node(
            "--head",
            "--include-dashboard=false",
            "--num-cpus=0",
            f"--port={PORT}",
            f"--temp-dir={name}/ray",
        )
        nodes = join(NODES)
        told: dict[str, object] = {
            "files": count,
            "jobs": jobs,
            "seconds_of_the_pool": round(pool, 1),
        }
        try:
            whole = prepare(folder / "sounds", folder / "whole", "--cluster", ADDRESS)
            killer = threading.Thread(
                target=kill_at, args=(folder / "cut", jobs, nodes[0], told), daemon=True
            )
            killer.start()
            cut = prepare(folder / "sounds", folder / "cut", "--cluster", ADDRESS)
            killer.join(5)
        finally:
            for node in (*nodes, head):
                if node.poll() is None:
                    kill(node)
        bytes_of_pool = contents(folder / "pool")
        return told | {
            "seconds_of_three_nodes": round(whole, 1),
            "ratio_to_the_pool": round(pool / whole, 2),
            "seconds_with_one_killed": round(cut, 1),
            "same_bytes": contents(folder / "whole") == bytes_of_pool,
            "same_bytes_with_one_killed": contents(folder / "cut") == bytes_of_pool,
        }


def enter_own_network() -> None:
    """Start this script over in a network namespace of its own, unless it runs in one."""
    if os.environ.get("RESONANCE_OWN_NETWORK") != "1":
        inner = f"ip link set lo up && exec {sys.executable} {' '.join(sys.argv)}"
        environment = {**os.environ, "RESONANCE_OWN_NETWORK": "1"}
        command = ["unshare", "--net", "sh", "-c", inner]
        sys.exit(subprocess.run(command, env=environment, check=False).returncode)


if __name__ == "__main__":
    enter_own_network()
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000), indent=2))
