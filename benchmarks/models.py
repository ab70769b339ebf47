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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.bundles.find import list_bundles, open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.formats import PictureFormat, SpectrogramFormat
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import FloatArray, Frame, Latent, Spec, Spectrogram
from latent_resonance.models.engines.installed import installed_engines
from latent_resonance.models.engines.threads import physical_cores, processor_name

sys.path.insert(0, str(Path(__file__).resolve().parent))

ROUNDS, SECONDS = 6, 1.5
_W = 512
_LAYOUT = SpectrogramFormat(n_fft=512, hop=128, columns=256)
_RANDOM_W = np.random.default_rng(1).standard_normal(_W).astype(np.float32)
_SPREAD = 0.2
"""Standard deviation of the pictures, so that levels fill the range and few are cut."""
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
        yield _stylegan2()
        yield from _stylegan3()
        yield _picture()
    for name in list_bundles():
        bundle = open_bundle(name)
        yield Case(f"bundle {name}", bundle, _place(bundle), {})


def _place(bundle: Bundle) -> FloatArray:
    named = [place.w for name, place in sorted(bundle.space.places.items()) if "/" in name]
    return named[0] if named else bundle.space.mean


def _numbers(made: Spectrogram | Frame) -> tuple[FloatArray, float]:
    """Levels or pixels, and their range."""
    if isinstance(made, Frame):
        return made.pixels.astype(np.float32), 255.0
    return made.level_db, made.format.range_db


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
    share = _SPREAD / _spread(generator)
    for name, value in generator.named_parameters():
        if "torgb.weight" in name:
            value.data *= share
    plain = {"reference": reference_stylegan.stylegan2}
    return _network("stylegan2 256 8192/128", generator, settings, plain)


def _stylegan3() -> Iterator[Case]:
    import reference_stylegan
    import torch

    from latent_resonance.networks.stylegan3 import Generator

    for base, most, options in ((2048, 32, {"num_layers": 10}), (8192, 128, {})):
        torch.manual_seed(0)
        settings: dict[str, Any] = _settings(base, most) | options
        generator = Generator(**settings).eval()
        synthesis = generator.synthesis
        with torch.inference_mode():  # the magnitudes that training would have found
            for name in synthesis.layer_names:
                getattr(synthesis, name).magnitude_ema_beta = 0.0
            synthesis(torch.randn(1, 1, _W).expand(1, generator.num_ws, _W), update=True)
        synthesis.output_scale *= _SPREAD / _spread(generator)
        settings["output_scale"] = synthesis.output_scale
        plain = {"reference": reference_stylegan.stylegan3}
        yield _network(f"stylegan3-t 256 {base}/{most}", generator, settings, plain)


def _picture() -> Case:
    """A small StyleGAN2 of colour pictures."""
    import torch

    from latent_resonance.networks.stylegan2 import Generator

    torch.manual_seed(0)
    settings = _settings(2048, 64) | {"img_channels": 3}
    return _network("stylegan2 256 2048/64, RGB", Generator(**settings).eval(), settings, {})


def _settings(base: int, most: int) -> dict[str, Any]:
    settings = {"z_dim": 64, "c_dim": 0, "w_dim": _W, "img_resolution": 256, "img_channels": 1}
    return settings | {"channel_base": base, "channel_max": most}


def _spread(generator: Any) -> float:
    import torch

    from latent_resonance.networks.bundle_members import PictureMember

    with torch.inference_mode():
        return float(PictureMember(generator)(torch.from_numpy(_RANDOM_W[None])).std())


def _network(
    name: str, generator: Any, settings: dict[str, Any], plain: dict[str, Callable[..., Any]]
) -> Case:
    """A network with random weights as a bundle; grey pictures are levels."""
    import torch

    from latent_resonance.networks.bundle_members import LevelMember, PictureMember
    from latent_resonance.networks.rebuild import output_network
    from latent_resonance.training.bundling import pack_weights
    from latent_resonance.training.onnx_export import to_onnx

    grey = settings["img_channels"] == 1
    form = _LAYOUT if grey else PictureFormat(256, 256)
    family = name.partition(" ")[0].partition("-")[0]
    facts = {"family": family, "settings": settings, "lowest_first": True}
    network = output_network(generator, facts, form)
    synthesis = to_onnx(network, {"w": torch.zeros(1, _W)}, network.output)
    state = {key: value.numpy() for key, value in generator.state_dict().items()}
    weights = pack_weights(facts, state, {"synthesis.onnx": synthesis}, halve=False)
    bundle = Bundle(
        name=name,
        kind="sound" if grey else "image",
        family=family,
        latent_size=_W,
        format=form,
        space=LatentSpace.of(_W, {}),
        members={"synthesis.onnx": synthesis, "weights.safetensors": weights},
    )

    class Plain(PictureMember):
        def __init__(self, make: Callable[..., Any]) -> None:
            super().__init__(generator)
            self.make = make

        def forward(self, w: Any, transform: Any = None) -> Any:
            return self.make(self.synthesis, w.unsqueeze(1).expand(-1, self.num_ws, -1))

    def eager(make: Callable[..., Any]) -> Callable[[FloatArray], FloatArray]:
        levels = LevelMember(Plain(make), _LAYOUT.range_db, lowest_first=True)

        def run_once(w: FloatArray) -> FloatArray:
            with torch.inference_mode():
                return np.asarray(levels(torch.from_numpy(w[None])).numpy()[0], np.float32)

        return run_once

    return Case(name, bundle, _RANDOM_W, {key: eager(make) for key, make in plain.items()})


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
            pictures[name], size = _numbers(part.generate(Latent(case.w)))
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
    found = {"name": case.name, "threads": rows, "difference": worst / size}
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
