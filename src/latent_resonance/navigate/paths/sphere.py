"""Ways on the sphere that Gaussian noise lies on, all of one length."""

import math

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.navigate.paths.interpolate import slerp

_LEAST = 1e-6
# Of a binomial window of five: what is left is what changes over several cells.
_WINDOW = (0.0625, 0.25, 0.375, 0.25, 0.0625)


def onto(vector: FloatArray) -> FloatArray:
    """The vector ``[n]`` at the length sqrt(n) of noise; one of length 0 stays."""
    length = float(np.linalg.norm(vector.astype(np.float64)))
    if length < _LEAST:
        return vector
    return (vector * (math.sqrt(vector.size) / length)).astype(np.float32)


def towards(here: FloatArray, there: FloatArray, part: float, most: float) -> FloatArray:
    """A part of the way along the arc, by an angle of ``most`` at most; both on the sphere."""
    if here is there:
        return here
    cosine = float(here @ there) / max(float(np.linalg.norm(here) * np.linalg.norm(there)), _LEAST)
    angle = math.acos(min(max(cosine, -1.0), 1.0))
    if angle < _LEAST:
        return there
    return onto(slerp(here, there, min(part, most / angle)))


def turned(noise: FloatArray, ways: FloatArray, angles: FloatArray) -> FloatArray:
    """Noise turned towards some ways, by the length of ``angles`` in all.

    Args:
        noise: ``[n]``, on the sphere.
        ways: ``[k, n]``; what of them lies along the noise counts for nothing.
        angles: ``[k]``, how far towards each, radians.
    """
    way = angles @ ways
    way = way - noise * (float(way @ noise) / max(float(noise @ noise), _LEAST))
    angle, length = float(np.linalg.norm(angles)), float(np.linalg.norm(way))
    if angle < _LEAST or length < _LEAST:
        return noise
    aside = way * (float(np.linalg.norm(noise)) / length)
    return (math.cos(angle) * noise + math.sin(angle) * aside).astype(np.float32)


def melted(noise: FloatArray, shape: tuple[int, int, int], part: float) -> FloatArray:
    """Noise on its way to what is left of it without fine detail, at the same length.

    Args:
        noise: ``[n]``.
        shape: channels, rows, columns.
        part: 0..1.
    """
    if part <= 0:
        return noise
    coarse = noise.reshape(shape)
    for axis in (1, 2):
        coarse = sum(  # type: ignore[assignment]
            np.float32(weight) * np.roll(coarse, place - 2, axis)
            for place, weight in enumerate(_WINDOW)
        )
    return onto(slerp(noise, onto(coarse.reshape(-1)), part))
