"""Noise of any latent shape from one voice: larger pictures by Haar steps, others by rotation."""

import math

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.navigate.voices.rotation import make_gaussian, rotate

_Doubles = npt.NDArray[np.float64]

BASE = (4, 32, 32)
"""Channels, rows and columns of the latents of 256 pixels at a factor of 8."""
_DETAIL_SEEDS = (101, 102, 103)
_LIFT_SEED = 211
_MOST = 1 << 24


def noise_of(direction: npt.ArrayLike, shape: tuple[int, int, int] = BASE) -> FloatArray:
    """Gaussian noise of a shape; angles between directions are kept.

    4x32x32 is the voice itself. 4x64x64, 4x128x128, .. are Haar steps from it, so that the coarse
    forms of a picture stay when it grows. Any other shape is a rotation of its own.

    Args:
        direction: ``[4096]``, of any length but 0: where the voice lies.
        shape: channels, rows, columns.

    Returns:
        float32 of that shape, of length ``sqrt(size)``: 64 for 4x32x32.

    Raises:
        InputError: nobody's latents have that shape.
    """
    size = math.prod(shape)
    if min(shape) < 1 or not 64 <= size <= _MOST:
        raise InputError(
            f"latents have from 64 to {_MOST} numbers, not {'x'.join(map(str, shape))}"
        )
    steps = _doublings(shape)
    if steps is None:
        within = max(4096, 1 << (size - 1).bit_length())
        flat = make_gaussian(rotate(direction, _LIFT_SEED, within)[:size])
        return flat.reshape(shape).astype(np.float32)
    noise = make_gaussian(direction).reshape(BASE)
    for _ in range(steps):
        noise = double(noise)
    return noise.astype(np.float32)


def double(noise: _Doubles) -> _Doubles:
    """Noise ``[c, h, w]`` as ``[c, 2 h, 2 w]`` by one step of the inverse Haar transform.

    The coarse band is the noise, the three detail bands are rotations of it: half the sum of each
    2 by 2 block is what was given, and cosines between noises stay as they are, exactly.

    Raises:
        ValueError: the noise has not a power of two of numbers.
    """
    coarse = np.asarray(noise, np.float64)
    flat = coarse.reshape(-1)
    across, down, both = (
        rotate(flat, seed, flat.size).reshape(coarse.shape) for seed in _DETAIL_SEEDS
    )
    channels, rows, columns = coarse.shape
    made = np.empty((channels, rows, 2, columns, 2))
    made[:, :, 0, :, 0] = coarse + across + down + both
    made[:, :, 0, :, 1] = coarse - across + down - both
    made[:, :, 1, :, 0] = coarse + across - down - both
    made[:, :, 1, :, 1] = coarse - across - down + both
    return np.asarray(made.reshape(channels, 2 * rows, 2 * columns) / 2, np.float64)


def _doublings(shape: tuple[int, int, int]) -> int | None:
    """How many Haar steps lead from 4x32x32 to a shape; none leads to most."""
    channels, rows, columns = shape
    steps = (rows // BASE[1]).bit_length() - 1
    if channels == BASE[0] and rows == columns == BASE[1] << max(steps, 0):
        return steps
    return None
