"""Interpolation between places."""

import math
from collections.abc import Sequence

import numpy as np

from latent_resonance.contracts.values import FloatArray

_PARALLEL = 1e-6


def lerp(start: FloatArray, end: FloatArray, amount: float) -> FloatArray:
    """The place ``amount`` (0..1) of the straight way from ``start`` to ``end``, both ``[n]``."""
    return (start + np.float32(amount) * (end - start)).astype(np.float32, copy=False)


def slerp(start: FloatArray, end: FloatArray, amount: float) -> FloatArray:
    """The place ``amount`` (0..1) of the way along the arc between two vectors ``[n]``.

    Length goes linearly from one to the other. Falls back to ``lerp`` where there is no arc:
    a zero vector, parallel or opposite ones. Source: Shoemake 1985, White 2016 (1609.04468).
    """
    start_length = float(np.linalg.norm(start))
    end_length = float(np.linalg.norm(end))
    if start_length == 0 or end_length == 0:
        return lerp(start, end, amount)
    start_unit, end_unit = start / start_length, end / end_length
    cosine = float(np.clip(np.dot(start_unit, end_unit), -1, 1))
    angle = math.acos(cosine)
    if math.sin(angle) < _PARALLEL:
        return lerp(start, end, amount)
    unit = (
        math.sin((1 - amount) * angle) * start_unit + math.sin(amount * angle) * end_unit
    ) / math.sin(angle)
    length = start_length + amount * (end_length - start_length)
    return (length * unit).astype(np.float32)


def radial_weights(point: Sequence[float], centres: FloatArray, width: float) -> FloatArray:
    """Share of each centre at a point: normalised Gaussian radial basis (Moody, Darken 1989).

    Args:
        point: ``[axes]``.
        centres: ``[centres, axes]``, in the same units.
        width: standard deviation of the basis; small ones switch, large ones mix.

    Returns:
        float32 ``[centres]``, non-negative, sum 1 even far from all centres.
    """
    distance = np.sum((centres - np.asarray(point, np.float32)) ** 2, axis=1)
    exponent = -(distance - distance.min()) / (2 * width * width)
    weights = np.exp(exponent)
    return np.asarray(weights / weights.sum(), np.float32)
