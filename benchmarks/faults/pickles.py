"""Network pickles, good, damaged and hostile: what reading each costs, and what is said of it.

    python benchmarks/faults/pickles.py [--cases FOLDER] [--mutants 120] [--seed 0]

Each is read as ``models import`` reads it, in a child with limits. Prints a table by kind; exits 1
where one takes more than 10 s of the processor or 1 GB, raises anything but a line, leaves a file,
or is not taken though it is good. The memory is the largest of any child so far.
"""

import argparse
import datetime as dt
import io
import os
import pickle
import random
import struct
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from latent_resonance.bundles.foreign.guarded import inspect_guarded
from latent_resonance.contracts.errors import BundleError

_MOST_SECONDS, _MOST_BYTES = 10.0, 1 << 30
_TESTS = Path(__file__).resolve().parents[2] / "tests" / "bundles"
P = b"\x80\x04"

Case = tuple[str, bytes, bool]
"""Its kind, its bytes, and whether it is good."""


def main() -> int:
    """The table; 1 where something is wrong."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--cases", type=Path, default=Path("../shared/cases/pickles"))
    options.add_argument("--mutants", type=int, default=120)
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    rows: dict[str, list[Any]] = {}
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        for number, (kind, data, good) in enumerate(_all(given)):
            row = rows.setdefault(kind, [0, 0, 0, 0.0, 0])
            seconds, read, fault = _read(Path(folder), data)
            row[0] += 1
            row[1] += read
            row[2] += not read
            row[3] = max(row[3], seconds)
            row[4] = max(row[4], _largest_child())
            if good and not read:
                fault = "good, and refused"
            if seconds > _MOST_SECONDS or row[4] > _MOST_BYTES:
                fault = f"{seconds:.1f} s, {row[4] >> 20} MiB"
            if fault:
                faults.append(f"{kind}, number {number}: {fault}")
    print("| kind | tried | read | refused | slowest | memory |")
    print("| --- | --- | --- | --- | --- | --- |")
    for kind, (tried, read, refused, slowest, most) in rows.items():
        print(f"| {kind} | {tried} | {read} | {refused} | {slowest:.1f} s | {most >> 20} MiB |")
    whole = [sum(row[column] for row in rows.values()) for column in range(3)]
    slowest = max(row[3] for row in rows.values())
    print(f"| all | {whole[0]} | {whole[1]} | {whole[2]} | {slowest:.1f} s | |")
    print("\n".join([f"\n{len(faults)} faults", *faults]))
    return int(bool(faults))


def _read(folder: Path, data: bytes) -> tuple[float, bool, str]:
    """Seconds, whether it was taken, and what went wrong."""
    path = folder / "network.pkl"
    path.write_bytes(data)
    read, fault = False, ""
    began = _seconds()
    try:
        inspect_guarded(path)
        read = True
    except BundleError as error:
        if "\n" in str(error) or not str(error).isprintable():
            fault = f"more than a line: {str(error)[:80]!r}"
    except Exception as error:  # noqa: BLE001 - which is what is looked for
        fault = f"{type(error).__name__}: {error}"
    seconds = _seconds() - began
    left = [one.name for one in folder.iterdir() if one != path]
    return seconds, read, fault or (f"left {left}" if left else "")


def _seconds() -> float:
    """Of the processor, of all children; of the clock where the system does not count them."""
    spent = os.times()
    both = spent.children_user + spent.children_system
    return time.monotonic() if sys.platform == "win32" else both


def _largest_child() -> int:
    if sys.platform == "win32":
        return 0
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit


def _all(given: argparse.Namespace) -> Iterator[Case]:
    if given.cases.is_dir():
        for path in sorted(given.cases.iterdir()):
            yield "given", path.read_bytes(), False
    good = list(_good())
    for data in good:
        yield "good", data, True
    yield from (("calls", data, False) for data in _calls(good[0]))
    yield from (("growing", data, False) for data in _growing())
    rolls = random.Random(given.seed)
    for _ in range(given.mutants):
        yield "mutated", mutated(rolls.choice(good), rolls), False


def _good() -> Iterator[bytes]:
    """As training writes them, in each protocol and container, with what may lie beside."""
    sys.path.insert(0, str(_TESTS))
    from pickles import dumped, module, small_state

    state = small_state()
    beside = {
        "begun": dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
        "args": argparse.Namespace(data=PurePosixPath("/data"), rate=0.1),
    }
    for protocol in (2, 3, 4, 5):
        yield dumped({"G_ema": module(state), **beside}, protocol)
    yield dumped({"G": module(state), "D": module(state, "Discriminator")})
    yield dumped((module(state), module(state), module(state)))
    yield dumped({"G_ema": module(state, as_numpy=True)})


def _calls(good: bytes) -> Iterator[bytes]:
    """Names that act, as the whole file, beside a network and within one."""
    for home, name in (
        ("os", "system"), ("builtins", "eval"), ("builtins", "getattr"), ("subprocess", "Popen"),
        ("importlib", "import_module"), ("functools", "partial"), ("numpy", "load"),
        ("torch", "load"), ("pickle", "loads"), ("shutil", "rmtree"), ("pathlib", "Path.touch"),
    ):  # fmt: skip
        call = f"c{home}\n{name}\n".encode() + b"(" + _text("touch canary") + b"tR"
        yield P + call + b"."
        yield good[:-1] + b"0}" + _text("G") + call + b"s."
        yield P + b"}(" + _text("G_ema") + b"cdnnlib.util\nEasyDict\n)\x81}" + call + b"ub."


def _growing() -> Iterator[bytes]:
    """Small files that would take a machine's memory or days."""
    yield P + b"]" + b"2" * 900_000 + b"0" * 900_000 + b"."
    yield P + b"](" * 300_000 + b"e" * 300_000 + b"."
    yield P + b"(" * 999_000 + b"."
    yield (
        P
        + b"}"
        + b"("
        + b"".join(b"J" + struct.pack("<i", k) + b"N" for k in range(99_000))
        + b"u."
    )
    yield P + b"}(" + b"".join(_text(f"k{k}") + b"]" for k in range(60_000)) + b"u."
    for count in (1 << 16, 1 << 20):
        keys = b"".join(
            b"\x8a\x0a" + (k * ((1 << 61) - 1)).to_bytes(10, "little") for k in range(1, 4_000)
        )
        yield P + b"\x8f(" + keys + b"\x90."
        yield P + b"\x8e" + struct.pack("<Q", count << 24) + b"x."
        yield P + b"\x8d" + struct.pack("<Q", count) + b"x" * 100 + b"."
    doubled = (
        P
        + b"]\x940"
        + b"".join(b"(" + b"h" + bytes([k]) + b"h" + bytes([k]) + b"l\x940" for k in range(60))
    )
    yield doubled + b"h\x3c."
    yield P + b"\x8a\xff" + b"\x7f" * 255 + b"."
    yield P + b"\x8b" + struct.pack("<i", 40_000_000) + bytes(40_000_000) + b"."
    yield P + b"I" + b"9" * 1_000_000 + b"\n."
    yield P + b"F" + b"1" * 1_000_000 + b"\n."
    yield P + b"r\xff\xff\xff\x7f."
    yield (
        P + b"B" + struct.pack("<I", 1 << 20) + bytes(1 << 20) + b"\x94" + b"h\x00" * 900_000 + b"."
    )
    inner = b"N."
    for _ in range(200):
        body = P + b"ctorch.storage\n_load_from_bytes\n(B" + struct.pack("<I", len(inner)) + inner
        inner = body + b"tR."
    yield inner
    zipped = io.BytesIO()
    import zipfile

    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02" + bytes(50_000_000))
    yield zipped.getvalue()
    yield pickle.dumps([float(k) for k in range(1_100_000)], 4)


def mutated(data: bytes, rolls: random.Random) -> bytes:
    """The same with one to sixty bytes or pieces changed, lost or doubled."""
    made = bytearray(data)
    for _ in range(rolls.choice((1, 2, 8, 60))):
        at = rolls.randrange(len(made))
        kind = rolls.randrange(5)
        if kind == 0:
            made[at] = rolls.randrange(256)
        elif kind == 1:
            made[at] ^= 1 << rolls.randrange(8)
        elif kind == 2:
            del made[at : at + rolls.randrange(1, 40)]
        elif kind == 3:
            start = rolls.randrange(len(made))
            made[at:at] = made[start : start + rolls.randrange(1, 200)]
        else:
            made = made[: max(at, 3)]
        if len(made) < 3:
            break
    return bytes(made)


def _text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value)) + value.encode()


if __name__ == "__main__":
    sys.exit(main())
