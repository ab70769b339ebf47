"""How far two clouds of points are apart, how varied each is, and which points are neighbours.

Kernels, clusters and axes are scikit-learn's.
"""

import math
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

# For each axis, so that covariances mean something.
_POINTS_PER_AXIS = 5
_Z_AT_5_PERCENT = 1.959964


@dataclass(frozen=True, slots=True)
class Space:
    """Principal axes of real sounds, scaled so that those vary by 1 in all (sum of variances).

    Frechet distances need covariances, and those need several times more points than axes.
    """

    axes: Any
    scale: float
    dimensions: int

    @classmethod
    def fit(cls, points: Array, dimensions: int) -> Self:
        """The first ``dimensions`` axes of ``points [n, size]``, each feature at equal variance.

        Raises:
            ValueError: fewer than three points.
        """
        from sklearn.decomposition import PCA
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        if len(points) < 3:
            raise ValueError("a space needs at least three points")
        kept = min(dimensions, len(points) - 1, points.shape[1])
        axes = make_pipeline(StandardScaler(), PCA(kept, svd_solver="full")).fit(points)
        total = float(axes[-1].explained_variance_.sum())
        return cls(axes, 1 / math.sqrt(max(total, 1e-24)), kept)

    def place(self, points: Array) -> Array:
        """``[n, size]`` to ``[n, dimensions]``."""
        return np.asarray(self.axes.transform(points)[:, : self.dimensions] * self.scale)

    def first(self, dimensions: int) -> Self:
        """The same space with fewer axes."""
        return type(self)(self.axes, self.scale, min(dimensions, self.dimensions))

    def carried_by(self, count: int) -> Self:
        """The same space with as many axes as sets of ``count`` points carry, 2 at least."""
        return self.first(max(2, count // _POINTS_PER_AXIS))


def frechet_distance(first: Array, second: Array) -> float:
    """``|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2))`` of ``[n, d]`` and ``[m, d]``.

    Dowson and Landau 1982; as a measure of generators Heusel et al. 2017 (1706.08500), for sound
    Kilgour et al. 2019 (1812.08466). It is biased upwards for few points: compare it only with the
    value of real sounds at the same counts.
    """
    gap = first.mean(axis=0) - second.mean(axis=0)
    one, two = (np.atleast_2d(np.cov(points, rowvar=False)) for points in (first, second))
    # The trace of a root is the sum of the roots of the eigenvalues, which are not negative here.
    shared = np.sqrt(np.maximum(np.linalg.eigvals(one @ two).real, 0)).sum()
    return float(gap @ gap + np.trace(one + two) - 2 * shared)


def kernel_audio_distance(first: Array, second: Array, width: float) -> float:
    """Unbiased squared maximum mean discrepancy under a Gaussian kernel; may be below 0.

    Gretton et al. 2012 (JMLR 13, eq. 3); as a measure of sound generators Chung et al. 2025
    ("KAD: no more FAD", 2502.15602). Needs no Gaussian clouds and has no bias for few points.

    Args:
        first: ``[n, d]``, n at least 2.
        second: ``[m, d]``, m at least 2.
        width: of the kernel; see ``median_distance``.
    """
    return _discrepancy(first, second, "rbf", gamma=1 / (2 * width**2))


def kernel_inception_distance(first: Array, second: Array) -> float:
    """The same under the cubic kernel ``(a b / d + 1)^3`` (Binkowski et al. 2018, 1801.01401)."""
    return _discrepancy(first, second, "poly", degree=3, gamma=1 / first.shape[1], coef0=1)


def median_distance(points: Array) -> float:
    """Median distance between two of ``points [n, d]``: the usual width of the kernel."""
    return float(np.median(_pairs(points)))


def mean_pairwise_distance(points: Array) -> float:
    """Mean Euclidean distance between two different ones of ``points [n, d]``."""
    return float(_pairs(points).mean())


@dataclass(frozen=True, slots=True)
class DifferentBins:
    """Result of the bin test.

    Attributes:
        share: of the bins whose shares differ significantly; 0.05 is what chance gives.
        empty_share: of the bins that the second set never visits.
        bins: how many.
    """

    share: float
    empty_share: float
    bins: int


def statistically_different_bins(
    reference: Array, points: Array, bins: int, seed: int
) -> DifferentBins:
    """NDB over bins (Richardson and Weiss 2018, "On GANs and GMMs", 1805.12462).

    ``reference`` is cut into bins by k-means; a bin differs when a two-proportion z test at 5 %
    says that ``points`` fall into it more or less often.

    Args:
        reference: real sounds ``[n, d]``.
        points: what is tested, ``[m, d]``.
        bins: how many; some 10 points of ``reference`` should fall into each.
        seed: of the k-means start.
    """
    from sklearn.cluster import KMeans

    found = KMeans(min(bins, len(np.unique(reference, axis=0))), random_state=seed).fit(reference)
    counts = [
        np.bincount(found.predict(one), minlength=found.n_clusters) for one in (reference, points)
    ]
    n, m = len(reference), len(points)
    pooled = (counts[0] + counts[1]) / (n + m)
    deviation = np.sqrt(np.maximum(pooled * (1 - pooled) * (1 / n + 1 / m), 1e-15))
    different = np.abs(counts[0] / n - counts[1] / m) / deviation > _Z_AT_5_PERCENT
    return DifferentBins(float(different.mean()), float((counts[1] == 0).mean()), len(pooled))


def bin_count(points: int) -> int:
    """About ten points in each bin, 50 bins at most (GANSynth uses 50, 1902.08710)."""
    return int(np.clip(points // 10, 2, 50))


def entropy_share(counts: Array) -> float:
    """Entropy of a histogram over that of an even one: 1 when all kinds come equally often."""
    from scipy.stats import entropy

    return float(entropy(counts) / math.log(max(2, len(counts)))) if counts.sum() else 0.0


def _discrepancy(first: Array, second: Array, kernel: str, **parameters: float) -> float:
    from sklearn.metrics.pairwise import pairwise_kernels

    def mean_of_others(points: Array) -> float:
        values = pairwise_kernels(points, metric=kernel, **parameters)
        return float((values.sum() - np.trace(values)) / (len(points) * (len(points) - 1)))

    between = pairwise_kernels(first, second, metric=kernel, **parameters).mean()
    return mean_of_others(first) + mean_of_others(second) - 2 * float(between)


def _pairs(points: Array) -> Array:
    from scipy.spatial.distance import pdist

    return np.asarray(pdist(points))
