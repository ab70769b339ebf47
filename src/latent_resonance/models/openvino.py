"""Plays a bundle on OpenVINO, the engine of the base install."""

from queue import LifoQueue
from typing import Any, Literal

import numpy as np
from pydantic import Field

from latent_resonance.contracts.members import RANGES
from latent_resonance.contracts.values import FloatArray
from latent_resonance.models.engines.bundle_player import BundlePlayer, PlayerOptions
from latent_resonance.models.engines.checked_network import CheckedNetwork
from latent_resonance.models.engines.eight_bits import read_ranges, round_inputs
from latent_resonance.models.engines.flow import Infer
from latent_resonance.models.engines.kept_graphs import compile_kept
from latent_resonance.models.engines.precisions import BYTES, EXACT, has_bf16
from latent_resonance.models.engines.quiet_openvino import processor_core


class Options(PlayerOptions):
    """Threads, precision, and the processor: other devices are for the other engines."""

    device: Literal["cpu"] = Field("cpu", description="where it runs")
    precision: Literal["f32", "bf16", "int8"] = Field(
        "f32",
        description="of sums between layers; bf16 is quicker where the processor has it, "
        "and a tenth of a decibel off; int8 needs a bundle that brings ranges",
    )


class Part(BundlePlayer):
    """Model: a bundle's network, compiled for the processor it runs on."""

    beside = True

    def __init__(self, options: Options, *inputs: Any) -> None:
        super().__init__(options, *inputs)
        self._precision = options.precision

    def _compile(self, network: CheckedNetwork, threads: int, at_once: int = 1) -> Infer:
        core = processor_core()
        told = network.data
        if self._precision == BYTES:
            round_inputs(network.model, read_ranges(self._bundle, network.member))
            told += self._bundle.members[RANGES]
        # Where the processor lacks bfloat16, OpenVINO would imitate it, slowly.
        rest = EXACT if self._precision == BYTES or not has_bf16() else self._precision
        settings = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": rest,
            "NUM_STREAMS": 1,
            "INFERENCE_NUM_THREADS": threads,
        }
        requests: LifoQueue[Any] = LifoQueue()
        for _ in range(at_once):
            # Several streams of one would infer in threads of OpenVINO's, which do not come second
            # where the one who asks does.
            compiled = compile_kept(core, network.model, told, settings)
            requests.put(compiled.create_infer_request())

        takes = network.takes  # and not all of the network, which is compiled by now

        def infer(*given: FloatArray) -> FloatArray:
            fed = dict(zip(takes, given, strict=True))
            request = requests.get()
            try:
                return np.array(request.infer(fed)[0], np.float32)
            finally:
                requests.put(request)

        return infer
