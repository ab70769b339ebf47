"""Sixteen bits, with the noise that makes their rounding harmless."""

import numpy as np
from numpy.typing import NDArray

from latent_resonance.contracts.values import FloatArray

_FULL = 1 << 15


class SixteenBits:
    """Rounds a sound to 16-bit integers, block after block.

    Dither is the sum of two uniform noises of one step each (TPDF; Lipshitz, Wannamaker,
    Vanderkooy 1992): the error's mean and power no longer depend on the sound. It is the same in
    each run, and whatever the blocks.

    Args:
        dither: add it; without, rounding alone.
    """

    def __init__(self, dither: bool) -> None:
        self._random = np.random.Generator(np.random.PCG64(0)) if dither else None

    def __call__(self, samples: FloatArray) -> NDArray[np.int16]:
        """Of float32 ``[samples, channels]`` in -1..1, int16 of that shape; beyond is clipped."""
        exact = samples.astype(np.float64) * _FULL
        if self._random is not None:
            exact += self._random.random((*samples.shape, 2)).sum(axis=-1) - 1
        return np.clip(np.rint(exact), -_FULL, _FULL - 1).astype(np.int16)
