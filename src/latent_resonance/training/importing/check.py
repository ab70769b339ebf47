"""How far ONNX networks are from the PyTorch networks that they were made of."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from latent_resonance.contracts.errors import BundleError
from latent_resonance.contracts.members import MAPPING, SYNTHESIS
from latent_resonance.contracts.values import FloatArray
from latent_resonance.models.engines.quiet_openvino import processor_core
from latent_resonance.training.importing.onnx_members import Members

Inputs = Sequence[FloatArray]
Run = Callable[[Inputs], FloatArray]


@dataclass(frozen=True, slots=True)
class Difference:
    """The largest difference over some inputs, and the range of what was wanted."""

    largest: float
    output_range: float

    @property
    def share(self) -> float:
        """Largest difference as a share of the range."""
        return self.largest / self.output_range if self.output_range else self.largest


@dataclass(frozen=True, slots=True)
class Samples:
    """Inputs to compare at: of the mapping (z, and c), and of the synthesis (w)."""

    mapping: list[Inputs]
    synthesis: list[Inputs]


@torch.no_grad()
def samples_of(generator: Any, count: int = 3, seed: int = 7, *, movable: bool = False) -> Samples:
    """Random z, classes in turn; places as the mapping gives them, one also truncated to 0.7.

    With ``movable`` each place comes with a transform: some turn, some shift.
    """
    random = torch.Generator().manual_seed(seed)
    mapping: list[Inputs] = []
    synthesis: list[Inputs] = []
    for index in range(count):
        z = torch.randn(1, generator.z_dim, generator=random)
        c = torch.zeros(1, generator.c_dim)
        if generator.c_dim:
            c[0, index % generator.c_dim] = 1
        for psi in (1.0,) if index else (1.0, 0.7):
            w = generator.mapping(z, c if generator.c_dim else None, psi)[:, 0]
            moved = [_transform(random).numpy()] if movable else []
            synthesis.append([w.numpy(), *moved])
        mapping.append([z.numpy(), c.numpy()] if generator.c_dim else [z.numpy()])
    return Samples(mapping, synthesis)


def _transform(random: torch.Generator) -> torch.Tensor:
    turn, across, down = torch.rand(3, generator=random).sub(0.5).mul(2).tolist()
    cosine, sine = math.cos(turn), math.sin(turn)
    return torch.tensor([[cosine, -sine, across], [sine, cosine, down], [0.0, 0.0, 1.0]])


def check_members(
    members: Members, samples: Samples, engines: Mapping[str, Run] | None = None
) -> dict[str, Difference]:
    """File name to how far it is from PyTorch on the engine.

    Args:
        members: the files and their networks.
        samples: inputs to compare at.
        engines: file name to what already runs it.
    """
    ready = engines or {name: on_engine(data) for name, data in members.files.items()}
    whole = {
        MAPPING: (members.mapping, samples.mapping),
        SYNTHESIS: (members.network, samples.synthesis),
    }
    return {
        name: difference(run, on_torch(whole[name][0]), whole[name][1])
        for name, run in ready.items()
    }


def on_torch(network: torch.nn.Module) -> Run:
    """The network in PyTorch."""

    def run(inputs: Inputs) -> FloatArray:
        with torch.no_grad():
            made: torch.Tensor = network(*(torch.from_numpy(value) for value in inputs))
        return np.asarray(made.numpy(), np.float32)

    return run


def on_engine(network: bytes) -> Run:
    """The network on OpenVINO, in 32-bit floats; raises BundleError when it cannot be read."""
    core = processor_core()
    settings = {"INFERENCE_PRECISION_HINT": "f32"}
    try:
        compiled = core.compile_model(core.read_model(network), "CPU", settings)
    except RuntimeError as error:
        raise BundleError(f"the engine cannot read the network: {error}") from error
    return lambda inputs: np.array(compiled(list(inputs))[0], np.float32)


def difference(found: Run, wanted: Run, samples: Sequence[Inputs]) -> Difference:
    """The largest difference between two ways of running the same network."""
    pairs = [(found(inputs), wanted(inputs)) for inputs in samples]
    with np.errstate(invalid="ignore"):
        high = np.max([right.max() for _, right in pairs])
        low = np.min([right.min() for _, right in pairs])
        # NaN where anything is: never the smaller of two.
        largest = np.max([np.abs(one - two).max() for one, two in pairs])
    return Difference(float(largest), float(high) - float(low))
