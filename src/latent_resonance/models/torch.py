"""Plays a sound bundle in PyTorch: for its devices, and to compare with."""

import os
from typing import Any, Literal

from pydantic import Field

from latent_resonance.contracts.errors import MissingPartError
from latent_resonance.models.engines.bundle_player import BundlePlayer, Infer, PlayerOptions
from latent_resonance.models.engines.checked_network import CheckedNetwork
from latent_resonance.models.engines.installed import how_to_install


class Options(PlayerOptions):
    """Threads (of the whole process: PyTorch has one pool), and the device."""

    device: Literal["cpu", "cuda", "mps"] = Field("cpu", description="where it runs")


class Part(BundlePlayer):
    """Model: a bundle's network, its ONNX graph run operator by operator."""

    def __init__(self, options: Options, *inputs: Any) -> None:
        super().__init__(options, *inputs)
        self._device = options.device

    def _compile(self, network: CheckedNetwork, threads: int) -> Infer:
        # Read when PyTorch is loaded: waiting threads sleep, the sound needs the processor too.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        try:
            from latent_resonance.models.engines.torch_graph import graph
        except ImportError as error:
            raise MissingPartError(how_to_install("torch")) from error
        graph.take_device(self._device, threads)
        return graph.TorchGraph(network.data, self._device)
