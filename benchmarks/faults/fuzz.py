"""Coverage-guided fuzzing of what reads foreign bytes (on Linux, ``pip install atheris``).

    python benchmarks/faults/fuzz.py [--seconds 600] [READER ...]

Each reader gets a process of its own, which ends at the first exception that is no line of ours,
the first input that takes more than 10 s or 1 GB. Prints a table; exits 1 where one was found, and
keeps that input in the folder of the corpus.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

Reader = tuple[Callable[[Path], object] | Callable[[bytes], object], str]


def main() -> int:
    """The table; 1 where something was found."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=int, default=600)
    options.add_argument("--corpus", type=Path)
    options.add_argument("--one", help=argparse.SUPPRESS)
    options.add_argument("readers", nargs="*")
    given, _ = options.parse_known_args()
    if given.one:
        return _fuzz(given.one, given.corpus, given.seconds)
    found = 0
    print("| reader | inputs | edges | seconds | found |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as made:
        for name in given.readers or READERS:
            corpus = (given.corpus or Path(made)) / name
            corpus.mkdir(parents=True, exist_ok=True)
            for number, seed in enumerate(seeds_of(name)):
                (corpus / f"seed{number}").write_bytes(seed)
            done = subprocess.run(
                [
                    sys.executable, __file__, "--one", name,
                    "--corpus", str(corpus), "--seconds", str(given.seconds),
                ],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            said = done.stdout + done.stderr
            inputs = re.findall(r"^#(\d+)", said, re.MULTILINE)
            edges = re.findall(r"cov: (\d+)", said)
            seconds = re.findall(r"in (\d+) second", said)
            bad = done.returncode != 0
            found += bad
            last = [
                line
                for line in said.splitlines()
                if re.match(r" *(===|\w*Error|ALARM|SUMMARY)", line)
            ]
            cells = [name, *(one[-1] if one else "-" for one in (inputs, edges, seconds))]
            print(
                "|",
                " | ".join([*cells, "; ".join(last[:3]) if bad else "nothing"]),
                "|",
                flush=True,
            )
            if bad:
                print(said[-3000:], file=sys.stderr)
    return int(found > 0)


def _fuzz(name: str, corpus: Path, seconds: int) -> int:
    import atheris  # type: ignore[import-not-found,unused-ignore]

    with atheris.instrument_imports(include=["latent_resonance"]):
        from latent_resonance.contracts.errors import ResonanceError

        read: Any = READERS[name]()
    path = Path(tempfile.mkdtemp()) / f"input{_SUFFIXES.get(name, '')}"

    def once(data: bytes) -> None:
        with suppress(ResonanceError):
            if name == "osc":
                list(read(data))
            else:
                path.write_bytes(data)
                read(path)

    arguments = [
        sys.argv[0], str(corpus), f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=1024",
        "-max_len=200000", f"-artifact_prefix={corpus}/found-", "-print_final_stats=1",
    ]  # fmt: skip
    atheris.Setup(arguments, once)
    atheris.Fuzz()
    return 0


def _bundle() -> Callable[[Path], object]:
    from latent_resonance.bundles.read import read_bundle

    return read_bundle


def _pickle() -> Callable[[Path], object]:
    from latent_resonance.bundles.foreign.read import read_network

    return read_network


def _midi() -> Callable[[Path], object]:
    from latent_resonance.sense.midi_files.read import read_midi

    return read_midi


def _performance() -> Callable[[Path], object]:
    from latent_resonance.sense.performances.csv_file import read_performance

    return read_performance


def _recipe() -> Callable[[Path], object]:
    from latent_resonance.engine.recipe import load_recipe

    return lambda path: load_recipe(str(path))


def _osc() -> Callable[[bytes], object]:
    from latent_resonance.sense.osc_input.packets import read_packet

    return read_packet


READERS: dict[str, Callable[[], Any]] = {
    "bundle": _bundle,
    "pickle": _pickle,
    "midi": _midi,
    "performance": _performance,
    "recipe": _recipe,
    "osc": _osc,
}
_SUFFIXES = {"recipe": ".toml", "bundle": ".resonance"}


def seeds_of(name: str) -> list[bytes]:
    """A good file of the reader's, or a part of one."""
    root = Path(__file__).resolve().parents[2]
    if name == "recipe":
        return [path.read_bytes() for path in sorted((root / "recipes").glob("*.toml"))]
    if name == "midi":
        track = b"\x00\x90\x3c\x40\x60\x80\x3c\x00\x00\xff\x2f\x00"
        head = b"MThd\x00\x00\x00\x06\x00\x00\x00\x01\x01\xe0MTrk\x00\x00\x00"
        return [head + bytes([len(track)]) + track]
    if name == "performance":
        return [
            b"time,present,mouth,kept_tempo,events\n0.0,1,0.5,,0.0:note_on:0:60:0.5\n1.5,1,0.2,0:120:0:1:1,\n2,0,,,\n"
        ]
    if name == "osc":
        message = b"/a/b\0\0\0\0,fi\0" + bytes(8)
        return [
            message,
            b"#bundle\0" + bytes(7) + b"\x01" + bytes(3) + bytes([len(message)]) + message,
        ]
    sys.path.insert(0, str(root / "tests" / "bundles"))
    if name == "pickle":
        from pickles import dumped, module, small_state

        return [
            dumped({"G_ema": module(small_state()), "D": None}, protocol) for protocol in (2, 4)
        ]
    from texture_forge import forge_texture

    with tempfile.TemporaryDirectory() as made:
        return [forge_texture(Path(made) / "small.resonance").read_bytes()]


if __name__ == "__main__":
    sys.exit(main())
