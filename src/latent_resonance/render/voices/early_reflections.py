"""Width for notes: the first reflections of a room, as what left and right differ by.

A few sparse echoes of the middle are added on the left and taken away on the right. So attacks
stay in the middle, the sound is as wide as a small room, and the sum of both sides is what it was
without: nothing is lost in mono.
"""

import numpy as np

from latent_resonance.contracts.values import FloatArray

# Milliseconds and parts; prime in samples of no common rate, and fading.
_ECHOES = ((5.3, 1.0), (7.9, -0.9), (11.3, 0.75), (14.9, -0.65), (19.7, 0.5), (23.9, -0.4))


class EarlyReflections:
    """Adds them to sound of two channels; the same for any block sizes.

    Args:
        amount: 0 (off, nothing is changed) .. 1 (sides as loud as the middle).
        rate: in Hz.
    """

    def __init__(self, amount: float, rate: int) -> None:
        self._delays = [round(ms * rate / 1000) for ms, _ in _ECHOES]
        parts = np.array([part for _, part in _ECHOES], np.float32)
        self._parts = np.float32(amount) * parts / np.sqrt(np.sum(parts**2))
        self._before = np.zeros(max(self._delays), np.float32)
        self._amount = amount

    def process(self, block: FloatArray) -> FloatArray:
        """Sound ``[samples, 2]`` with its reflections; of one channel, as it is."""
        if self._amount <= 0 or block.shape[1] != 2 or not len(block):
            return block
        middle = np.concatenate([self._before, block.mean(axis=1)])
        self._before = middle[len(block) :]
        end = len(middle)
        side = np.zeros(len(block), np.float32)
        for delay, part in zip(self._delays, self._parts, strict=True):
            side += part * middle[end - len(block) - delay : end - delay]
        return np.asarray(block + side[:, None] * np.array([1, -1], np.float32), np.float32)
