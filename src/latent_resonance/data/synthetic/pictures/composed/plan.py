"""Where forms lie, as the coarse half of a noise says.

A picture's plan are the 4 by 8 by 8 normal numbers that its noise has as means of blocks. A flow
that is taught with noise and picture coupled so (any coupling has the same ends: Liu et al. 2023,
"Flow straight and fast") need not guess: like noise gives like pictures, in few steps.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from latent_resonance.contracts.values import FloatArray

CHANNELS, SIDE = 4, 8


@dataclass(frozen=True, slots=True)
class Cells:
    """A plan seen in ``g`` by ``g`` cells: independent normal numbers, each ``[4, g, g]``.

    Attributes:
        level: mean of each cell.
        across: its right half against its left one.
        along: its lower half against its upper one.
    """

    level: FloatArray
    across: FloatArray
    along: FloatArray


def draw_plan(random: np.random.Generator) -> FloatArray:
    """Normal numbers ``[4, 8, 8]``."""
    return random.standard_normal((CHANNELS, SIDE, SIDE), dtype=np.float32)


def see_cells(plan: FloatArray, cells: int) -> Cells:
    """A plan in so many cells a side: 1, 2 or 4; 8 have a level alone."""
    step = SIDE // cells
    blocks = plan.reshape(CHANNELS, cells, step, cells, step)
    half = np.where(np.arange(step) < step // 2, np.float32(-1), np.float32(1))
    return Cells(
        blocks.sum((2, 4)) / step,
        (blocks * half).sum((2, 4)) / step,
        (blocks * half[:, None, None]).sum((2, 4)) / step,
    )


def level_field(plan: FloatArray, channel: int, cells: int, size: int) -> FloatArray:
    """Smooth field ``[size, size]`` through the levels of so many cells a side, 8 at most."""
    levels = see_cells(plan, cells).level[channel]
    at = np.clip((np.arange(size) + 0.5) / size * cells - 0.5, 0, cells - 1).astype(np.float32)
    index = np.minimum(at.astype(int), max(cells - 2, 0))
    part = at - index
    part = part * part * (3 - 2 * part)
    after = np.minimum(index + 1, cells - 1)
    across = levels[:, index] * (1 - part) + levels[:, after] * part
    rows: FloatArray = across[index] * (1 - part)[:, None] + across[after] * part[:, None]
    return rows


def even(number: float, low: float, high: float) -> float:
    """A normal number as an evenly spread one."""
    return float(low + (high - low) * ndtr(number))


def with_plans(noise: FloatArray, plans: FloatArray) -> FloatArray:
    """Noise ``[n, 4, h, w]`` whose means over 8 by 8 blocks are those of plans ``[n, 4, 8, 8]``.

    Of normal noise and normal plans, normal noise. ``h`` and ``w`` are multiples of 8.
    """
    count, channels, height, width = noise.shape
    blocks = noise.reshape(count, channels, SIDE, height // SIDE, SIDE, width // SIDE)
    size = np.float32(np.sqrt(height * width) / SIDE)
    means = blocks.mean((3, 5), keepdims=True)
    asked = plans[:, :, :, None, :, None] / size
    return np.asarray(blocks - means + asked, np.float32).reshape(noise.shape)
