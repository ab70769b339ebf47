"""A prototype: what a handful of examples of one kind have in common.

After Kamath et al. 2023 (2308.11859, section 3): the examples' places, centred on the space's
mean, keep their first principal component; a direction is the difference of two prototypes.
"""

import numpy as np

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.values import FloatArray


def find_prototype(examples: FloatArray, centre: FloatArray) -> FloatArray:
    """The place that examples share, float32 ``[w_dim]``.

    The first principal axis of the centred places, as far out as the examples lie on average.

    Args:
        examples: ``[n, w_dim]``, n from 1 on.
        centre: ``[w_dim]``, the mean of the space.

    Raises:
        InputError: there are no examples, or they lie all around the centre.
    """
    if examples.ndim != 2 or not len(examples):
        raise InputError("a prototype needs at least one example")
    away = examples.astype(np.float64) - centre
    axis = np.linalg.svd(away, full_matrices=False)[2][0]
    reach = float(away.mean(axis=0) @ axis)
    # An axis has no sign of its own, and the sign of the reach is that of the axis.
    if abs(reach) < 1e-9:
        raise InputError("a prototype needs examples that have something in common")
    return np.asarray(centre + reach * axis, np.float32)


def difference(high: FloatArray, low: FloatArray) -> FloatArray:
    """The unit vector from one prototype to another, float32 ``[w_dim]``.

    Raises:
        InputError: they are the same.
    """
    way = high.astype(np.float64) - low
    length = float(np.linalg.norm(way))
    if length < 1e-9:
        raise InputError("a direction needs two prototypes that differ")
    return np.asarray(way / length, np.float32)


def orthogonalise(direction: FloatArray, others: FloatArray) -> FloatArray:
    """A unit vector without what it shares with ``others [k, w_dim]``, float32 ``[w_dim]``.

    Raises:
        InputError: nothing is left.
    """
    own = direction.astype(np.float64)
    before = float(np.linalg.norm(own))
    if len(others):
        basis = np.linalg.svd(others.astype(np.float64), full_matrices=False)
        axes = basis[2][basis[1] > 1e-6 * max(basis[1].max(), 1e-12)]
        own = own - axes.T @ (axes @ own)
    length = float(np.linalg.norm(own))
    if length < 1e-6 * max(before, 1e-12):
        raise InputError("the direction is a mixture of the others: nothing of its own is left")
    return np.asarray(own / length, np.float32)
