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
        self._last = np.zeros((1, channels), np.float64)

    def process(self, block: FloatArray, amount: float | None = None) -> FloatArray:
        """Shape ``[samples, channels]``; another ``amount`` than before is faded to in it."""
        before = self.amount
        self.amount = before if amount is None else amount
        if max(before, self.amount) <= 0 or not len(block):
            self._last = block[-1:].astype(np.float64) if len(block) else self._last
            return block
        sound = np.concatenate([self._last, block.astype(np.float64)])
        self._last = sound[-1:]
        shaped = _shaped(sound, before)
        if self.amount != before:
            way = np.arange(1, len(block) + 1)[:, None] / len(block)
            shaped += way * (_shaped(sound, self.amount) - shaped)
        return np.asarray(shaped, np.float32)


def _shaped(sound: npt.NDArray[np.float64], amount: float) -> npt.NDArray[np.float64]:
    """The sound after its first sample, shaped."""
    if amount <= 0:
        return sound[1:].copy()
    drive = 10 ** (_MOST_DRIVE_DB * amount / 20)
    driven = sound * drive
    before, now = driven[:-1], driven[1:]
    step = now - before
    near = np.abs(step) < _NEAR
    area = _log_cosh(now) - _log_cosh(before)
    shaped = np.where(near, np.tanh((now + before) / 2), area / np.where(near, 1, step))
    # What was at -12 dBFS comes out about as loud as it went in.
    return np.asarray(shaped * (0.25 / math.tanh(0.25 * drive)))


def _log_cosh(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    size = np.abs(x)
    return np.asarray(size + np.log1p(np.exp(-2 * size)) - math.log(2))
