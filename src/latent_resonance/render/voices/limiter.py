"""Keeps peaks under a ceiling: one tick of look-ahead, no clipping."""

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.smoothing import share

_CEILING = 0.84  # -1.5 dBFS
_RELEASE_SECONDS = 0.15


class Limiter:
    """A gain that is low enough before a peak comes and goes back slowly; delays by one tick.

    Gains at the borders of ticks are at most what the ticks on both sides need, and move
    linearly between: no sample passes the ceiling.

    Args:
        tick: samples in each block.
        channels: of the sound.
        rate: in Hz.
    """

    def __init__(self, tick: int, channels: int, rate: int) -> None:
        self.least = 1.0
        self._release = share(tick / rate, _RELEASE_SECONDS)
        self._ramp = (np.arange(tick, dtype=np.float32) / np.float32(tick))[:, None]
        self._waiting = np.zeros((tick, channels), np.float32)
        self._needed = 1.0
        self._gain = 1.0

    def process(self, block: FloatArray) -> FloatArray:
        """The block before this one, limited: ``[tick, channels]``."""
        peak = max(float(block.max()), -float(block.min()))
        needed = _CEILING / peak if peak > _CEILING else 1.0
        back = self._gain + self._release * (1 - self._gain)
        gain = min(self._needed, needed, back)
        slope = np.float32(self._gain) + np.float32(gain - self._gain) * self._ramp
        out = self._waiting * slope
        self._waiting = block
        self._needed, self._gain = needed, gain
        self.least = min(self.least, gain)
        np.minimum(out, np.float32(_CEILING), out=out)
        return np.maximum(out, np.float32(-_CEILING), out=out)
