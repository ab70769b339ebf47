"""Draws a picture by steps: from noise along the velocity that a network gives.

Euler's method on a rectified flow (Liu et al. 2023, "Flow straight and fast") from time 1 to 0,
with classifier-free guidance (Ho and Salimans 2022). Nothing random: the same w, the same picture.
"""

from collections.abc import Callable
from functools import cached_property

import numpy as np

from latent_resonance.contracts.diffusion import DiffusionLayout
from latent_resonance.contracts.values import FloatArray

Infer = Callable[..., FloatArray]

_PAIRS = 4
"""Of a noise and its opposite, by which the mean picture is learned: off by 2 % of noise."""


class FlowSampler:
    """Two networks, ready to infer.

    Args:
        layout: of w.
        velocity: from z ``[1, c, h, w]``, time ``[1]`` and words ``[1, tokens, size]`` to dz/dt.
        decoder: from z to a picture ``[1, 3, height, width]`` in -1..1.
        steps: of ``draw``.
        known_mean: at time 1 z is noise alone, which tells nothing of a picture, so that without
            words the best velocity is z less the mean picture, whatever the noise (Liu et al., the
            minimum of eq. 1). Taken for the network's there, it saves a run of it.
    """

    def __init__(
        self,
        layout: DiffusionLayout,
        velocity: Infer,
        decoder: Infer,
        steps: int,
        *,
        known_mean: bool = False,
    ) -> None:
        self._layout, self._velocity, self._decoder = layout, velocity, decoder
        self._steps, self._known_mean = steps, known_mean
        self._nothing = np.zeros((1, layout.tokens, layout.word_size), np.float32)

    def draw(self, w: FloatArray) -> FloatArray:
        """The picture at w ``[1, size]``."""
        return self.sample(w[0], self._steps)

    def sample(
        self, w: FloatArray, steps: int, on_step: Callable[[int, int], None] | None = None
    ) -> FloatArray:
        """The picture ``[1, 3, height, width]`` at w ``[size]``.

        Noise of any length is brought to that of Gaussian noise, so that sums of places stay where
        the model knows its way; none at all stays none.

        Args:
            w: the place.
            steps: 1 or more.
            on_step: told after each step how many are done, and of how many.
        """
        noise, words, guidance = self._layout.split(w)
        length = float(np.linalg.norm(noise.astype(np.float64)))
        z = np.array(noise[None] * np.float32(noise.size**0.5 / length) if length else noise[None])
        # Without words there is nothing to be pulled to.
        said = bool(words.any())
        for index in range(steps):
            time = np.array([1 - index / steps], np.float32)
            way = self._velocity(z, time, words[None])
            if said and guidance != 1:
                known = self._known_mean and index == 0
                empty = z - self._mean if known else self._velocity(z, time, self._nothing)
                way = empty + np.float32(guidance) * (way - empty)
            z = z - way / np.float32(steps)
            if on_step is not None:
                on_step(index + 1, steps)
        return self._decoder(z)

    @cached_property
    def _mean(self) -> FloatArray:
        """What the network takes for the mean picture; noise ``[1, c, h, w]`` less its velocity."""
        random, begin = np.random.default_rng(0), np.ones(1, np.float32)
        drawn = random.standard_normal((_PAIRS, 1, *self._layout.latent)).astype(np.float32)
        found = [z - self._velocity(z, begin, self._nothing) for z in (*drawn, *-drawn)]
        return np.asarray(np.mean(found, axis=0), np.float32)
