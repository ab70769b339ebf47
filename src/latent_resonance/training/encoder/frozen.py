"""The bundle's own generator, which stays as it is: places, their sounds, and gradients to places.

Its network is rebuilt in PyTorch from the weights that it carries, imported ones too.
"""

import numpy as np
import torch
from torch import Tensor

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.closing import Closing
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.members import MAPPING
from latent_resonance.contracts.parts import Model
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import FloatArray, Latent, Spec, Spectrogram
from latent_resonance.models.engines.member import Member
from latent_resonance.models.engines.weights import read_weights
from latent_resonance.networks.rebuild import beyond_range, rebuild

_CLASSES = "c"


class FrozenGenerator(Closing):
    """A bundle's synthesis and mapping; a context.

    Args:
        bundle: of sounds.
        threads: for the engine that makes sounds without gradients.

    Raises:
        InputError: it makes no sound, or notes.
        BundleError: its networks cannot be used.
    """

    def __init__(self, bundle: Bundle, threads: int = 1) -> None:
        if not isinstance(bundle.format, SpectrogramFormat):
            raise InputError(f"the bundle '{bundle.name}' makes pictures: encoders are of sound")
        if bundle.family == "note_autoencoder":
            raise InputError(
                f"the bundle '{bundle.name}' makes notes, whose encoder is told their pitch: "
                "train it with its decoder"
            )
        self.bundle, self.layout = bundle, bundle.format
        self.size = bundle.network_size
        weights = read_weights(bundle)
        self._network = beyond_range(rebuild(weights.facts, weights.tensors, bundle.format))
        self._mapping = Member(bundle, MAPPING) if MAPPING in bundle.members else None
        self._model: Model = find_part("models", "openvino").make({"threads": threads}, bundle)
        self._model.prepare(Spec(format=bundle.format, threads=threads))
        self.middle = bundle.space.mean[: self.size]
        spread = bundle.space.spread[: self.size]
        self.spread: FloatArray = np.maximum(spread, 1e-3).astype(np.float32)

    def draw(self, count: int, random: np.random.Generator) -> FloatArray:
        """Places ``[count, w_dim]``: of random z (and a class), or normal about the middle."""
        if self._mapping is None:
            noise = random.standard_normal((count, self.size))
            return np.asarray(self.middle + self.spread * noise, np.float32)
        found = []
        for _ in range(count):
            given = {}
            for name, shape in self._mapping.inputs.items():
                given[name] = random.standard_normal(shape).astype(np.float32)
                if name == _CLASSES:
                    given[name] = np.eye(shape[-1], dtype=np.float32)[random.integers(shape[-1])]
            found.append(self._mapping.run(**given).reshape(-1)[: self.size])
        return np.array(found, np.float32)

    def levels(self, w: FloatArray) -> FloatArray:
        """The windows at ``w [n, w_dim]``, each at its own level, ``[n, bins, columns]`` in dB."""
        made = []
        for place in w:
            whole = self.bundle.space.whole(np.asarray(place, np.float32))
            one = self._model.generate(Latent(whole))
            assert isinstance(one, Spectrogram)  # noqa: S101 - a bundle with a format
            made.append(one.level_db)
        return np.array(made, np.float32)

    def through(self, w: Tensor) -> Tensor:
        """The same with gradients to ``w``, and not clipped."""
        return torch.cat([self._network(place[None]) for place in w])

    def close(self) -> None:
        """Release the networks."""
        self._model.close()
