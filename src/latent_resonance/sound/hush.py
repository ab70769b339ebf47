"""Hiss is pressed towards the floor before anything is learned from recordings."""

import numpy as np

from latent_resonance.contracts.values import FloatArray

HUSH_DB = -58.0
"""What lies below is pressed down,"""
HUSH_RATIO = 2.5
"""so many dB for each."""


def hush(level_db: FloatArray, range_db: float) -> FloatArray:
    """Press what lies below -58 dB towards the floor.

    Args:
        level_db: of any shape, the loudest at 0 dB.
        range_db: where the floor is.
    """
    below = np.minimum(level_db - HUSH_DB, 0)
    return np.asarray(np.maximum(level_db + (HUSH_RATIO - 1) * below, -range_db), np.float32)
