"""Some of many stations: a place among all of them becomes one among those that are lit."""

import numpy as np

from latent_resonance.contracts.values import FloatArray

_AT = 0.05


def lit_weights(place: FloatArray, stations: FloatArray, shares: FloatArray) -> FloatArray:
    """How much of each station there is, ``[n]``, summing to 1.

    Inverse distance weighting (Shepard 1968): at a lit station it is nearly all of it, and neither
    a place that goes on nor a share that fades in or out moves anything by a jump.

    Args:
        place: where it is, ``[size]``.
        stations: ``[n, size]``.
        shares: ``[n]``, 0..1, how much each is lit; any of them above 0.
    """
    apart = ((stations - place) ** 2).sum(axis=1, dtype=np.float64)
    apart /= max(float(apart.mean()), 1e-12)
    weights = np.maximum(shares, 0) / (apart + _AT) ** 2
    return np.asarray(weights / weights.sum(), np.float32)
