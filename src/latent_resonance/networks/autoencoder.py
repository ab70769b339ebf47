"""An autoencoder of spectrogram windows whose decoder is the generator.

Plain, or variational (Kingma and Welling 2013, 1312.6114); on its own, or told what and how high
the sound is (a condition, joined to the latent). Frequency is dense, time is convolved: a bin is
not like its neighbour (a harmonic is one bin wide), but a column is much like the next. Convolving
over frequency blurs harmonics; a dense layer to all bins keeps them sharp. For sounds without
partials, ``plane_autoencoder.py`` convolves over both.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class AutoencoderSize:
    """The numbers that fix the shapes.

    Attributes:
        latent: length of w, without its conditions.
        bins: rows of the spectrogram.
        columns: its columns, a power of two times ``seeds``.
        hidden: width of the static path.
        channels: width of the path over time.
        seeds: positions in time that the latent is unfolded to.
        conditions: numbers that w carries after the latent: what the sound is asked to be.
    """

    latent: int = 64
    bins: int = 256
    columns: int = 256
    hidden: int = 640
    channels: int = 160
    seeds: int = 8
    conditions: int = 0

    @property
    def length(self) -> int:
        """Length of w, conditions included."""
        return self.latent + self.conditions


class Decoder(nn.Module):
    """w => hidden => seeds over time => columns => levels.

    Two paths meet before the last layer: what the sound is (static), and how it moves.
    """

    def __init__(self, size: AutoencoderSize, range_db: float = 80.0) -> None:
        super().__init__()
        self.size = size
        self.range_db = range_db
        h, c = size.hidden, size.channels
        self.unfold = nn.Sequential(nn.Linear(size.length, h), nn.GELU(), Residual(h), Residual(h))
        self.to_seeds = nn.Linear(h, c * size.seeds)
        steps = (size.columns // size.seeds).bit_length() - 1
        if size.seeds << steps != size.columns:
            raise ValueError(
                f"columns {size.columns} must be seeds {size.seeds} times a power of 2"
            )
        self.grow = nn.ModuleList(Grow(c) for _ in range(steps))
        self.moving = nn.Conv1d(c, h, 1)
        self.static = nn.Linear(h, h)
        self.to_bins = nn.Conv1d(h, size.bins, 1)
        self.to_spectrum = nn.Linear(h, size.bins)

    def forward(self, w: Tensor) -> Tensor:
        """``w [batch, length]`` => levels in dB ``[batch, bins, columns]``, in -range_db .. 0."""
        hidden = self.unfold(w)
        moving = self.to_seeds(hidden).unflatten(1, (self.size.channels, self.size.seeds))
        for grow in self.grow:
            moving = grow(moving)
        mixed = nn.functional.gelu(self.moving(moving) + self.static(hidden).unsqueeze(2))
        scaled: Tensor = self.to_bins(mixed) + self.to_spectrum(hidden).unsqueeze(2)
        return to_level(scaled, self.range_db, clipped=not self.training)


def to_level(scaled: Tensor, range_db: float, *, clipped: bool) -> Tensor:
    """0 is the floor and 1 the top; training sees beyond both, so that gradients live there."""
    level = scaled - 1
    if clipped:
        level = level.clamp(-1.0, 0.0)
    return level * range_db


def joined(value: Tensor, conditions: Tensor | None, count: int) -> Tensor:
    """``value [batch, n]`` with its conditions ``[batch, count]`` behind it.

    Raises:
        ValueError: they are missing.
    """
    if not count:
        return value
    if conditions is None:
        raise ValueError(f"this network is conditional: conditions must be [batch, {count}]")
    return torch.cat([value, conditions.to(value.dtype)], 1)


class Encoder(nn.Module):
    """Levels => columns, thinned over time => mean and log-variance of w."""

    def __init__(self, size: AutoencoderSize, range_db: float = 80.0) -> None:
        super().__init__()
        self.size = size
        self.range_db = range_db
        width = 384
        self.columns = nn.Sequential(
            nn.Conv1d(size.bins, width, 5, stride=4, padding=2),
            nn.GELU(),
            nn.Conv1d(width, width, 5, stride=4, padding=2),
            nn.GELU(),
            nn.Conv1d(width, width, 3, stride=2, padding=1),
            nn.GELU(),
        )
        self.whole = nn.Sequential(nn.Linear(2 * width + size.conditions, width), nn.GELU())
        self.to_latent = nn.Linear(width, 2 * size.latent)

    def forward(self, level_db: Tensor, conditions: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Levels ``[batch, bins, columns]`` => mean and log-variance, each ``[batch, latent]``."""
        columns = self.columns(level_db / self.range_db + 0.5)
        pooled = torch.cat([columns.mean(2), columns.std(2)], 1)
        pooled = joined(pooled, conditions, self.size.conditions)
        mean, log_variance = self.to_latent(self.whole(pooled)).chunk(2, 1)
        return mean, log_variance.clamp(-8, 2)


class Residual(nn.Module):
    """A dense layer beside what it is given."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.linear = nn.Linear(width, width)

    def forward(self, value: Tensor) -> Tensor:
        """``[batch, width]`` => ``[batch, width]``."""
        out: Tensor = value + nn.functional.gelu(self.linear(self.norm(value)))
        return out


class Grow(nn.Module):
    """Twice as many positions in time."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.convolve = nn.Conv1d(channels, channels, 3, padding=1)

    def forward(self, value: Tensor) -> Tensor:
        """``[batch, channels, n]`` => ``[batch, channels, 2 n]``."""
        wide = nn.functional.interpolate(value, scale_factor=2, mode="nearest")
        return wide + nn.functional.gelu(self.convolve(wide))
