"""Levels of recordings made ready: hiss pressed towards the floor, the loudest at 0 dB."""

import numpy as np

from latent_resonance.contracts.values import FloatArray

HUSH_DB = -58.0
"""What lies below is pressed down,"""
HUSH_RATIO = 2.5
"""so many dB for each."""
_SILENCE_ABOVE_FLOOR_DB = 0.5


def hush(level_db: FloatArray, range_db: float) -> FloatArray:
    """Press what lies below -58 dB towards the floor.

    Args:
        level_db: of any shape, the loudest at 0 dB.
        range_db: where the floor is.
    """
    below = np.minimum(level_db - HUSH_DB, 0)
    return np.asarray(np.maximum(level_db + (HUSH_RATIO - 1) * below, -range_db), np.float32)


def loudest_at_zero(level_db: FloatArray, range_db: float) -> FloatArray:
    """Levels moved so that the loudest is 0 dB; so loudness counts on neither side.

    What is at the floor is silence and stays there: moved up, it would be a noise in every band.
    """
    moved = np.maximum(level_db - level_db.max(), -range_db)
    silent = level_db < _SILENCE_ABOVE_FLOOR_DB - range_db
    return np.where(silent, np.float32(-range_db), moved).astype(np.float32)
