"""An autoencoder that convolves over frequency and time alike: small, for sounds without partials.

Noise and impacts look alike wherever they lie in the plane; harmonics do not, and come out blurred
(``autoencoder.py`` keeps them sharp). Shapes and conditions are the same as there.
"""

import itertools

import torch
from torch import Tensor, nn
from torch.nn import functional

from latent_resonance.networks.autoencoder import AutoencoderSize, joined, to_level

_SEED = 8


def _doublings(size: AutoencoderSize) -> int:
    """How often a seed of 8 by so many columns is doubled to the whole window.

    Raises:
        ValueError: bins are no power of two from 32 on, or columns are not divisible likewise.
    """
    count = (size.bins // _SEED).bit_length() - 1
    if count < 2 or _SEED << count != size.bins or size.columns % (1 << count):
        raise ValueError(
            f"bins {size.bins} must be a power of 2 from 32 on, columns {size.columns} a multiple "
            f"of an eighth of them"
        )
    return count


def _widths(size: AutoencoderSize) -> list[int]:
    """Channels from the seed to the whole plane: fewer as it grows."""
    return [max(8, size.channels >> max(0, n - 1)) for n in range(_doublings(size) + 1)]


class PlaneDecoder(nn.Module):
    """w => a seed of 8 rows => doubled and convolved up to the plane."""

    def __init__(self, size: AutoencoderSize, range_db: float = 80.0) -> None:
        super().__init__()
        self.size = size
        self.range_db = range_db
        widths = _widths(size)
        across = size.columns >> _doublings(size)
        self.seed = (widths[0], _SEED, across)
        self.unfold = nn.Sequential(
            nn.Linear(size.length, size.hidden),
            nn.GELU(),
            nn.Linear(size.hidden, widths[0] * _SEED * across),
        )
        self.grow = nn.ModuleList(
            nn.Conv2d(inputs, outputs, 3, padding=1)
            for inputs, outputs in itertools.pairwise(widths)
        )
        self.to_plane = nn.Conv2d(widths[-1], 1, 3, padding=1)

    def forward(self, w: Tensor) -> Tensor:
        """``w [batch, length]`` => levels in dB ``[batch, bins, columns]``, in -range_db .. 0."""
        value = self.unfold(w).unflatten(1, self.seed)
        for convolve in self.grow:
            wide = functional.interpolate(functional.gelu(value), scale_factor=2, mode="nearest")
            value = convolve(wide)
        scaled: Tensor = self.to_plane(functional.gelu(value))[:, 0]
        return to_level(scaled, self.range_db, clipped=not self.training)


class PlaneEncoder(nn.Module):
    """The decoder's way back: halved and convolved down to the seed, then to mean and variance."""

    def __init__(self, size: AutoencoderSize, range_db: float = 80.0) -> None:
        super().__init__()
        self.size = size
        self.range_db = range_db
        widths = _widths(size)[::-1]
        self.first = nn.Conv2d(1, widths[0], 3, padding=1)
        self.thin = nn.ModuleList(
            nn.Conv2d(inputs, outputs, 4, stride=2, padding=1)
            for inputs, outputs in itertools.pairwise(widths)
        )
        seed = widths[-1] * _SEED * (size.columns >> _doublings(size))
        self.whole = nn.Sequential(nn.Linear(seed + size.conditions, size.hidden), nn.GELU())
        self.to_latent = nn.Linear(size.hidden, 2 * size.latent)

    def forward(self, level_db: Tensor, conditions: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Levels ``[batch, bins, columns]`` => mean and log-variance, each ``[batch, latent]``."""
        value = self.first((level_db / self.range_db + 0.5).unsqueeze(1))
        for convolve in self.thin:
            value = convolve(functional.gelu(value))
        flat = torch.flatten(functional.gelu(value), 1)
        hidden = self.whole(joined(flat, conditions, self.size.conditions))
        mean, log_variance = self.to_latent(hidden).chunk(2, 1)
        return mean, log_variance.clamp(-8, 2)
