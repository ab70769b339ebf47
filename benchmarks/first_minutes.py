"""Times a stranger's first minutes: from a clone to a sound, a picture, and a model of their own.

    python benchmarks/first_minutes.py --sounds FOLDER

Clones this checkout into a temporary folder and gives the commands of the README and of the
tutorials there, in an environment and with a cache of its own; pip's downloads come out of this
machine's cache where they are in it. The model is trained at toy size (`--effort draft`), on FOLDER
or on sounds that are made for it. A row for each command: seconds, and minutes since the clone
began; before and after them the load. Not part of CI: it takes many minutes and some gigabytes.
"""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile
from install_matrix import CLEAN
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
_STEPS = {
    "install": "python3 -m pip install -q .",
    "first sound": "resonance render texture --prototype rain --set brightness=3 --output rain.wav",
    "first picture": "resonance render voice --input rain.wav "
    '--prompt "red circles on blue" --output me.png',
    "what trains": "python3 -m pip install -q '.[data,train]'",
    "sounds": "resonance data synthesize --output sounds --count 12",
    "own model, toy size": "resonance make texture sounds --output my.resonance --effort draft",
    "its first sound": "resonance render texture --bundle my.resonance --output mine.wav",
    "all instruments": "resonance demo",
}
_SOUNDS, _PICTURES = ("rain.wav", "mine.wav"), ("me.png",)


def main() -> int:
    """Exit codes: 0 all of it was made and is something, 1 not."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sounds", type=Path, help="a folder of 8 sounds or more")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="first-") as name:
        clone = Path(name) / "latent-resonance"
        environment = _environment(Path(name))
        print(f"{os.cpu_count()} threads, load before {_load()}\n")
        print("| | command | s | min since the clone |\n| --- | --- | --- | --- |", flush=True)
        began = time.monotonic()
        for what, words, where in (
            ("clone", ["git", "clone", "-q", str(ROOT), str(clone)], ROOT),
            ("environment", [sys.executable, "-m", "venv", f"{name}/venv"], ROOT),
            *((what, shlex.split(command), clone) for what, command in _STEPS.items()),
        ):
            if what == "sounds" and given.sounds:
                shutil.copytree(given.sounds, clone / "sounds")
                continue
            started = time.monotonic()
            done = subprocess.run(
                words, cwd=where, env=environment, capture_output=True, text=True, check=False
            )
            now = time.monotonic()
            told = f"`{shlex.join(words)}` | {now - started:.1f} | {(now - began) / 60:.1f}"
            print(f"| {what} | {told} |", flush=True)
            if done.returncode:
                print(f"\n{what}: exit code {done.returncode}: {done.stderr.strip()[-300:]}")
                return 1
        print(f"\nload after {_load()}")
        return _look(clone)


def _environment(folder: Path) -> dict[str, str]:
    """As of somebody who has nothing of this program: its commands are the environment's own."""
    own = {f"XDG_{kind}_HOME": f"{folder}/own/{kind.lower()}" for kind in ("DATA", "CONFIG")}
    return (
        CLEAN
        | own
        | {
            "RESONANCE_CACHE_DIR": f"{folder}/own/cache",
            "PATH": os.pathsep.join([f"{folder}/venv/bin", os.environ["PATH"]]),
        }
    )


def _load() -> str:
    return " ".join(f"{one:.1f}" for one in os.getloadavg())


def _look(folder: Path) -> int:
    """Whether the sounds sound and the pictures show something."""
    faults = 0
    for name in _SOUNDS:
        samples, rate = soundfile.read(folder / name)
        level = 10 * np.log10(np.mean(samples**2) + 1e-20)
        print(f"{name}: {len(samples) / rate:.1f} s, {level:.1f} dB")
        faults += level < -60
    for name in _PICTURES:
        pixels = np.asarray(Image.open(folder / name).convert("RGB"), float)
        print(f"{name}: {pixels.shape[1]} x {pixels.shape[0]}, deviation {pixels.std():.0f}")
        faults += pixels.std() < 5
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
