"""A model's window as an endless loop of magnitude columns, read at any real position."""

import numpy as np

from latent_resonance.contracts.values import FloatArray, Spectrogram


def close_loop(window: Spectrogram, blend_columns: int) -> FloatArray:
    """The window as linear magnitude ``[columns - blend_columns, bins]`` that joins end to start.

    The last ``blend_columns`` are blended, as magnitudes, into the first: going over the end in
    either direction meets no step.
    """
    magnitude = np.power(np.float32(10), window.level_db.T / np.float32(20), dtype=np.float32)
    # Levels at the floor of the codec are silence.
    magnitude[-window.format.range_db + 1e-3 >= window.level_db.T] = 0
    period = len(magnitude) - blend_columns
    ramp = (np.arange(blend_columns, dtype=np.float32) / np.float32(max(1, blend_columns)))[:, None]
    loop: FloatArray = magnitude[:period].copy()
    loop[:blend_columns] = ramp * magnitude[:blend_columns] + (1 - ramp) * magnitude[period:]
    return loop


def read_column(loop: FloatArray, position: float) -> FloatArray:
    """Magnitudes ``[bins]`` at a real-valued column; positions wrap, in both directions."""
    period = len(loop)
    position %= period
    index = int(position) % period
    part = np.float32(position - int(position))
    here: FloatArray = loop[index]
    if part == 0:
        return here
    following = loop[(index + 1) % period]
    return np.asarray(here + part * (following - here), np.float32)
