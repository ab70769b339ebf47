"""Commands killed at random moments, as kill -9 or a power cut does: what is there afterwards.

    python benchmarks/faults/kills.py [--data ../shared/data] [--runs 60] [--seed 0] [NAME ...]

Each command runs whole once, which tells how long it takes, then again and again until it is
killed at a random moment of that; those that acknowledge what they do, after a random number of
lines. Afterwards every file that has its own name must be whole, what
was acknowledged must be there, and ``doctor --clean`` must leave no partial file and give a take
that was under way its name. Prints a table; exits 1 where one of these fails. Windows has no
SIGKILL: there the process is ended as Windows ends one.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from latent_resonance.contracts.files import wanted_path

_RUN = [sys.executable, "-m", "latent_resonance"]
_LONGEST_SECONDS = 300.0
_OLD_SECONDS = 7_200.0
# A take is on the disk a second later; the loop that notes it is not exact.
_LOST_BYTES = 3 * 16_000 * 3

_PRESETS = """
import sys
from pathlib import Path
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.store.database import Database
from latent_resonance.studio.store.presets import NewPreset, Presets
presets = Presets(Database(Path(sys.argv[1]) / "studio.sqlite"))
for k in range(int(sys.argv[2])):
    made = presets.add(NewPreset(name=f"preset {k}", patch=Patch(instrument="face")))
    print(made.id, flush=True)
"""
_BUNDLES = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from texture_forge import forge_texture
for k in range(12):
    forge_texture(Path(sys.argv[1]) / "a.resonance", name=f"small{k}")
    print(k, flush=True)
"""


@dataclass
class Case:
    """A command, D for its folder and DATA for the recordings.

    Attributes:
        name: of the row.
        arguments: of ``resonance``, or of Python where they begin with ``-c``.
        check: looks for what was acknowledged, given the folder and what was printed.
        lines: that it prints, one for each thing that it acknowledges.
    """

    name: str
    arguments: list[str]
    check: Callable[[Path, str], str] = field(default=lambda folder, said: "")
    lines: int = 0


def main() -> int:
    """The table; 1 where something is wrong."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--runs", type=int, default=60)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("names", nargs="*")
    given = options.parse_args()
    cases = [one for one in _cases() if not given.names or one.name in given.names]
    rolls = random.Random(given.seed)
    wrong: list[str] = []
    print("| command | whole run | killed | finished before | partial files | faults |")
    print("| --- | --- | --- | --- | --- | --- |")
    for place, case in enumerate(cases):
        runs = given.runs // len(cases) + (place < given.runs % len(cases))
        wrong += _try(case, runs, given.data.resolve(), rolls)
    print("\n".join([f"\n{len(wrong)} faults", *wrong]))
    return int(bool(wrong))


def _cases() -> list[Case]:
    train = "train recipes/train/drone.toml --steps 3 --set synthetic=8 --set batch=4"
    tests = str(Path(__file__).resolve().parents[2] / "tests" / "bundles")
    commands = {
        "take": "play texture --seconds 4 --stage audio_file --output D/a.wav",
        "render": "render texture --seconds 20 --output D/a.flac --spectrogram D/a.png",
        "prepare": "data prepare DATA/textures --output D/shards --workers 1",
        "train": f"{train} --output D/a.resonance",
        "encoder": "models encoder texture --steps 2 --batch 2 --output D/a.resonance",
        "evaluate": "evaluate texture --data DATA/textures --count 4 --only sounds --output D/made",
    }
    return [
        Case("preset", ["-c", _PRESETS, "D", "300"], _check_presets, 300),
        Case("bundle write", ["-c", _BUNDLES, "D", tests], _check_bundle, 12),
        *(Case(name, command.split()) for name, command in commands.items()),
    ]


def _try(case: Case, runs: int, data: Path, rolls: random.Random) -> list[str]:
    with tempfile.TemporaryDirectory() as made:
        began = time.monotonic()
        code, said = _run(case, Path(made), data, None)
        whole = time.monotonic() - began
        faults = [] if code == 0 else [f"{case.name}: does not run at all: {said[-200:]}"]
    killed = finished = partial = 0
    for _ in range(runs if not faults else 0):
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            moment = whole * rolls.uniform(0.1, 1.0)
            if case.lines:
                moment = float(rolls.randrange(case.lines))
            began = time.monotonic()
            code, said = _run(case, folder, data, moment)
            if code == 0:
                # The machine has less to do than before.
                whole = min(whole, time.monotonic() - began)
            killed += code != 0
            finished += code == 0
            before = {one: one.stat().st_size for one in folder.rglob("*") if wanted_path(one)}
            partial += len(before)
            found = [_unreadable(one) for one in sorted(folder.rglob("*")) if one.is_file()]
            found += [case.check(folder, said), _clean(folder, before)]
            faults += [f"{case.name}, killed at {moment:.2f}: {one}" for one in found if one]
    print(
        f"| {case.name} | {whole:.1f} s | {killed} | {finished} | {partial} | {len(faults)} |",
        flush=True,
    )
    return faults


def _run(case: Case, folder: Path, data: Path, moment: float | None) -> tuple[int, str]:
    places = {"D": str(folder), "DATA": str(data)}
    words = [
        "/".join([places.get(word.split("/")[0], word.split("/")[0]), *word.split("/")[1:]])
        if "\n" not in word
        else word
        for word in case.arguments
    ]
    start = [sys.executable] if words[0] == "-c" else _RUN
    log = folder.parent / f"{folder.name}.log"
    with log.open("w+") as out:
        process = subprocess.Popen([*start, *words], stdout=out, stderr=subprocess.STDOUT)
        if moment is not None and case.lines:
            until = time.monotonic() + _LONGEST_SECONDS
            while log.read_text().count("\n") <= moment and time.monotonic() < until:
                if process.poll() is not None:
                    break
                time.sleep(0.002)
            process.kill()
        try:
            process.wait(_LONGEST_SECONDS if moment is None else moment)
        except subprocess.TimeoutExpired:
            process.kill()
        process.wait()
        out.seek(0)
        said = out.read()
    log.unlink()
    return process.returncode, said


def _unreadable(path: Path) -> str:
    """What is wrong with a file that has its own name; empty where it is whole, or partial."""
    if any(wanted_path(one) for one in [path, *path.parents]):
        return ""
    try:
        look = _READERS.get(path.suffix)
        if look is not None:
            look(path)
    except Exception as error:  # noqa: BLE001 - whatever its reader says
        return f"{path.name} is taken for whole: {type(error).__name__}: {error}"[:200]
    return ""


def _sound(path: Path) -> None:
    import soundfile

    with soundfile.SoundFile(path) as file:
        if len(file.read()) != file.frames or not file.frames:
            raise ValueError("shorter than it says")


def _picture(path: Path) -> None:
    from PIL import Image

    with Image.open(path) as image:
        image.load()


def _bundle(path: Path) -> None:
    from latent_resonance.bundles.read import read_bundle

    read_bundle(path)


def _tensors(path: Path) -> None:
    from safetensors.numpy import load_file

    load_file(path)


def _array(path: Path) -> None:
    import numpy as np

    np.load(path, allow_pickle=False)


_READERS: dict[str, Callable[[Path], object]] = {
    ".wav": _sound,
    ".flac": _sound,
    ".png": _picture,
    ".resonance": _bundle,
    ".safetensors": _tensors,
    ".npy": _array,
    ".json": lambda path: json.loads(path.read_text()),
}


def _check_presets(folder: Path, said: str) -> str:
    """Every preset that was acknowledged is there."""
    from latent_resonance.studio.store.database import Database
    from latent_resonance.studio.store.presets import Presets

    acknowledged = said.split()
    if not acknowledged:
        return ""
    database = Database(folder / "studio.sqlite")
    there = {preset.id for preset in Presets(database).list(None)}
    database.close()
    lost = [one for one in acknowledged if len(one) == len(acknowledged[0]) and one not in there]
    return f"{len(lost)} of {len(acknowledged)} acknowledged presets are lost" if lost else ""


def _check_bundle(folder: Path, said: str) -> str:
    """The bundle is that of the last acknowledged write, or of the one under way."""
    from latent_resonance.bundles.read import read_bundle

    done = said.split()
    if not done:
        return ""
    name = read_bundle(folder / "a.resonance").name
    near = {f"small{int(done[-1]) + k}" for k in (0, 1)}
    return "" if name in near else f"holds {name} after {done[-1]} was acknowledged"


def _clean(folder: Path, before: Mapping[Path, int]) -> str:
    """Nothing partial is left, and a take that was under way is kept as far as it was."""
    for path in before:
        os.utime(path, (time.time() - _OLD_SECONDS,) * 2)
    done = subprocess.run(
        [*_RUN, "doctor", "--clean", str(folder)], capture_output=True, text=True, check=False
    )
    left = [one.name for one in folder.rglob("*") if wanted_path(one)]
    if done.returncode != 0 or left:
        return f"doctor --clean leaves {left}: {done.stderr[-200:]}"
    for path, size in before.items():
        wanted = wanted_path(path)
        if wanted is not None and wanted.suffix == ".wav" and size > _LOST_BYTES:
            kept = list(folder.glob("*.recovered.wav"))
            if not kept or kept[0].stat().st_size < size - _LOST_BYTES:
                return f"of {size} bytes of a take {[one.stat().st_size for one in kept]} are kept"
            if fault := _unreadable(kept[0]):
                return fault
    return ""


if __name__ == "__main__":
    sys.exit(main())
