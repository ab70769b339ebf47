"""Plays a bundle on ONNX Runtime, with CUDA, CoreML or DirectML where its build has them."""

from typing import Any, Literal

import numpy as np
from pydantic import Field

from latent_resonance.contracts.errors import DeviceError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.models.engines.bundle_player import BundlePlayer, PlayerOptions
from latent_resonance.models.engines.checked_network import CheckedNetwork
from latent_resonance.models.engines.flow import Infer
from latent_resonance.models.engines.quiet_onnxruntime import load_onnxruntime

PROVIDERS = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "mps": "CoreMLExecutionProvider",
    "directml": "DmlExecutionProvider",
}
_SETTINGS = {
    # Bytes that look like its own format would go past what was checked.
    "session.load_model_format": "ONNX",
    # Waiting threads sleep: the sound needs the processor too.
    "session.intra_op.allow_spinning": "0",
    "session.inter_op.allow_spinning": "0",
}


class Options(PlayerOptions):
    """Threads, and the execution provider by its device."""

    device: Literal["cpu", "cuda", "mps", "directml"] = Field("cpu", description="where it runs")


class Part(BundlePlayer):
    """Model: a bundle's network in an inference session."""

    def __init__(self, options: Options, *inputs: Any) -> None:
        super().__init__(options, *inputs)
        self._device = options.device
        self.beside = options.device == "cpu"

    def _compile(self, network: CheckedNetwork, threads: int, at_once: int = 1) -> Infer:
        engine = load_onnxruntime()
        provider = PROVIDERS[self._device]
        if provider not in engine.get_available_providers():
            raise DeviceError(f"the installed onnxruntime has no {provider} for '{self._device}'")
        options = engine.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.execution_mode = engine.ExecutionMode.ORT_SEQUENTIAL
        options.use_deterministic_compute = True
        options.log_severity_level = 4
        for key, value in _SETTINGS.items():
            options.add_session_config_entry(key, value)
        # The processor takes over steps that the device lacks.
        providers = list(dict.fromkeys([provider, PROVIDERS["cpu"]]))
        session = engine.InferenceSession(network.data, options, providers=providers)
        if provider not in session.get_providers():
            raise DeviceError(f"onnxruntime could not start {provider} for '{self._device}'")

        takes = network.takes  # and not all of the network, which is compiled by now

        def infer(*given: FloatArray) -> FloatArray:
            fed = dict(zip(takes, given, strict=True))
            return np.array(session.run(None, fed)[0], np.float32)

        return infer
