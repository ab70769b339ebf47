"""Brings a place nearer to the sound it was found for: a few steps of descent through the network.

The bundle's own network, rebuilt in PyTorch from its weights, says which way.
"""

from typing import Any

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import InputError, MissingPartError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.models.engines.weights import read_weights
from latent_resonance.sound.unknown import known_columns

_RATE = 0.05
_NEAR = 0.02


class Refiner:
    """Called with levels and the place found for them, gives a better place.

    Args:
        bundle: a sound bundle.
        steps: of descent.

    Raises:
        InputError: steps below 1.
        MissingPartError: PyTorch is not installed.
        BundleError: it carries no weights, or they do not fit.
    """

    def __init__(self, bundle: Bundle, steps: int) -> None:
        if steps < 1:
            raise InputError(f"--refine {steps}: at least 1 step")
        self._steps, self._range = steps, bundle.sound_format.range_db
        try:
            import torch

            from latent_resonance.networks.rebuild import rebuild
        except ImportError as error:
            raise MissingPartError(
                "--refine needs PyTorch: pip install 'latent-resonance[train]'"
            ) from error
        self._torch = torch
        weights = read_weights(bundle)
        self._network: Any = rebuild(weights.facts, weights.tensors, bundle.format)
        spread = bundle.space.spread[: bundle.network_size]
        self._spread = torch.from_numpy(np.maximum(spread, 1e-3))

    def __call__(self, level_db: FloatArray, w: FloatArray) -> FloatArray:
        """The best place on the way, float32 ``[network_size]``; never worse than ``w``.

        Args:
            level_db: what is wanted, ``[bins, columns]``, the loudest at 0 dB; unknown columns
                ask for nothing.
            w: where to begin, ``[network_size]``.
        """
        torch = self._torch
        known = torch.from_numpy(known_columns(level_db, self._range).astype(np.float32))
        wanted = torch.from_numpy(np.ascontiguousarray(level_db, np.float32))[None] * known
        begin = torch.from_numpy(np.asarray(w, np.float32))[None]
        away = torch.zeros_like(begin, requires_grad=True)
        optimiser = torch.optim.Adam([away], lr=_RATE)
        best, least = begin, np.inf
        for _ in range(self._steps + 1):
            place = begin + away * self._spread
            missed = self._missed(self._network(place) * known, wanted)
            now = float(missed.detach())
            if now < least:
                best, least = place.detach().clone(), now
            # Near the beginning, where the encoder's places lie, sounds are sounds.
            loss = missed + _NEAR * away.square().mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        return np.asarray(best[0].numpy(), np.float32)

    def _missed(self, made: Any, wanted: Any) -> Any:
        """Mean difference of levels, fine and coarse, in shares of the range."""
        torch = self._torch
        total = torch.zeros(())
        for size in (1, 4, 16):
            pooled = [
                torch.nn.functional.avg_pool2d(one[:, None], size) if size > 1 else one[:, None]
                for one in (made, wanted)
            ]
            total = total + (pooled[0] - pooled[1]).abs().mean() / self._range
        return total
