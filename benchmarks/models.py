"""Networks on the engines: milliseconds per image on one core and on all, beside plain PyTorch.

StyleGAN2 and StyleGAN3-t of 256 x 256 with random weights, and the bundles that ship. ``reference``
is the plain formulation of the same network in eager PyTorch (``reference_stylegan.py``);
``torch`` (our network there), ``onnxruntime`` and ``openvino`` are the players, as instruments use
them. All make the same picture from the same weights in the same run; ``times`` is the reference's
time over OpenVINO's (for bundles, which have no other formulation, ONNX Runtime's over OpenVINO's).
PyTorch's idle threads are told to sleep (OMP_WAIT_POLICY): spinning, they make it 20 times slower
as soon as anything else runs, which would flatter the others. Runs take turns; on one core the
processor's time is taken, which others' work lengthens less than the clock's.

    python benchmarks/models.py [--markdown]
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.bundles.find import list_bundles, open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import FloatArray, Latent, Spec
from latent_resonance.models.engines.installed import installed_engines
from latent_resonance.models.engines.threads import physical_cores, processor_name

sys.path.insert(0, str(Path(__file__).resolve().parent))

from reference_networks import (
    ROUNDS,
    SECONDS,
    Case,
    least,
    numbers,
    small_picture,
    stylegan2,
    stylegan3,
)

_Run = Callable[[], Any]


def run(data_dir: Path | None = None, engines: tuple[str, ...] = ()) -> dict[str, Any]:
    """Measure all cases on all engines, or those given; nothing of ``data_dir`` is needed."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    cores, load = physical_cores(), os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    chosen = [name for name in installed_engines() if not engines or name in engines]
    cases = [_measure(case, sorted({1, cores}), chosen) for case in _cases()]
    return {
        "processor": processor_name(),
        "cores": cores,
        "load_before": round(load, 1),
        "engines": installed_engines(),
        "note": f"ms per image, the least of {ROUNDS} rounds by turns, {SECONDS} s in all",
        "networks": {case["name"]: case for case in cases},
    }


def lines(result: dict[str, Any]) -> list[str]:
    """The result as a table."""
    names = ["reference", "torch", "onnxruntime", "openvino", "openvino bf16"]
    names = [n for n in names if any(n in row["ms"] for row in _rows(result))]
    table = [
        f"{result['processor']}, {result['cores']} cores; {result['note']}",
        f"{'network':<28}{'cores':>6}"
        + "".join(f"{name:>15}" for name in names)
        + f"{'times':>8}{'differ':>9}",
    ]
    if result["load_before"] > 0.5:
        table.insert(
            1,
            f"other work ran (load {result['load_before']}): for all cores, repeat when idle",
        )
    for name, case in result["networks"].items():
        for threads, row in case["threads"].items():
            cells = "".join(
                f"{row['ms'][n]:>15.2f}" if n in row["ms"] else f"{'-':>15}" for n in names
            )
            times = f"{row['times']:.1f}" if "times" in row else "-"
            table.append(f"{name:<28}{threads:>6}{cells}{times:>8}{case['difference']:>9.0e}")
    return table


def _rows(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for case in result["networks"].values() for row in case["threads"].values()]


def _cases() -> Iterator[Case]:
    if "torch" in installed_engines():
        yield stylegan2()
        yield stylegan3(small=True)
        yield stylegan3(small=False)
        yield small_picture()
    for name in list_bundles():
        bundle = open_bundle(name)
        yield Case(f"bundle {name}", bundle, _place(bundle), {})


def _place(bundle: Bundle) -> FloatArray:
    named = [place.w for name, place in sorted(bundle.space.places.items()) if "/" in name]
    return named[0] if named else bundle.space.mean


def _measure(case: Case, thread_counts: list[int], engines: list[str]) -> dict[str, Any]:
    size = 1.0
    rows = {}
    pictures: dict[str, FloatArray] = {}
    for threads in thread_counts:
        players = {}
        choices: dict[str, tuple[str, dict[str, Any]]] = {name: (name, {}) for name in engines}
        if "openvino" in engines:
            choices["openvino bf16"] = ("openvino", {"precision": "bf16"})
        for name, (engine, options) in choices.items():
            part = find_part("models", engine).make({**options, "threads": threads}, case.bundle)
            part.prepare(Spec())
            players[name] = part
            pictures[name], size = numbers(part.generate(Latent(case.w)))
        runs: dict[str, _Run] = {
            name: lambda part=part: part.generate(Latent(case.w))  # type: ignore[misc]
            for name, part in players.items()
        }
        if case.plain:
            import torch

            torch.set_num_threads(threads)
        for name, make in case.plain.items():
            pictures[name] = make(case.w)
            runs[name] = lambda make=make: make(case.w)  # type: ignore[misc]
        ms = least(runs, time.process_time if threads == 1 else time.perf_counter)
        row: dict[str, Any] = {"ms": {name: round(1e3 * s, 3) for name, s in ms.items()}}
        baseline = ms.get("reference", ms.get("onnxruntime"))
        if baseline and "openvino" in ms:
            row["times"] = round(baseline / ms["openvino"], 2)
        rows[str(threads)] = row
        for part in players.values():
            part.close()
    coarse = pictures.pop("openvino bf16", None)
    usual = next(iter(pictures.values()))
    worst = max(float(np.abs(usual - other).max()) for other in pictures.values())
    found = {"name": case.name, "threads": rows, "difference": worst / size}
    if coarse is not None:
        away = coarse - pictures["openvino"]
        found["bf16_rms_db"] = round(float(np.sqrt(np.mean(np.square(away)))), 3)
    return found


def markdown(result: dict[str, Any]) -> list[str]:
    """The result as the table of docs/engines.md."""
    names = ["reference", "torch", "onnxruntime", "openvino", "openvino bf16"]
    names = [n for n in names if any(n in row["ms"] for row in _rows(result))]
    table = [
        f"{result['processor']}; " + ", ".join(f"{n} {v}" for n, v in result["engines"].items()),
        "",
        "| " + " | ".join(["network", "cores", *names, "times", "differ", "bf16 rms dB"]) + " |",
        "| --- " * (len(names) + 5) + "|",
    ]
    for name, case in result["networks"].items():
        for threads, row in case["threads"].items():
            cells = [f"{row['ms'][n]:.1f}" if n in row["ms"] else "-" for n in names]
            last = [str(row.get("times", "-")), f"{case['difference']:.0e}"]
            cells = [name, threads, *cells, *last, str(case.get("bf16_rms_db", "-"))]
            table.append("| " + " | ".join(cells) + " |")
    return table


def main() -> None:
    """Print the table."""
    show = markdown if "--markdown" in sys.argv[1:] else lines
    print("\n".join(show(run())))


if __name__ == "__main__":
    main()
