"""How well pictures do all that a prompt asks, measured against pictures of random places."""

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.navigate.prompts.judge import Reading

_STRICTNESS = 0.8
_LEAST_DEVIATION = 1e-4


class Fit:
    """Each part of the prompt in deviations of the random places, joined by a soft minimum.

    A sum would let one strong word stand for all; here the part that is done worst counts most. Of
    a part that hardly tells pictures apart little can be known, so it counts for less.

    Args:
        reading: of the prompt.
        others: ``[n, size]``, how the judge sees random places.
    """

    def __init__(self, reading: Reading, others: FloatArray) -> None:
        self._vectors = reading.vectors
        usual = others @ reading.vectors.T
        self._mean = usual.mean(axis=0)
        self._deviation = np.maximum(usual.std(axis=0), _LEAST_DEVIATION)
        self._shares = reading.weights / reading.weights.sum()
        self._tells = np.sqrt(self._deviation / (self._shares @ self._deviation))

    def parts(self, seen: FloatArray) -> FloatArray:
        """Of pictures ``[n, size]`` how far each part lies above the usual, ``[n, parts]``."""
        found = (seen @ self._vectors.T - self._mean) / self._deviation
        return np.asarray(found, np.float32)

    def __call__(self, seen: FloatArray) -> FloatArray:
        """``[n]``; 0 is usual, 2 is good."""
        parts = self.parts(seen).astype(np.float64) * self._tells
        lacks = np.exp(-_STRICTNESS * parts) @ self._shares
        return np.asarray(-np.log(lacks) / _STRICTNESS, np.float32)
