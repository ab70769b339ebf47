"""How good an encoder is: windows that it never learned from, whole and cut off, there and back."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.training.bundling import convergence_db
from latent_resonance.training.encoder.frozen import FrozenGenerator
from latent_resonance.training.encoder.losses import spectral_loss
from latent_resonance.training.encoder.masks import hide_end
from latent_resonance.training.encoder.real_clips import RealClips, middle_window

_MOST, _MADE = 48, 24
_CUT = 0.6
_CUT_WEIGHT = 0.25

Place = Callable[[FloatArray], FloatArray]
"""Levels ``[n, bins, columns]`` to places ``[n, w_dim]``."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Means over the judged windows.

    Attributes:
        loss: what the best encoder has least of: the spectral loss, whole and cut off.
        convergence_db: spectral convergence of whole windows, dB, below 0.
        level_db: mean difference of levels of whole windows, dB, where the wanted one is audible.
        cut_convergence_db: of windows whose last 60 % were not shown.
    """

    loss: float
    convergence_db: float
    level_db: float
    cut_convergence_db: float


class Judge:
    """Holds the windows: of held-out clips where there are any, else of the generator's own.

    Args:
        generator: of the bundle.
        clips: with those that were kept back.
        seed: of the generator's own.
    """

    def __init__(self, generator: FrozenGenerator, clips: RealClips, seed: int) -> None:
        self._generator, self._layout = generator, generator.layout
        self.is_real = bool(clips.held_out)
        if self.is_real:
            few = clips.held_out[:: max(1, -(-len(clips.held_out) // _MOST))]
            windows = [middle_window(one.level_db, self._layout) for one in few]
        else:
            random = np.random.default_rng([seed, 7])
            windows = list(generator.levels(generator.draw(_MADE, random)))
        self.windows: FloatArray = np.stack(windows)
        self._shown = at_top(self.windows, self._layout)
        self._cut = hide_end(self._shown, self._layout, _CUT)

    def __call__(self, place: Place) -> Verdict:
        """The verdict on an encoder."""
        whole = self._generator.levels(place(self._shown))
        cut = self._generator.levels(place(self._cut))
        losses = [
            float(
                spectral_loss(torch.from_numpy(made), torch.from_numpy(self.windows), self._range)
            )
            for made in (whole, cut)
        ]
        audible = self.windows > -0.75 * self._range
        return Verdict(
            (1 - _CUT_WEIGHT) * losses[0] + _CUT_WEIGHT * losses[1],
            self._convergence(whole),
            float(np.abs(whole - self.windows)[audible].mean()),
            self._convergence(cut),
        )

    @property
    def _range(self) -> float:
        return self._layout.range_db

    def _convergence(self, made: FloatArray) -> float:
        pairs = zip(made, self.windows, strict=True)
        return float(np.mean([convergence_db(one, wanted) for one, wanted in pairs]))


def at_top(level_db: FloatArray, layout: SpectrogramFormat) -> FloatArray:
    """Windows ``[n, bins, columns]`` with their loudest at 0 dB."""
    top = level_db.max(axis=(1, 2), keepdims=True)
    return np.asarray(np.clip(level_db - top, -layout.range_db, 0), np.float32)


def placing(encoder: nn.Module, range_db: float) -> Place:
    """A PyTorch encoder of scaled levels ``[n, 1, bins, columns]`` as what is judged."""

    @torch.no_grad()
    def place(level_db: FloatArray) -> FloatArray:
        found: Tensor = encoder(scaled(torch.from_numpy(level_db), range_db))
        return np.asarray(found.numpy(), np.float32)

    return place


def scaled(level_db: Tensor, range_db: float) -> Tensor:
    """Levels as encoders read them: -1 the floor, 1 is 0 dB, unknown below."""
    return level_db[:, None] * (2 / range_db) + 1
