"""Plays a bundle in PyTorch: its network, rebuilt from the weights that it carries."""

import os
from typing import Any, Literal

import numpy as np
from pydantic import Field

from latent_resonance.contracts.errors import BundleError, DeviceError, MissingPartError
from latent_resonance.contracts.members import SYNTHESIS
from latent_resonance.contracts.values import FloatArray
from latent_resonance.models.engines.bundle_player import BundlePlayer, PlayerOptions
from latent_resonance.models.engines.checked_network import CheckedNetwork
from latent_resonance.models.engines.flow import Infer
from latent_resonance.models.engines.installed import how_to_install
from latent_resonance.models.engines.precisions import EXACT
from latent_resonance.models.engines.weights import read_weights


class Options(PlayerOptions):
    """Threads (of the whole process: PyTorch has one pool), and the device."""

    device: Literal["cpu", "cuda", "mps"] = Field("cpu", description="where it runs")
    precision: Literal["f32", "f16"] = Field(
        "f32", description="f16, on CUDA: 16-bit floats, channels last, one CUDA graph a frame"
    )


class Part(BundlePlayer):
    """Model: a bundle's network as a PyTorch module of this project."""

    shares = False  # weights come from another member

    def __init__(self, options: Options, *inputs: Any) -> None:
        super().__init__(options, *inputs)
        self._device, self._precision = options.device, options.precision

    def _compile(self, network: CheckedNetwork, threads: int, at_once: int = 1) -> Infer:
        torch = _load_torch()
        if self._device not in list_devices():
            raise DeviceError(f"PyTorch finds no device '{self._device}' on this machine")
        if self._precision != EXACT and self._device != "cuda":
            raise DeviceError(f"PyTorch plays in {self._precision} on 'cuda' alone")
        if network.member != SYNTHESIS:
            raise BundleError(
                f"the pictures of '{self._bundle.name}' are drawn by steps, which PyTorch does not "
                "play: choose openvino or onnxruntime"
            )
        from latent_resonance.networks.rebuild import rebuild

        weights = read_weights(self._bundle)
        torch.set_num_threads(threads)
        device = torch.device(self._device)
        module = rebuild(weights.facts, weights.tensors, self._bundle.format).to(device)
        if self._precision != EXACT:
            return _in_half(module, network, device)

        def infer(*given: FloatArray) -> FloatArray:
            # The same place must give the same bytes, and TF32 is coarser than engines may differ.
            exact = torch.backends.cudnn.flags(
                enabled=True, benchmark=False, deterministic=True, allow_tf32=False
            )
            with torch.inference_mode(), exact:
                made = module(*(torch.from_numpy(value).to(device) for value in given))
                return np.array(made.to("cpu", torch.float32).numpy(), np.float32)

        return infer


def _in_half(module: Any, network: CheckedNetwork, device: Any) -> Infer:
    import torch

    from latent_resonance.networks.captured_run import captured, half_run

    def there(*values: FloatArray) -> tuple[Any, ...]:
        return tuple(torch.from_numpy(value).to(device) for value in values)

    run = half_run(module, device, torch.float16)
    shapes = [end.shape for end in network.model.inputs]
    graph = captured(run, there(*(np.zeros(list(shape), np.float32) for shape in shapes)))

    def infer(*given: FloatArray) -> FloatArray:
        return np.array(graph(*there(*given)).to("cpu").numpy(), np.float32)

    return infer


def list_devices() -> list[str]:
    """Of ``cpu``, ``cuda``, ``mps`` those that this machine and this build of PyTorch have.

    Raises:
        MissingPartError: PyTorch is not installed.
    """
    torch = _load_torch()
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    return ["cpu", *(name for name, found in there.items() if found)]


def _load_torch() -> Any:
    # Read when PyTorch is loaded: waiting threads sleep, the sound needs the processor too.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        import torch
    except ImportError as error:
        raise MissingPartError(how_to_install("torch")) from error
    return torch
