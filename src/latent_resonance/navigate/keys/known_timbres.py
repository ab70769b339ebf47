"""Random timbres lie near those of recorded notes: a kernel density estimate for each family.

As ``networks.nearby`` does it for textures (Rosenblatt 1956, Parzen 1962; the kernel shrunk towards
the middle, West 1993), but in a part of w, and without a network: what a family's recordings have
is drawn together, where a normal draws each number for itself, and the middle of an instrument's
notes, which is what its name leads to, is none of them.
"""

import math

import numpy as np

from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import FloatArray

BLUR = 0.35
"""Of the kernel, in deviations of the family: 0 gives recorded timbres, 1 the family's normal.

Up to here notes are as near to recordings whose places are left out as without blur."""


class KnownTimbres:
    """Timbres of a space's examples, by family.

    Args:
        space: that plays notes.

    Attributes:
        families: indices of those that have examples, in the order of the ``family`` slot.
    """

    def __init__(self, space: LatentSpace) -> None:
        self._size = len(space.conditioning["timbre"])
        of_family = space.examples[:, self._size : -2].argmax(axis=1)
        self.families: tuple[int, ...] = tuple(int(family) for family in np.unique(of_family))
        self._known = {
            family: space.examples[of_family == family, : self._size].astype(np.float64)
            for family in self.families
        }
        self._roots = {family: _root(known) for family, known in self._known.items()}

    def draw(self, family: int, random: np.random.Generator) -> FloatArray:
        """A timbre near one of the family's ``[timbre]``; the family is one of ``families``."""
        known = self._known[family]
        middle, one = known.mean(axis=0), known[random.integers(len(known))]
        away = self._roots[family] @ random.standard_normal(self._size)
        made = middle + math.sqrt(1 - BLUR**2) * (one - middle) + BLUR * away
        return np.asarray(made, np.float32)


def _root(points: np.ndarray) -> np.ndarray:
    """Symmetric square root of the covariance of ``points [n, size]``; 0 for a single one."""
    away = points - points.mean(axis=0)
    values, axes = np.linalg.eigh(away.T @ away / max(1, len(points) - 1))
    return np.asarray((axes * np.sqrt(np.maximum(values, 0))) @ axes.T)
