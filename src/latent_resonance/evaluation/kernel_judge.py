"""A small judge of classes for few sounds: least squares in a Gaussian kernel.

Suykens and Vandewalle 1999 ("Least squares support vector machine classifiers"), as one linear
system for all classes. Groups of features count alike, however many numbers each has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Parts = Mapping[str, Array]
"""Group of features to ``[n, size]``."""

_NARROWNESS = 0.5  # of the kernel: its exponent at the median distance of two sounds
_RIDGE = 1.0
# Rare classes count more, though not as much as all others: that would be half noise.
_BALANCE = 0.5
_LEAST_SPREAD = 0.15  # of the usual one in a group


@dataclass(frozen=True, slots=True)
class _Scaling:
    """Of one group: what places it so that the median squared distance of two sounds is 1."""

    centre: Array
    weight: Array

    @classmethod
    def fit(cls, features: Array) -> Self:
        spread = features.std(axis=0)
        least = max(_LEAST_SPREAD * float(np.median(spread)), 1e-9)
        weight = 1 / np.maximum(spread, least)
        placed = (features - features.mean(axis=0)) * weight
        middle = float(np.median(_squared(placed, placed)))
        return cls(features.mean(axis=0), weight / np.sqrt(max(middle, 1e-9)))


@dataclass(frozen=True, slots=True)
class KernelJudge:
    """Trained: groups of features to a score of each class."""

    labels: tuple[str, ...]
    scaling: Mapping[str, _Scaling]
    placed: Array
    factors: Array
    middle: Array

    @classmethod
    def fit(cls, parts: Parts, labels: Sequence[str], clips: Sequence[int]) -> Self:
        """Train; each clip counts the same, however many windows it has.

        Args:
            parts: features of ``n`` windows.
            labels: ``[n]``, of at least two classes.
            clips: ``[n]``, equal for windows of one clip.

        Raises:
            ValueError: fewer than two classes.
        """
        classes, which = np.unique(np.asarray(labels), return_inverse=True)
        if len(classes) < 2:
            raise ValueError("a judge needs at least two classes")
        _, clip, sizes = np.unique(np.asarray(clips), return_inverse=True, return_counts=True)
        weight = 1 / sizes[clip]
        weight = weight / np.bincount(which, weights=weight)[which] ** _BALANCE
        weight = weight / weight.mean()
        scaling = {name: _Scaling.fit(features) for name, features in parts.items()}
        placed = _place(parts, scaling)
        wanted = np.eye(len(classes))[which]
        middle = weight @ wanted / weight.sum()
        system = _kernel(placed, placed) + np.diag(_RIDGE / weight)
        factors = np.linalg.solve(system, wanted - middle)
        return cls(tuple(map(str, classes)), scaling, placed, factors, middle)

    def scores(self, parts: Parts) -> Array:
        """``[n, labels]``, near 1 for what it is sure of and 0 for the others."""
        return _kernel(_place(parts, self.scaling), self.placed) @ self.factors + self.middle


def _place(parts: Parts, scaling: Mapping[str, _Scaling]) -> Array:
    share = np.sqrt(1 / len(scaling))
    return np.concatenate(
        [(parts[name] - one.centre) * one.weight * share for name, one in scaling.items()], axis=1
    )


def _kernel(one: Array, other: Array) -> Array:
    return np.asarray(np.exp(-_NARROWNESS * _squared(one, other)))


def _squared(one: Array, other: Array) -> Array:
    sums = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1)
    return np.asarray(np.maximum(sums - 2 * one @ other.T, 0))
