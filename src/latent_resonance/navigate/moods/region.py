"""Where a model's good places lie, and the ways along which to search there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from latent_resonance.contracts.values import FloatArray

_VARIES = 1e-3
_FAR_UP = 0.8
"""Share of the way along a direction from where a place shows what the direction is called."""
_WIDEST = 2.0
"""Deviations of the random places that a search may go along one axis."""


@dataclass(frozen=True, slots=True)
class Directions:
    """Named directions along which a model's places differ.

    Attributes:
        names: of each.
        vectors: ``[k, latent]``.
        low, high: ``[k]``, the steps along each between which the places lie.
        deviation: ``[k]``, of the places, in steps.
    """

    names: tuple[str, ...]
    vectors: FloatArray
    low: FloatArray
    high: FloatArray
    deviation: FloatArray

    @classmethod
    def of(cls, directions: Mapping[str, FloatArray], places: FloatArray) -> "Directions":
        """Those that places ``[n, latent]`` differ along: what moves a picture live rests in all.

        Args:
            directions: name to what one step adds.
            places: random ones.
        """
        vectors = np.array(list(directions.values()), np.float32).reshape(-1, places.shape[1])
        along = _steps(places, vectors)
        deviation = along.std(axis=0)
        kept = np.flatnonzero(deviation > _VARIES)
        names = tuple(name for k, name in enumerate(directions) if k in kept)
        found = along[:, kept]
        none = np.zeros(0, np.float32)
        low, high = (found.min(0), found.max(0)) if len(kept) else (none, none)
        return cls(names, vectors[kept], low, high, deviation[kept])

    def inside(self, places: FloatArray) -> FloatArray:
        """Places ``[n, latent]``, each brought back between the ends of every direction."""
        if not self.names:
            return places
        along = _steps(places, self.vectors)
        back = np.clip(along, self.low, self.high) - along
        return np.asarray(places + back @ self.vectors, np.float32)

    def asking(self, words: Iterable[str]) -> "Directions":
        """The same, with places only far up those that are named by a word, as ``lines`` may be."""
        said = {word.lower().rstrip("s") for word in words}
        raised = np.array([name.rstrip("s") in said for name in self.names], bool)
        low = np.where(raised, self.low + _FAR_UP * (self.high - self.low), self.low)
        return replace(self, low=np.asarray(low, np.float32))

    def moved(self, places: FloatArray, random: np.random.Generator) -> FloatArray:
        """Places ``[n, latent]``, each moved by a normal number of deviations along all."""
        moves = random.standard_normal((len(places), len(self.names))) * self.deviation
        return self.inside(np.asarray(places + moves @ self.vectors, np.float32))


@dataclass(frozen=True, slots=True)
class Region:
    """What a search keeps to.

    Attributes:
        mean: of the random places, ``[latent]``.
        axes: ``[k, latent]``, each a deviation of the random places long: the ways to search.
        directions: with the ends that are not passed.
    """

    mean: FloatArray
    axes: FloatArray
    directions: Directions

    @classmethod
    def of(cls, places: FloatArray, directions: Directions, axes: int) -> "Region":
        """Principal axes of random places ``[n, latent]``, and the directions.

        Args:
            places: random ones, moved or not.
            directions: of the same model.
            axes: how many principal ones at most.
        """
        mean = places.mean(axis=0)
        _, sizes, rows = np.linalg.svd(places - mean, full_matrices=False)
        deviations = sizes[:axes] / np.sqrt(len(places))
        principal = rows[:axes] * deviations[:, None]
        own = directions.vectors * directions.deviation[:, None]
        kept = principal[deviations > _VARIES * max(deviations.max(initial=0.0), 1e-9)]
        return cls(mean, np.concatenate([kept, own]).astype(np.float32), directions)

    def place(self, start: FloatArray, way: FloatArray) -> FloatArray:
        """The place ``[latent]`` at ``way [k]``, in deviations, from a start ``[latent]``."""
        limited = np.clip(way, -_WIDEST, _WIDEST).astype(np.float32)
        moved = np.asarray(start + limited @ self.axes, np.float32)
        return np.asarray(self.directions.inside(moved[None])[0], np.float32)


def _steps(places: FloatArray, vectors: FloatArray) -> FloatArray:
    lengths = np.maximum((vectors**2).sum(axis=1), 1e-12)
    return np.asarray(places @ vectors.T / lengths, np.float32)
