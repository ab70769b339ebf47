"""A room: eight delay lines that feed each other through a loss-less mixture.

A feedback delay network (Jot and Chaigne 1991, "Digital delay networks for designing artificial
reverberators") with a Householder matrix; each line loses what its length costs over the
reverberation time, and high frequencies more.
"""

import numpy as np

from latent_resonance.contracts.values import FloatArray

ROOM_SECONDS = 1.6
"""How long a room rings by itself."""

# Milliseconds; in samples they are made odd and have no common period to speak of.
_LINES_MS = (23.3, 27.1, 31.7, 36.1, 41.3, 45.7, 52.9, 59.3)
_PRE_DELAY_MS = 9.0
_DAMPING = 0.22
_LEVEL = 0.5


class Reverb:
    """Adds a room to the sound; the same for any block sizes.

    Args:
        amount: 0 (off, nothing is changed) .. 1 (as much room as sound).
        rate: in Hz.
        channels: 1 or 2; two get different echoes.
        seconds: time in which the room falls by 60 dB.
    """

    def __init__(
        self, amount: float, rate: int, channels: int, seconds: float = ROOM_SECONDS
    ) -> None:
        self.amount = amount
        self._pre = max(1, round(_PRE_DELAY_MS * rate / 1000))
        self._lengths = np.array([round(ms * rate / 1000) | 1 for ms in _LINES_MS])
        self._most = int(self._lengths.min()) - 1
        self._loss = (10 ** (-3 * self._lengths / (seconds * rate))).astype(np.float32)
        # Longer than the longest line and one block: what is written never meets what is read.
        size = int(self._lengths.max()) + self._most + 2
        self._lines = np.zeros((len(self._lengths), size), np.float32)
        self._waiting = np.zeros((self._pre, 1), np.float32)
        self._at = 0
        count = len(self._lengths)
        signs = np.array([[1, -1] * (count // 2), [1, 1, -1, -1] * (count // 4)], np.float32)
        self._out = signs[:channels] * np.float32(_LEVEL / np.sqrt(count))

    def process(self, block: FloatArray, amount: float | None = None) -> FloatArray:
        """Sound and room, ``[samples, channels]``; another ``amount`` is faded to in it."""
        before = self.amount
        self.amount = before if amount is None else amount
        if max(before, self.amount) <= 0 or not len(block):
            return block
        room = np.concatenate(
            [
                self._some(block[begin : begin + self._most])
                for begin in range(0, len(block), self._most)
            ]
        )
        if self.amount <= 0:
            # Opened again, it begins empty.
            self._lines[:] = 0
            self._waiting[:] = 0
        if self.amount == before:
            return np.asarray(block + np.float32(before) * room, np.float32)
        wet = np.linspace(before, self.amount, len(block) + 1, dtype=np.float32)[1:, None]
        return np.asarray(block + wet * room, np.float32)

    def _some(self, block: FloatArray) -> FloatArray:
        """The room alone; of at most as many samples as the shortest line holds."""
        count, size = len(block), self._lines.shape[1]
        fresh = np.concatenate([self._waiting, block.mean(axis=1, keepdims=True)])
        dry, self._waiting = fresh[:count, 0], fresh[count:]
        at = self._at + np.arange(count)
        index = (at[None] - self._lengths[:, None]) % size
        lines = np.arange(len(self._lengths))[:, None]
        # Two neighbouring samples in unequal parts: a loss that grows with frequency.
        echoes = (1 - _DAMPING) * self._lines[lines, index]
        echoes += _DAMPING * self._lines[lines, (index - 1) % size]
        echoes *= self._loss[:, None]
        mixed = echoes - echoes.sum(axis=0) * np.float32(2 / len(self._lengths))
        self._lines[lines, at[None] % size] = mixed + dry
        self._at = int(at[-1] + 1) if count else self._at
        return np.asarray((self._out @ echoes).T, np.float32)
