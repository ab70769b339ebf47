"""Networks on the engines: milliseconds per image on one core and on all, beside plain PyTorch.

StyleGAN2 and StyleGAN3-t of 256 x 256 with random weights, and the bundles that ship. ``reference``
is the plain formulation of the same network in eager PyTorch (``reference_stylegan.py``), ``eager``
our network there; ``torch``, ``onnxruntime`` and ``openvino`` are the players, as instruments use
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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.bundles.find import list_bundles, open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import FloatArray, Latent, Spec
from latent_resonance.models.engines.installed import installed_engines
from latent_resonance.models.engines.threads import physical_cores, processor_name

sys.path.insert(0, str(Path(__file__).resolve().parent))

ROUNDS, SECONDS = 6, 1.5
_W = 512
_LAYOUT = SpectrogramFormat(n_fft=512, hop=128, columns=256)
_Run = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One network. ``plain`` gives eager runs by name, which also make what engines must make."""

    name: str
    bundle: Bundle
    w: FloatArray
    plain: dict[str, Callable[[FloatArray], FloatArray]]


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
    names = ["reference", "eager", "torch", "onnxruntime", "openvino", "openvino bf16"]
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
        yield _stylegan2()
        yield from _stylegan3()
    for name in list_bundles():
        bundle = open_bundle(name)
        yield Case(f"bundle {name}", bundle, _place(bundle), {})


def _place(bundle: Bundle) -> FloatArray:
    named = [bundle.space.place(name) for name in sorted(bundle.space.places) if "/" in name]
    return named[0] if named else np.zeros(bundle.latent_size, np.float32)


def _stylegan2() -> Case:
    import reference_stylegan
    import torch

    from latent_resonance.networks.stylegan2 import Generator

    torch.manual_seed(0)
    settings = _settings(8192, 128)
    generator = Generator(**settings).eval()
    for name, value in generator.named_parameters():
        if "noise_strength" in name:
            value.data.normal_(0, 0.1)
        if name.endswith("torgb.weight"):
            value.data *= 0.1  # so that what is compared lies within the range of levels
    return _network(
        "stylegan2", "stylegan2 256 8192/128", generator, settings, reference_stylegan.stylegan2
    )


def _stylegan3() -> Iterator[Case]:
    import reference_stylegan
    import torch

    from latent_resonance.networks.stylegan3 import Generator

    for base, most, options in ((2048, 32, {"num_layers": 10}), (8192, 128, {})):
        torch.manual_seed(0)
        settings = {**_settings(base, most), **options}
        generator = Generator(**settings).eval()
        synthesis = generator.synthesis
        with torch.inference_mode():  # the magnitudes that training would have found
            for name in synthesis.layer_names:
                getattr(synthesis, name).magnitude_ema_beta = 0.0
            synthesis(torch.randn(1, 1, _W).expand(1, generator.num_ws, _W), update=True)
        name = f"stylegan3-t 256 {base}/{most}"
        yield _network("stylegan3", name, generator, settings, reference_stylegan.stylegan3)


def _settings(base: int, most: int) -> dict[str, Any]:
    sizes = {"z_dim": 64, "c_dim": 0, "w_dim": _W, "img_resolution": 256, "img_channels": 1}
    return {**sizes, "channel_base": base, "channel_max": most}


def _network(
    family: str, name: str, generator: Any, settings: dict[str, Any], formulation: Any
) -> Case:
    """A generator with random weights as a bundle that carries them, and its plain runs."""
    import torch
    from torch import Tensor, nn

    from latent_resonance.networks.bundle_members import LevelMember
    from latent_resonance.networks.rebuild import output_network
    from latent_resonance.training.bundling import pack_weights
    from latent_resonance.training.onnx_export import to_onnx

    class Plain(nn.Module):
        def forward(self, w: Tensor, transform: Tensor | None = None) -> Tensor:
            ws = w.unsqueeze(1).expand(-1, generator.num_ws, -1)
            made: Tensor = formulation(generator.synthesis, ws)
            return made

    def eager(network: nn.Module) -> Callable[[FloatArray], FloatArray]:
        def make(w: FloatArray) -> FloatArray:
            with torch.inference_mode():
                return np.asarray(network(torch.from_numpy(w[None])).numpy()[0], np.float32)

        return make

    facts = {"family": family, "settings": settings, "lowest_first": True}
    network = output_network(generator, facts, _LAYOUT)
    synthesis = to_onnx(network, {"w": torch.zeros(1, _W)}, "level_db")
    state = {key: value.numpy() for key, value in generator.state_dict().items()}
    networks = {"synthesis.onnx": synthesis}
    weights = pack_weights(facts, state, networks, halve=False)
    bundle = Bundle(
        name=name,
        kind="sound",
        family=family,
        latent_size=_W,
        format=_LAYOUT,
        space=LatentSpace.of(_W, {}),
        members={**networks, "weights.safetensors": weights},
    )
    reference = LevelMember(Plain(), _LAYOUT.range_db, lowest_first=True)
    plain = {"reference": eager(reference), "eager": eager(network)}
    w = np.random.default_rng(1).standard_normal(_W).astype(np.float32)
    return Case(name, bundle, w, plain)


def _measure(case: Case, thread_counts: list[int], engines: list[str]) -> dict[str, Any]:
    layout = case.bundle.format
    assert isinstance(layout, SpectrogramFormat)
    rows = {}
    pictures: dict[str, FloatArray] = {}
    for threads in thread_counts:
        players = {}
        choices: dict[str, tuple[str, dict[str, Any]]] = {name: (name, {}) for name in engines}
        if "openvino" in engines:
            choices["openvino bf16"] = ("openvino", {"precision": "bf16"})
        for name, (engine, options) in choices.items():
            part = find_part("models", engine).make({**options, "threads": threads}, case.bundle)
            part.prepare(Spec(format=layout))
            players[name] = part
            pictures[name] = part.generate(Latent(case.w)).level_db
        runs: dict[str, _Run] = {
            name: lambda part=part: part.generate(Latent(case.w))  # type: ignore[misc]
            for name, part in players.items()
        }
        if case.plain:
            import torch

            torch.set_num_threads(threads)
        for name, make in case.plain.items():
            pictures[name] = np.clip(make(case.w), -layout.range_db, 0)
            runs[name] = lambda make=make: make(case.w)  # type: ignore[misc]
        ms = _least(runs, time.process_time if threads == 1 else time.perf_counter)
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
    found = {"name": case.name, "threads": rows, "difference": worst / layout.range_db}
    if coarse is not None:
        away = coarse - pictures["openvino"]
        found["bf16_rms_db"] = round(float(np.sqrt(np.mean(np.square(away)))), 3)
    return found


def _least(runs: dict[str, _Run], clock: Callable[[], float]) -> dict[str, float]:
    """The least seconds of each by ``clock``: other work on the machine only ever adds."""
    least = dict.fromkeys(runs, float("inf"))
    spent = dict.fromkeys(runs, 0.0)
    for k in range(ROUNDS):
        for name, make in runs.items():
            if k > 1 and spent[name] > SECONDS:
                continue
            until = spent[name] + SECONDS / ROUNDS
            while spent[name] < until:
                before = clock()
                make()
                took = clock() - before
                least[name] = min(least[name], took)
                spent[name] += took
    return least


def markdown(result: dict[str, Any]) -> list[str]:
    """The result as the table of docs/engines.md."""
    names = ["reference", "eager", "torch", "onnxruntime", "openvino", "openvino bf16"]
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
