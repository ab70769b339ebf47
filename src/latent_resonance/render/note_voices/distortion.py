"""Waveshaping: overtones of what is loud, with little aliasing.

The shaper is tanh; its overtones beyond half the sample rate are attenuated by averaging the
shaped signal between neighbouring samples, through the antiderivative (Parker, Zavalishin,
Le Bivic 2016, "Reducing the aliasing of nonlinear waveshaping using continuous-time convolution").
"""

import math

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray

_MOST_DRIVE_DB = 40.0
_NEAR = 1e-4


class Distortion:
    """Drives the sound into tanh; half a sample of delay, the same for any block sizes.

    Args:
        amount: 0 (off, nothing is changed) .. 1 (40 dB of drive).
        channels: of the sound.
    """

    def __init__(self, amount: float, channels: int) -> None:
        self.amount = amount
        self._drive = 10 ** (_MOST_DRIVE_DB * amount / 20)
        # What was at -12 dBFS comes out about as loud as it went in.
        self._level = 0.25 / math.tanh(0.25 * self._drive)
        self._last = np.zeros((1, channels), np.float64)

    def process(self, block: FloatArray) -> FloatArray:
        """Shape ``[samples, channels]``."""
        if self.amount <= 0 or not len(block):
            return block
        driven = np.concatenate([self._last, block.astype(np.float64) * self._drive])
        self._last = driven[-1:]
        before, now = driven[:-1], driven[1:]
        step = now - before
        near = np.abs(step) < _NEAR
        area = _log_cosh(now) - _log_cosh(before)
        shaped = np.where(near, np.tanh((now + before) / 2), area / np.where(near, 1, step))
        return np.asarray(shaped * self._level, np.float32)


def _log_cosh(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    size = np.abs(x)
    return np.asarray(size + np.log1p(np.exp(-2 * size)) - math.log(2))
