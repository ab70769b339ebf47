"""A bundle's small networks beside its synthesis: mapping and encoder, run on OpenVINO."""

import math
from typing import Any

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import BundleError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.models.engines.kept_graphs import compile_kept
from latent_resonance.models.engines.quiet_openvino import processor_core

_MOST_NUMBERS = 1 << 28  # in one tensor: 1 GiB


class Member:
    """One ONNX member, ready to run.

    Args:
        bundle: where it is.
        name: of the member, such as ``encoder.onnx``.

    Raises:
        BundleError: it is missing, cannot be read, has sizes that change, or huge ones.
    """

    def __init__(self, bundle: Bundle, name: str) -> None:
        self._where = f"{name} of '{bundle.name}'"
        if name not in bundle.members:
            raise BundleError(f"the bundle '{bundle.name}' has no {name}")
        engine = processor_core()
        settings = {
            "INFERENCE_PRECISION_HINT": "f32",
            "NUM_STREAMS": 1,
            "INFERENCE_NUM_THREADS": 1,
        }
        try:
            network = engine.read_model(bundle.members[name])
            self._check(network)
            compiled = compile_kept(engine, network, bundle.members[name], settings)
            self._request: Any = compiled.create_infer_request()
        except RuntimeError as error:
            raise BundleError(f"the engine cannot run {self._where}") from error
        self.inputs: dict[str, tuple[int, ...]] = {
            end.get_any_name(): tuple(end.shape) for end in network.inputs
        }

    def run(self, **inputs: FloatArray) -> FloatArray:
        """The first output for arrays by input name; each is reshaped to what is taken.

        Raises:
            BundleError: the network takes other inputs.
        """
        if inputs.keys() != self.inputs.keys():
            raise BundleError(
                f"{self._where} takes {', '.join(self.inputs)}, not {', '.join(inputs)}"
            )
        fed = {}
        for name, value in inputs.items():
            if value.size != math.prod(self.inputs[name]):
                raise BundleError(f"{self._where} takes {name} of shape {self.inputs[name]}")
            fed[name] = np.ascontiguousarray(value, np.float32).reshape(self.inputs[name])
        return np.array(self._request.infer(fed)[0], np.float32)

    def _check(self, network: Any) -> None:
        for step in network.get_ordered_ops():
            for made in step.outputs():
                if made.partial_shape.is_dynamic:
                    raise BundleError(f"{self._where} has sizes that change")
                if math.prod(made.shape) > _MOST_NUMBERS:
                    raise BundleError(f"{self._where} needs {math.prod(made.shape):.0e} numbers")
