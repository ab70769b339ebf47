"""Draws a picture by steps: from noise along the velocity that a network gives.

Euler's method on a rectified flow (Liu et al. 2023, "Flow straight and fast") from time 1 to 0,
with classifier-free guidance (Ho and Salimans 2022). Nothing random: the same w, the same picture.
"""

from collections.abc import Callable

import numpy as np

from latent_resonance.contracts.diffusion import DiffusionLayout
from latent_resonance.contracts.values import FloatArray

Infer = Callable[..., FloatArray]


class FlowSampler:
    """Two networks, ready to infer.

    Args:
        layout: of w.
        velocity: from z ``[1, c, h, w]``, time ``[1]`` and words ``[1, tokens, size]`` to dz/dt.
        decoder: from z to a picture ``[1, 3, height, width]`` in -1..1.
        steps: of ``draw``.
        by_change: None for classifier-free guidance. Else the network never runs without words:
            they pull by this share of how the picture that it predicts, z less time times velocity,
            changed since the step before; the first step is not guided (Kynkäänniemi et al. 2024,
            guidance in a limited interval). Such an extrapolation is also the second-order step of
            DPM-Solver++ (Lu et al. 2022, algorithm 2).
    """

    def __init__(
        self,
        layout: DiffusionLayout,
        velocity: Infer,
        decoder: Infer,
        steps: int,
        *,
        by_change: float | None = None,
    ) -> None:
        self._layout, self._velocity, self._decoder = layout, velocity, decoder
        self._steps, self._by_change = steps, by_change
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
        pulled = bool(words.any()) and guidance != 1
        before: FloatArray | None = None
        for index in range(steps):
            time = np.array([1 - index / steps], np.float32)
            way = self._velocity(z, time, words[None])
            if pulled and self._by_change is not None:
                picture = z - time * way
                if before is not None:
                    pull = np.float32((guidance - 1) * self._by_change)
                    way = way - pull * (picture - before) / time
                before = picture
            elif pulled:
                empty = self._velocity(z, time, self._nothing)
                way = empty + np.float32(guidance) * (way - empty)
            z = z - way / np.float32(steps)
            if on_step is not None:
                on_step(index + 1, steps)
        return self._decoder(z)
