"""How far an ONNX file is from what it was made of."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from latent_resonance.contracts.errors import BundleError
from latent_resonance.models.engines.quiet_openvino import load_openvino

Inputs = dict[str, np.ndarray]
Run = Callable[[Inputs], np.ndarray]


@dataclass(frozen=True, slots=True)
class Difference:
    """Over some inputs: the largest difference, and the range of what was wanted."""

    largest: float
    output_range: float

    @property
    def share(self) -> float:
        """Of the range."""
        return self.largest / self.output_range if self.output_range else self.largest


def run_on_engine(network: bytes) -> Run:
    """The network on OpenVINO, in 32-bit floats; raises BundleError when it cannot be read."""
    openvino = load_openvino()
    core = openvino.Core()
    settings = {"INFERENCE_PRECISION_HINT": "f32"}
    try:
        compiled = core.compile_model(core.read_model(network), "CPU", settings)
    except RuntimeError as error:
        raise BundleError(f"the engine cannot read the network: {error}") from error
    return lambda inputs: np.array(compiled(inputs)[0])


def difference(found: Run, wanted: Run, samples: list[Inputs]) -> Difference:
    """The largest difference over ``samples``."""
    pairs = [(found(inputs), wanted(inputs)) for inputs in samples]
    high = max(float(right.max()) for _, right in pairs)
    low = min(float(right.min()) for _, right in pairs)
    return Difference(max(float(np.abs(a - b).max()) for a, b in pairs), high - low)
