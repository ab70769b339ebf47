"""How different the sounds of a set are from each other, and whether whole kinds are missing."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from latent_resonance.evaluation.distribution import squared_distances

Array = npt.NDArray[np.float64]

_ROUNDS = 50
_Z_AT_5_PERCENT = 1.959964


def mean_pairwise_distance(points: Array) -> float:
    """Mean Euclidean distance between two different ones of ``points [n, d]``."""
    distances = np.sqrt(squared_distances(points, points))
    return float(distances[np.triu_indices(len(points), 1)].mean())


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
    centres = _k_means(reference, bins, np.random.default_rng(seed))
    counts = [
        np.bincount(squared_distances(one, centres).argmin(axis=1), minlength=len(centres))
        for one in (reference, points)
    ]
    n, m = len(reference), len(points)
    pooled = (counts[0] + counts[1]) / (n + m)
    deviation = np.sqrt(np.maximum(pooled * (1 - pooled) * (1 / n + 1 / m), 1e-15))
    different = np.abs(counts[0] / n - counts[1] / m) / deviation > _Z_AT_5_PERCENT
    return DifferentBins(float(different.mean()), float((counts[1] == 0).mean()), len(centres))


def bin_count(points: int) -> int:
    """About ten points in each bin, 50 bins at most (GANSynth uses 50, 1902.08710)."""
    return int(np.clip(points // 10, 2, 50))


def entropy_share(counts: Array) -> float:
    """Entropy of a histogram over that of an even one: 1 when all kinds come equally often."""
    share = counts[counts > 0] / max(counts.sum(), 1)
    return float(-(share * np.log(share)).sum() / math.log(max(2, len(counts))))


def _k_means(points: Array, count: int, random: np.random.Generator) -> Array:
    """Lloyd's algorithm from k-means++ seeds (Arthur and Vassilvitskii 2007)."""
    centres: Array = points[random.integers(len(points))][None]
    while len(centres) < count:
        away = squared_distances(points, centres).min(axis=1)
        if away.sum() <= 0:
            break
        chosen = random.choice(len(points), p=away / away.sum())
        centres = np.concatenate([centres, points[chosen][None]])
    for _ in range(_ROUNDS):
        nearest = squared_distances(points, centres).argmin(axis=1)
        moved = np.array(
            [
                points[nearest == k].mean(axis=0) if (nearest == k).any() else centres[k]
                for k in range(len(centres))
            ]
        )
        if np.allclose(moved, centres):
            break
        centres = moved
    return centres
