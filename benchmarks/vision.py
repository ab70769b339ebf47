"""Pictures: milliseconds a frame by engine and size, and of the whole chain, beside NVIDIA's way.

``fields`` at 256 and 512, drawn at that size; StyleGAN2 and StyleGAN3-t of 256 x 256 with random
weights, shown at 256 and 512. ``reference`` is the plain formulation of the same network in eager
PyTorch, in the manner of NVIDIA's reference operators (``reference_stylegan.py``). ``times`` is the
reference's time over that of the chosen engine and precision; ``fields``, which has no other
formulation, stands beside the StyleGAN2's reference of the same run. ``chain`` is the chosen way,
the renderer ``frames`` and the flash limiter, for a new place every frame.

Runs take turns; on one thread the processor's time is taken, which others' work lengthens less than
the clock's.

    resonance benchmark vision
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import MissingPartError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import Renderer
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Frame, Latent, Spec
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.windows import InlineWindows
from latent_resonance.models.engines.choice import Way
from latent_resonance.models.engines.installed import how_to_install, installed_engines
from latent_resonance.models.engines.precisions import precisions
from latent_resonance.models.engines.threads import processor_name

sys.path.insert(0, str(Path(__file__).resolve().parent))

from reference_networks import ROUNDS, Case, least, stylegan2, stylegan3

SIZES = (256, 512)
_PLACES = 32
_FRAME_RATE = 30.0


def run(data_dir: Path | None = None, engines: tuple[str, ...] = ()) -> dict[str, Any]:
    """Measure all networks; nothing of ``data_dir`` is needed.

    Raises:
        MissingPartError: PyTorch, which the reference runs on, is not installed.
    """
    if "torch" not in installed_engines():
        raise MissingPartError(how_to_install("torch"))
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    chosen = [name for name in installed_engines() if not engines or name in engines]
    fields = open_bundle("fields")
    cases = [
        stylegan2(channels=3),
        stylegan3(small=True, channels=3),
        Case("fields", fields, fields.space.mean, {}),
    ]
    rows = [_measure(case, size, chosen) for case in cases for size in SIZES]
    usual = next(row["ms"]["reference"] for row in rows if "reference" in row["ms"])
    for row in rows:
        reference = row["ms"].get("reference", usual)
        row["times"] = round(reference / row["ms"][row["chosen"]], 1)
        row["chain_times"] = round(reference / row["chain"], 1)
    return {
        "processor": processor_name(),
        "threads": 1,
        "load_before": round(load, 1),
        "engines": installed_engines(),
        "note": f"processor's ms a frame, the least of {ROUNDS} rounds by turns",
        "rows": rows,
    }


def lines(result: dict[str, Any]) -> list[str]:
    """The result as a table; the chosen way is marked."""
    names = list(dict.fromkeys(name for row in result["rows"] for name in row["ms"]))
    table = [
        f"{result['processor']}, 1 thread; {result['note']}",
        f"{'network':<24}{'size':>5}"
        + "".join(f"{name:>15}" for name in names)
        + f"{'times':>7}{'chain':>8}{'times':>7}{'frames/s':>9}",
    ]
    for row in result["rows"]:
        cells = [_cell(row, name) for name in names]
        table.append(
            f"{row['network']:<24}{row['size']:>5}"
            + "".join(f"{cell:>15}" for cell in cells)
            + f"{row['times']:>7}{row['chain']:>8.1f}{row['chain_times']:>7}"
            + f"{1000 / row['chain']:>9.0f}"
        )
    return table


def markdown(result: dict[str, Any]) -> list[str]:
    """The result as the table of docs/engines.md."""
    names = list(dict.fromkeys(name for row in result["rows"] for name in row["ms"]))
    head = ["network", "size", *names, "times", "chain", "times", "frames a second"]
    table = ["| " + " | ".join(head) + " |", "| --- " * len(head) + "|"]
    for row in result["rows"]:
        cells = [row["network"], str(row["size"]), *(_cell(row, name) for name in names)]
        cells += [str(row["times"]), f"{row['chain']:.1f}", str(row["chain_times"])]
        table.append("| " + " | ".join([*cells, f"{1000 / row['chain']:.0f}"]) + " |")
    return table


def _cell(row: dict[str, Any], name: str) -> str:
    if name not in row["ms"]:
        return "-"
    return f"{row['ms'][name]:.1f}" + "*" * (name == row["chosen"])


def _measure(case: Case, size: int, engines: list[str]) -> dict[str, Any]:
    import torch

    torch.set_num_threads(1)
    bundle = case.bundle
    form = PictureFormat(size, size)
    drawn = form if bundle.any_size else bundle.format
    spec = Spec(format=drawn, threads=1, space=bundle.space)
    players = {}
    for engine in engines:
        for precision in precisions(engine, "cpu"):
            options = {} if precision == "f32" else {"precision": precision}
            part = find_part("models", engine).make({**options, "threads": 1}, bundle)
            part.prepare(spec)
            players[str(Way(engine, precision))] = part
    runs: dict[str, Callable[[], Any]] = {
        name: lambda part=part: part.generate(Latent(case.w))  # type: ignore[misc]
        for name, part in players.items()
    }
    for name, make in case.plain.items():
        runs[name] = lambda make=make: make(case.w)  # type: ignore[misc]
    auto = find_part("models", "auto").make({"threads": 1}, bundle)
    auto.prepare(spec)
    chosen = str(Way(auto.engine, auto.precision))
    runs["chain"] = _chain(auto, bundle, spec, size)
    ms = {name: 1e3 * seconds for name, seconds in least(runs, time.process_time).items()}
    for part in (*players.values(), auto):
        part.close()
    chain = ms.pop("chain")
    if chosen not in ms:  # another engine than those that were asked for
        chosen = next(iter(players))
    return {
        "network": case.name,
        "size": size,
        "chosen": chosen,
        "ms": {name: round(value, 2) for name, value in sorted(ms.items())},
        "chain": round(chain, 2),
    }


def _chain(model: Any, bundle: Bundle, spec: Spec, size: int) -> Callable[[], Any]:
    """The next frame of a renderer with its limiter, at places that go around."""
    options = {"width": size, "height": size, "frame_rate": _FRAME_RATE, "smooth_seconds": 0.0}
    renderer: Renderer = find_part("render", "frames").make(options)
    renderer.prepare(spec)
    windows = InlineWindows(model, renderer, Meters())
    state = [renderer.start()]
    ends = [bundle.space.random(seed) for seed in range(2)]
    way = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_PLACES) / _PLACES)
    places = [np.asarray(ends[0] + t * (ends[1] - ends[0]), np.float32) for t in way]
    count = [0]

    def step() -> Frame:
        count[0] += 1
        latent = Latent(places[count[0] % _PLACES])
        frame, wants, state[0] = renderer.render(state[0], latent, windows)
        windows.serve(wants)
        assert isinstance(frame, Frame)
        return frame

    return step


def main() -> None:
    """Print the table."""
    show = markdown if "--markdown" in sys.argv[1:] else lines
    print("\n".join(show(run())))


if __name__ == "__main__":
    main()
