"""Sound of one channel and of two beside each other."""

import numpy as np

from latent_resonance.contracts.values import FloatArray


def with_channels(samples: FloatArray, channels: int) -> FloatArray:
    """``[frames, channels]``: one is given to all, several become their mean."""
    if samples.shape[1] == channels:
        return samples
    mean = samples.mean(axis=1, dtype=np.float32, keepdims=True)
    return np.repeat(mean, channels, axis=1)
