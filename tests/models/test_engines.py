"""All engines make the same of the same bundle, and say what they lack."""

import sys

import numpy as np
import pytest

from latent_resonance.bundles.find import find_bundle, list_bundles
from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import DeviceError, InputError, MissingPartError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.parts import Model
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Latent, Spec
from latent_resonance.models.engines import choice, installed, quiet_onnxruntime
from latent_resonance.models.engines.checked_network import check_network
from latent_resonance.models.engines.installed import how_to_install, installed_engines

EMBEDDED = [name for name in list_bundles() if "defaults" in find_bundle(name).parts]
OTHERS = ["onnxruntime", "torch"]


def play(engine: str, bundle: Bundle, places: list[np.ndarray], threads: int = 1) -> np.ndarray:
    part: Model = find_part("models", engine).make({"threads": threads}, bundle)
    part.prepare(Spec())
    made = np.stack([part.generate(Latent(w)).level_db for w in places])
    part.close()
    return made


def some_places(bundle: Bundle) -> list[np.ndarray]:
    """Those with names, blends of them, and some that lie further out."""
    named = [w for name, w in sorted(bundle.landmarks.items()) if name != "w_std"][:8]
    middle = bundle.landmarks.get("w_avg", np.zeros(bundle.latent_size, np.float32))
    spread = bundle.landmarks.get("w_std", np.ones(bundle.latent_size, np.float32))
    noise = np.random.default_rng(0).standard_normal((3, bundle.latent_size))
    far = [(middle + 2 * step * spread).astype(np.float32) for step in noise]
    return [*named, (named[0] + named[-1]) / 2, *far]


@pytest.mark.parametrize("engine", OTHERS)
@pytest.mark.parametrize("name", EMBEDDED)
def test_engines_agree_to_a_thousandth_of_the_range(name: str, engine: str) -> None:
    if engine not in installed_engines():
        pytest.skip(how_to_install(engine))
    bundle = read_bundle(find_bundle(name))
    assert bundle.format is not None
    places = some_places(bundle)
    usual = play("openvino", bundle, places)
    assert usual.std() > 1  # there is something to agree about
    other = play(engine, bundle, places, threads=2)
    assert np.abs(usual - other).max() < 1e-3 * bundle.format.range_db


@pytest.mark.parametrize("engine", ["openvino", *OTHERS])
def test_arithmetic_of_the_caller_stays_as_it_was(engine: str) -> None:
    if engine not in installed_engines():
        pytest.skip(how_to_install(engine))
    bundle = read_bundle(find_bundle("drone"))
    play(engine, bundle, some_places(bundle)[:1])
    # A library that flushes subnormal numbers to zero in our thread changes other people's sums.
    assert float(np.float64(2.0**-1022)) / 2 > 0


def stylegan_bundle(family: str) -> Bundle:
    """A small StyleGAN with random weights, whose levels fill the range."""
    import torch
    from torch import Tensor, nn

    from latent_resonance.networks import stylegan2, stylegan3
    from latent_resonance.training.onnx_export import to_onnx

    torch.manual_seed(0)
    network = (
        stylegan2.Generator(16, 0, 16, (32, 64), 1, channel_base=512, channel_max=32)
        if family == "stylegan2"
        else stylegan3.Generator(
            16, 0, 16, 32, 1, channel_base=512, channel_max=32, num_layers=4,
            **({"conv_kernel": 1, "use_radial_filters": True} if family == "stylegan3-r" else {}),
        )
    )  # fmt: skip
    arguments = ("const",) if family == "stylegan2" else ()
    w = torch.randn(8, 16)

    class Levels(nn.Module):
        middle, spread = 0.0, 1.0

        def __init__(self) -> None:
            super().__init__()
            self.synthesis = network.synthesis

        def forward(self, w: Tensor) -> Tensor:
            ws = w.unsqueeze(1).expand(-1, network.num_ws, -1)
            made = self.synthesis(ws, *arguments)[:, 0]
            return (made - self.middle) * (12 / self.spread) - 40

    levels = Levels().eval()
    with torch.inference_mode():
        seen = levels.synthesis(w.unsqueeze(1).expand(-1, network.num_ws, -1), *arguments)
    levels.middle, levels.spread = float(seen.mean()), float(seen.std())
    height, width = seen.shape[2:]
    layout = SpectrogramFormat(n_fft=2 * height, hop=height // 2, columns=width)
    return Bundle(
        name=family,
        kind="sound",
        family="stylegan",
        latent_size=16,
        format=layout,
        landmarks={"w_avg": np.zeros(16, np.float32)},
        members={"synthesis.onnx": to_onnx(levels, {"w": w[:1]}, "level_db")},
    )


@pytest.mark.parametrize("family", ["stylegan2", "stylegan3-t", "stylegan3-r"])
def test_engines_agree_on_stylegans(family: str) -> None:
    pytest.importorskip("torch")
    bundle = stylegan_bundle(family)
    assert bundle.format is not None
    places = some_places(bundle)
    usual = play("openvino", bundle, places)
    assert usual.std() > 1
    others = [name for name in OTHERS if name in installed_engines()]
    assert others
    for engine in others:
        other = play(engine, bundle, places)
        assert np.abs(usual - other).max() < 1e-3 * bundle.format.range_db, engine


def test_onnxruntime_s_own_format_is_not_taken_for_onnx() -> None:
    if "onnxruntime" not in installed_engines():
        pytest.skip(how_to_install("onnxruntime"))
    from latent_resonance.models import onnxruntime as part
    from latent_resonance.models.engines.checked_network import CheckedNetwork

    bundle = read_bundle(find_bundle("drone"))
    network = check_network(bundle)
    # What that format begins with: were it looked at, the message would be about flatbuffers.
    disguised = CheckedNetwork(b"\x20\0\0\0ORTM" + network.data, network.model, network.gives)
    with pytest.raises(Exception, match=r"(?i)protobuf"):
        part.Part(part.Options(), bundle)._compile(disguised, 1)


@pytest.mark.parametrize("engine", OTHERS)
def test_an_engine_that_is_missing_names_its_extra(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if ".torch_graph" in name]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    monkeypatch.setattr(quiet_onnxruntime, "_NAME", "not imported before")
    part = find_part("models", engine).make({}, read_bundle(find_bundle("drone")))
    with pytest.raises(MissingPartError, match=r"pip install 'latent-resonance\["):
        part.prepare(Spec())


def test_a_device_that_is_not_there_is_said() -> None:
    bundle = read_bundle(find_bundle("drone"))
    with pytest.raises(InputError, match="device"):
        find_part("models", "openvino").make({"device": "cuda"}, bundle)
    for engine in OTHERS:
        if engine not in installed_engines():
            continue
        part = find_part("models", engine).make({"device": "mps"}, bundle)
        if sys.platform != "darwin":
            with pytest.raises(DeviceError, match="mps"):
                part.prepare(Spec())


def test_a_device_without_an_engine_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "installed_engines", lambda: {"openvino": "1"})
    part = find_part("models", "auto").make({"device": "cuda"}, read_bundle(find_bundle("drone")))
    with pytest.raises(DeviceError, match="no installed engine plays on 'cuda'"):
        part.prepare(Spec())


def test_engines_are_looked_up_without_importing_them() -> None:
    import subprocess

    code = (
        "import sys; from latent_resonance.models.engines.installed import installed_engines;"
        "print(installed_engines()['openvino'] != '' and"
        " not {'openvino', 'onnxruntime', 'torch', 'onnx'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"
    assert next(iter(installed.installed_engines())) == "openvino"
