"""One channel of several, and whether they cancel each other in it."""

import numpy as np

from latent_resonance.contracts.values import FloatArray

# Of the channels' energy left in their mean: 40 dB less is as good as silence.
_CANCELLED = 1e-4


class ChannelMean:
    """Takes the mean of the channels, block by block."""

    def __init__(self) -> None:
        self._energy = self._kept = 0.0

    def of(self, block: FloatArray) -> FloatArray:
        """Float32 ``[samples, channels]`` as ``[samples]``."""
        with np.errstate(all="ignore"):  # infinities are the caller's to look for
            one = np.ascontiguousarray(block.mean(axis=1), np.float32)
            self._energy += float(np.vdot(block, block)) / block.shape[1]
            self._kept += float(np.vdot(one, one))
        return one

    @property
    def cancels(self) -> bool:
        """Whether hardly anything of the channels' energy is left in what was taken."""
        return self._kept < _CANCELLED * self._energy
