"""Pictures of random places, as a judge saw them: prompts are answered without drawing any."""

from dataclasses import dataclass

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.navigate.moods.fit import Fit
from latent_resonance.navigate.prompts.judge import Reading

_ALIKE = 0.9
_SHORT = 20


@dataclass(frozen=True, slots=True)
class PictureTable:
    """Places and how their pictures look.

    Attributes:
        places: ``[n, latent]``.
        seen: ``[n, size]``, how a judge sees the picture of each.
    """

    places: FloatArray
    seen: FloatArray

    def best(self, reading: Reading, count: int) -> tuple[FloatArray, FloatArray]:
        """Places that fit best, none like another as long as there are others.

        Returns:
            Places ``[count, latent]``, the best first, and how well each fits (``Fit``).
        """
        fits = Fit(reading, self.seen)(self.seen)
        order = np.argsort(-fits, kind="stable")[: _SHORT * count]
        lengths = np.linalg.norm(self.seen[order], axis=1, keepdims=True)
        unit = dict(zip(order, self.seen[order] / np.maximum(lengths, 1e-8), strict=True))
        chosen: list[int] = []
        for index in order:
            if len(chosen) == count:
                break
            if not chosen or max(unit[one] @ unit[index] for one in chosen) < _ALIKE:
                chosen.append(int(index))
        rest = [int(index) for index in order if index not in chosen]
        found = np.array([*chosen, *rest][:count])
        return self.places[found], fits[found]
