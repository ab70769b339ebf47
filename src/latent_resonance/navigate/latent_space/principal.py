"""Principal axes of a space's own places, to compare with (GANSpace, Harkonen et al. 2020)."""

import numpy as np

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.values import FloatArray


def principal_axes(places: FloatArray, count: int) -> tuple[FloatArray, FloatArray]:
    """The widest axes of ``places [n, w_dim]``: unit rows ``[count, w_dim]``, deviations.

    Args:
        places: of random z.
        count: how many, at most the smaller of n - 1 and w_dim.

    Raises:
        InputError: fewer than two places.
    """
    if len(places) < 2:
        raise InputError("principal axes need at least two places")
    away = places.astype(np.float64) - places.mean(axis=0)
    _, scale, axes = np.linalg.svd(away, full_matrices=False)
    count = min(count, len(places) - 1, axes.shape[0])
    deviations = scale[:count] / np.sqrt(len(places) - 1)
    return np.asarray(axes[:count], np.float32), np.asarray(deviations, np.float32)
