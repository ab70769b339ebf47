"""How w is laid out in a model whose pictures are drawn by steps, from noise and words."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]


MOST_STEPS = 100
"""Of a sampler: more are not told apart."""


@dataclass(frozen=True, slots=True)
class DiffusionLayout:
    """w is the starting noise in C order, one row of numbers a word, and the guidance.

    Attributes:
        latent: channels, rows, columns of the noise.
        tokens: most words.
        word_size: numbers of a word.
        steps: of the sampler, where nothing else is asked for.
        guidance: how strongly words pull, where nothing else is asked for; 1 is not at all
            beyond what they do by themselves.
    """

    latent: tuple[int, int, int]
    tokens: int
    word_size: int
    steps: int
    guidance: float

    @property
    def noise_size(self) -> int:
        """How many numbers of w are its noise: the first ones."""
        return math.prod(self.latent)

    @property
    def size(self) -> int:
        """Length of w: noise, words and the guidance."""
        return self.noise_size + self.tokens * self.word_size + 1

    def join(self, noise: FloatArray, words: FloatArray, guidance: float) -> FloatArray:
        """W ``[size]`` of noise, words ``[tokens, word_size]`` and guidance."""
        parts = (np.reshape(noise, -1), np.reshape(words, -1), np.array([guidance]))
        return np.concatenate(parts).astype(np.float32)

    def split(self, w: FloatArray) -> tuple[FloatArray, FloatArray, float]:
        """Noise of the shape ``latent``, words ``[tokens, word_size]``, and the guidance of w."""
        noise, words = w[: self.noise_size], w[self.noise_size : -1]
        shaped = words.reshape(self.tokens, self.word_size)
        return noise.reshape(self.latent), shaped, float(w[-1])
