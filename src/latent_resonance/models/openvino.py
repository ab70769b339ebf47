"""Plays a sound bundle on OpenVINO, the engine of the base install."""

from typing import Any, Literal

import numpy as np
from pydantic import Field

from latent_resonance.contracts.values import FloatArray
from latent_resonance.models.engines.bundle_player import BundlePlayer, Infer, PlayerOptions
from latent_resonance.models.engines.checked_network import CheckedNetwork
from latent_resonance.models.engines.quiet_openvino import load_openvino


class Options(PlayerOptions):
    """Threads, and the processor: other devices are for the other engines."""

    device: Literal["cpu"] = Field("cpu", description="where it runs")


class Part(BundlePlayer):
    """Model: a bundle's network, compiled for the processor it runs on."""

    def __init__(self, options: Options, *inputs: Any) -> None:
        super().__init__(options, *inputs)

    def _compile(self, network: CheckedNetwork, threads: int) -> Infer:
        settings = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "f32",
            "NUM_STREAMS": 1,
            "INFERENCE_NUM_THREADS": threads,
        }
        compiled = load_openvino().Core().compile_model(network.model, "CPU", settings)
        request = compiled.create_infer_request()

        def infer(w: FloatArray) -> FloatArray:
            return np.array(request.infer({0: w})[0], np.float32)

        return infer
