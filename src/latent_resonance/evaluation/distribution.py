"""How far two clouds of points are apart: Frechet distance and kernel audio distance."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Space:
    """Principal axes of real sounds, scaled so that those vary by 1 in all (sum of variances).

    Frechet distances need covariances, and those need several times more points than axes.
    """

    centre: Array
    axes: Array

    @classmethod
    def fit(cls, points: Array, dimensions: int) -> Self:
        """The first ``dimensions`` axes of ``points [n, size]``, each feature at equal variance.

        Raises:
            ValueError: fewer than three points.
        """
        if len(points) < 3:
            raise ValueError("a space needs at least three points")
        centre = points.mean(axis=0)
        spread = points.std(axis=0)
        weight = np.where(spread > 1e-9, 1 / np.maximum(spread, 1e-9), 0)
        _, values, axes = np.linalg.svd((points - centre) * weight, full_matrices=False)
        kept = min(dimensions, len(points) - 1, len(values))
        total = np.sqrt((values[:kept] ** 2).sum() / (len(points) - 1))
        return cls(centre, (axes[:kept] * weight).T / max(total, 1e-12))

    def place(self, points: Array) -> Array:
        """``[n, size]`` to ``[n, dimensions]``."""
        return (points - self.centre) @ self.axes

    def first(self, dimensions: int) -> Self:
        """The same space with fewer axes."""
        return type(self)(self.centre, self.axes[:, :dimensions])


def frechet_distance(first: Array, second: Array) -> float:
    """``|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2))`` of ``[n, d]`` and ``[m, d]``.

    Dowson and Landau 1982; as a measure of generators Heusel et al. 2017 (1706.08500), for sound
    Kilgour et al. 2019 (1812.08466). It is biased upwards for few points: compare it only with the
    value of real sounds at the same counts.
    """
    gap = first.mean(axis=0) - second.mean(axis=0)
    one, two = (np.atleast_2d(np.cov(points, rowvar=False)) for points in (first, second))
    root = _root(one)
    inner = np.linalg.eigvalsh(root @ two @ root)
    return float(gap @ gap + np.trace(one + two) - 2 * np.sqrt(np.maximum(inner, 0)).sum())


def kernel_audio_distance(first: Array, second: Array, width: float) -> float:
    """Unbiased squared maximum mean discrepancy under a Gaussian kernel; may be below 0.

    Gretton et al. 2012 (JMLR 13, eq. 3); as a measure of sound generators Chung et al. 2025
    ("KAD: no more FAD", 2502.15602). Needs no Gaussian clouds and has no bias for few points.

    Args:
        first: ``[n, d]``, n at least 2.
        second: ``[m, d]``, m at least 2.
        width: of the kernel; see ``median_distance``.
    """

    def kernel(a: Array, b: Array) -> Array:
        return np.asarray(np.exp(-squared_distances(a, b) / (2 * width**2)))

    return _discrepancy(kernel(first, first), kernel(second, second), kernel(first, second))


def kernel_inception_distance(first: Array, second: Array) -> float:
    """The same under the cubic kernel ``(a b / d + 1)^3`` (Binkowski et al. 2018, 1801.01401)."""
    size = first.shape[1]

    def kernel(a: Array, b: Array) -> Array:
        return np.asarray((a @ b.T / size + 1) ** 3)

    return _discrepancy(kernel(first, first), kernel(second, second), kernel(first, second))


def median_distance(points: Array) -> float:
    """Median distance between two of ``points [n, d]``: the usual width of the kernel."""
    squared = squared_distances(points, points)
    return float(np.sqrt(np.median(squared[np.triu_indices(len(points), 1)])))


def squared_distances(first: Array, second: Array) -> Array:
    """Squared Euclidean distances ``[n, m]`` of ``[n, d]`` and ``[m, d]``."""
    cross = first @ second.T
    squared = (first**2).sum(axis=1)[:, None] - 2 * cross + (second**2).sum(axis=1)
    return np.asarray(np.maximum(squared, 0))


def _discrepancy(one: Array, two: Array, between: Array) -> float:
    n, m = len(one), len(two)
    inside = (one.sum() - np.trace(one)) / (n * (n - 1)) + (two.sum() - np.trace(two)) / (
        m * (m - 1)
    )
    return float(inside - 2 * between.mean())


def _root(covariance: Array) -> Array:
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T)
