"""What can be tested of GPUs without one: providers by a double, the graph's steps, 16 bits."""

from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from latent_resonance.contracts.errors import DeviceError
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Latent, Spec
from latent_resonance.models import onnxruntime as player
from latent_resonance.models.engines.quiet_onnxruntime import load_onnxruntime

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from network_forge import IMAGES, forge

from latent_resonance.networks import captured_run
from latent_resonance.networks.rebuild import rebuild


class Cuda:
    """``torch.cuda`` that notes what is asked; a replay computes what was captured."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.beside = False

    def stream_of(self, name: str) -> Any:
        return SimpleNamespace(
            name=name, wait_stream=lambda other: self.steps.append(f"{name} waits for {other.name}")
        )

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        current = self.stream_of("current")

        @contextmanager
        def stream(given: Any):
            self.beside = True
            yield
            self.beside = False

        @contextmanager
        def graph(given: Any):
            self.steps.append("capture begins")
            yield
            self.steps.append("capture ends")

        replayed = SimpleNamespace(replay=lambda: self.steps.append("replay"))
        for name, value in {
            "Stream": lambda: self.stream_of("side"),
            "current_stream": lambda: current,
            "stream": stream,
            "CUDAGraph": lambda: replayed,
            "graph": graph,
        }.items():
            monkeypatch.setattr(torch.cuda, name, value)


def test_a_graph_is_warmed_beside_captured_once_and_replayed(monkeypatch) -> None:
    cuda = Cuda()
    cuda.install(monkeypatch)
    seen = []

    def run(w: Any) -> Any:
        cuda.steps.append("runs beside" if cuda.beside else "runs")
        seen.append(w)
        return 2 * w

    replay = captured_run.captured(run, (torch.zeros(1, 4),))
    assert cuda.steps == [
        "side waits for current", *["runs beside"] * 3, "current waits for side",
        "capture begins", "runs", "capture ends",
    ]  # fmt: skip
    held = seen[-1]
    assert all(one is held for one in seen), "the graph reads one memory"
    cuda.steps.clear()
    given = torch.arange(4.0)[None]
    first, second = replay(given), replay(given + 1)
    assert cuda.steps == ["replay", "replay"], "nothing else is launched"
    assert torch.equal(held, given + 1), "inputs were copied before the replay"
    assert held is not given
    assert first is second
    with pytest.raises(ValueError, match="zip"):
        replay(given, given)


@pytest.mark.parametrize("name", ["stylegan2", pytest.param("stylegan3-t", marks=pytest.mark.slow)])
def test_sixteen_bits_make_nearly_the_same_picture(name: str) -> None:
    """In bfloat16 on the processor, which is coarser than the float16 of GPUs."""
    from latent_resonance.models.engines.weights import read_weights

    bundle = forge(IMAGES, name)
    weights = read_weights(bundle)
    exact = rebuild(weights.facts, weights.tensors, bundle.format)
    half = rebuild(weights.facts, weights.tensors, bundle.format)
    run = captured_run.half_run(half, torch.device("cpu"), torch.bfloat16)
    w = torch.randn(1, 16, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        wanted = exact(w)
    made = run(w)
    assert made.dtype == torch.float32
    away = (made - wanted).abs().mean() / wanted.std()
    assert 0 < away < 0.05


def test_sixteen_bits_are_of_cuda_alone() -> None:
    bundle = forge(IMAGES, "stylegan2")
    part = find_part("models", "torch").make({"threads": 1, "precision": "f16"}, bundle)
    with pytest.raises(DeviceError, match="'cuda' alone"):
        part.prepare(Spec(format=bundle.format))
    part = find_part("models", "torch").make({"device": "cuda", "precision": "f16"}, bundle)
    if not torch.cuda.is_available():
        with pytest.raises(DeviceError, match="no device 'cuda'"):
            part.prepare(Spec(format=bundle.format))


class Session:
    """An inference session that notes its providers and computes on the processor."""

    asked: list[list[str]]

    def __init__(self, make: Any, data: bytes, options: Any, providers: list[str]) -> None:
        self.asked.append(providers)
        self._providers = providers
        self._own = make(data, options, providers=["CPUExecutionProvider"])

    def get_providers(self) -> list[str]:
        return self._providers

    def get_inputs(self) -> Any:
        return self._own.get_inputs()

    def run(self, *given: Any) -> Any:
        return self._own.run(*given)


@pytest.mark.parametrize("device", ["cuda", "mps", "directml"])
def test_each_device_takes_its_provider_and_the_processor_behind_it(
    monkeypatch: pytest.MonkeyPatch, device: str
) -> None:
    pytest.importorskip("onnxruntime")
    real = load_onnxruntime()
    wanted = player.PROVIDERS[device]
    asked: list[list[str]] = []
    monkeypatch.setattr(Session, "asked", asked, raising=False)
    monkeypatch.setattr(
        player,
        "load_onnxruntime",
        lambda: SimpleNamespace(
            get_available_providers=lambda: [wanted, "CPUExecutionProvider"],
            SessionOptions=real.SessionOptions,
            ExecutionMode=real.ExecutionMode,
            InferenceSession=lambda *given, **more: Session(real.InferenceSession, *given, **more),
        ),
    )
    bundle = forge(IMAGES, "stylegan2")
    part = find_part("models", "onnxruntime").make({"threads": 1, "device": device}, bundle)
    part.prepare(Spec(format=bundle.format))
    assert asked == [[wanted, "CPUExecutionProvider"]]
    made = part.generate(Latent(np.zeros(16, np.float32)))
    assert made.pixels.shape == (32, 64, 3)
