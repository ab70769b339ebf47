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

    def asking(self, words: Iterable[str], ways: Iterable[tuple[str, float]] = ()) -> "Directions":
        """The same, with places only far up those that are named by a word, as ``lines`` may be.

        Args:
            words: of the prompt.
            ways: names of directions that the words mean, and how far: below 0 down.
        """
        said = {word.lower().rstrip("s") for word in words}
        raised = np.array([name.rstrip("s") in said for name in self.names], bool)
        far = np.where(raised, _FAR_UP, 0.0)
        meant = np.zeros(len(far))
        for name, amount in ways:
            if name in self.names:
                meant[self.names.index(name)] += amount
        meant = _FAR_UP * np.clip(meant, -1, 1)
        spans = self.high - self.low
        low = self.low + np.maximum(far, np.maximum(meant, 0)) * spans
        high = np.where(raised, self.high, self.high + np.minimum(meant, 0) * spans)
        return replace(self, low=np.asarray(low, np.float32), high=np.asarray(high, np.float32))

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

    def led_by(self, places: FloatArray, scores: FloatArray) -> "Region":
        """The same, to be searched first along the ways on which scores of random places rise.

        A model's principal axes need not hold what is asked for: a hue may be two numbers of
        hundreds. Each way is found by ridge regression of one score on the whitened places, and
        is as long as the others: a deviation of the places.

        Args:
            places: random ones ``[n, latent]``.
            scores: of their pictures, ``[n, parts]``.
        """
        centred = (places - places.mean(axis=0)).astype(np.float64)
        left, sizes, rows = np.linalg.svd(centred, full_matrices=False)
        deviations = sizes / np.sqrt(len(places))
        kept = deviations > _VARIES * max(deviations.max(initial=0.0), 1e-9)
        white = left[:, kept] * np.sqrt(len(places))
        rises = white.T @ (scores - scores.mean(axis=0)) / len(places)
        lengths = np.linalg.norm(rises, axis=0)
        rises = rises[:, lengths > 0] / lengths[lengths > 0]
        ways = rises.T @ (rows[kept] * deviations[kept, None])
        return replace(self, axes=np.concatenate([ways, self.axes]).astype(np.float32))

    def place(self, start: FloatArray, way: FloatArray) -> FloatArray:
        """The place ``[latent]`` at ``way [k]``, in deviations, from a start ``[latent]``."""
        limited = np.clip(way, -_WIDEST, _WIDEST).astype(np.float32)
        moved = np.asarray(start + limited @ self.axes, np.float32)
        return np.asarray(self.directions.inside(moved[None])[0], np.float32)


def _steps(places: FloatArray, vectors: FloatArray) -> FloatArray:
    lengths = np.maximum((vectors**2).sum(axis=1), 1e-12)
    return np.asarray(places @ vectors.T / lengths, np.float32)
