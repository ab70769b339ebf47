"""How well pictures do all that a prompt asks, measured against pictures of random places."""

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.navigate.prompts.judge import Reading

_STRICTNESS = 1.5
_LEAST_DEVIATION = 1e-4


class Fit:
    """Each part of the prompt in deviations of the random places, joined by a soft minimum.

    A sum would let one strong word stand for all; here the part that is done worst counts most.

    Args:
        reading: of the prompt.
        others: ``[n, size]``, how the judge sees random places.
    """

    def __init__(self, reading: Reading, others: FloatArray) -> None:
        self._vectors = reading.vectors
        self._shares = reading.weights / reading.weights.sum()
        usual = others @ reading.vectors.T
        self._mean = usual.mean(axis=0)
        self._deviation = np.maximum(usual.std(axis=0), _LEAST_DEVIATION)

    def parts(self, seen: FloatArray) -> FloatArray:
        """Of pictures ``[n, size]`` how far each part lies above the usual, ``[n, parts]``."""
        found = (seen @ self._vectors.T - self._mean) / self._deviation
        return np.asarray(found, np.float32)

    def __call__(self, seen: FloatArray) -> FloatArray:
        """``[n]``; 0 is usual, 2 is good."""
        lacks = np.exp(-_STRICTNESS * self.parts(seen).astype(np.float64)) @ self._shares
        return np.asarray(-np.log(lacks) / _STRICTNESS, np.float32)
