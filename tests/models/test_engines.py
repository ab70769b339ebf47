"""All engines make the same of the same bundle, and say what they lack."""

import sys

import numpy as np
import pytest

from latent_resonance.bundles.find import find_bundle, list_bundles
from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import (
    BundleError,
    DeviceError,
    InputError,
    MissingPartError,
)
from latent_resonance.contracts.parts import Model
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Frame, Latent, Spec, Spectrogram
from latent_resonance.models.engines import choice, installed, quiet_onnxruntime
from latent_resonance.models.engines.checked_network import check_network
from latent_resonance.models.engines.installed import how_to_install, installed_engines
from latent_resonance.models.engines.output_form import output_form

EMBEDDED = [name for name in list_bundles() if "defaults" in find_bundle(name).parts]
OTHERS = ["onnxruntime", "torch"]


def play(engine: str, bundle: Bundle, places: list[np.ndarray], threads: int = 1) -> np.ndarray:
    part: Model = find_part("models", engine).make({"threads": threads}, bundle)
    part.prepare(Spec())
    made = np.stack([_numbers(part.generate(Latent(w))) for w in places])
    part.close()
    return made


def _numbers(made: Spectrogram | Frame) -> np.ndarray:
    return made.level_db if isinstance(made, Spectrogram) else made.pixels.astype(np.float32)


def some_places(bundle: Bundle) -> list[np.ndarray]:
    """Those with names, blends of them, and some that lie further out."""
    space = bundle.space
    named = [space.mean, *(place.w for _, place in sorted(space.places.items()))][:8]
    # What lies beside the network's numbers is no engine's business.
    noise = np.zeros((3, bundle.latent_size))
    noise[:, : bundle.network_size] = np.random.default_rng(0).standard_normal(
        (3, bundle.network_size)
    )
    far = [(space.mean + 2 * step * space.spread).astype(np.float32) for step in noise]
    return [*named, (named[0] + named[-1]) / 2, *far]


@pytest.mark.parametrize(
    ("name", "engine"),
    [
        pytest.param(name, engine, marks=pytest.mark.slow)
        if (name, engine) in {("voice", "onnxruntime"), ("fields", "torch")}
        else (name, engine)
        for name in EMBEDDED
        for engine in OTHERS
    ],
)
def test_engines_agree_to_a_thousandth_of_the_range(name: str, engine: str) -> None:
    if engine not in installed_engines():
        pytest.skip(how_to_install(engine))
    bundle = read_bundle(find_bundle(name))
    if engine == "torch" and bundle.space.diffusion is not None:
        with pytest.raises(BundleError, match="drawn by steps, which PyTorch does not play"):
            play(engine, bundle, [])
        return
    places = some_places(bundle)
    usual = play("openvino", bundle, places)
    assert usual.std() > 1  # there is something to agree about
    other = play(engine, bundle, places, threads=2)
    if bundle.kind == "image":
        # A pixel on an edge may fall to either side of it.
        off = np.abs(usual - other)
        assert np.quantile(off, 0.9999) <= 1
        assert off.mean() < 0.01
    else:
        assert np.abs(usual - other).max() < 1e-3 * 80


@pytest.mark.parametrize("engine", ["openvino", *OTHERS])
def test_arithmetic_of_the_caller_stays_as_it_was(engine: str) -> None:
    if engine not in installed_engines():
        pytest.skip(how_to_install(engine))
    bundle = read_bundle(find_bundle("drone"))
    play(engine, bundle, some_places(bundle)[:1])
    # A library that flushes subnormal numbers to zero in our thread changes other people's sums.
    assert float(np.float64(2.0**-1022)) / 2 > 0


@pytest.mark.parametrize(
    "family",
    ["stylegan2", *(pytest.param(f"stylegan3-{kind}", marks=pytest.mark.slow) for kind in "tr")],
)
def test_engines_agree_on_stylegans(family: str) -> None:
    pytest.importorskip("torch")
    if "onnxruntime" not in installed_engines():
        pytest.skip(how_to_install("onnxruntime"))
    from network_forge import SOUNDS, forge

    bundle = forge(SOUNDS, family)
    places = some_places(bundle)
    usual = play("openvino", bundle, places)
    assert usual.std() > 1
    other = play("onnxruntime", bundle, places)
    if bundle.kind == "image":
        # A pixel on an edge may fall to either side of it.
        off = np.abs(usual - other)
        assert np.quantile(off, 0.9999) <= 1
        assert off.mean() < 0.01
    else:
        assert np.abs(usual - other).max() < 1e-3 * 80


def test_onnxruntime_s_own_format_is_not_taken_for_onnx() -> None:
    if "onnxruntime" not in installed_engines():
        pytest.skip(how_to_install("onnxruntime"))
    from latent_resonance.models import onnxruntime as part
    from latent_resonance.models.engines.checked_network import CheckedNetwork

    bundle = read_bundle(find_bundle("drone"))
    network = check_network(bundle, output_form(bundle, bundle.format))
    # What that format begins with: were it looked at, the message would be about flatbuffers.
    disguised = CheckedNetwork(
        b"\x20\0\0\0ORTM" + network.data, network.model, network.gives, ("w",)
    )
    with pytest.raises(Exception, match=r"(?i)protobuf"):
        part.Part(part.Options(), bundle)._compile(disguised, 1)


@pytest.mark.parametrize("engine", OTHERS)
def test_an_engine_that_is_missing_names_its_extra(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
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
