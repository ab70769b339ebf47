"""How far a sound that came back is from the one that was meant.

Levels, fine and coarse; statistics of bands; and the energy in cells of several shapes, from long
and narrow to short and broad. A cell's energy is about what a transform with a longer or shorter
window would find there: the multi-resolution STFT loss of Yamamoto et al. 2020 (Parallel WaveGAN,
1910.11480, section 2.2: spectral convergence and log magnitudes, mean over resolutions), read from
one spectrogram, since windows of a bundle are levels and have no phase.
"""

import torch
from torch import Tensor
from torch.nn import functional

from latent_resonance.training.level_loss import level_loss

_CELLS = ((1, 8), (8, 1), (4, 4), (16, 16), (2, 64))
_FLOOR_DB = -60.0
_BAND = 8


def place_loss(found: Tensor, wanted: Tensor, spread: Tensor) -> Tensor:
    """Mean square of places' difference ``[n, w_dim]``, in deviations of the space."""
    return ((found - wanted) / spread).square().mean()


def spectral_loss(made: Tensor, level: Tensor, range_db: float) -> Tensor:
    """Levels at four scales, cells, and statistics of bands.

    Args:
        made: ``[n, bins, columns]`` in dB, not clipped.
        level: the wanted ones, in ``-range_db .. 0``.
        range_db: where the floor is.
    """
    heard = made.clamp(-range_db, 6)
    return (
        scale_loss(made, level, range_db)
        + 0.5 * cell_loss(heard, level)
        + band_loss(heard, level)
        + 0.1 * level_loss(made, level, range_db)
    )


def scale_loss(made: Tensor, level: Tensor, range_db: float) -> Tensor:
    """Differences of levels at four scales, in halves of the range; the finest counts least.

    Grain cannot be told column by column: an encoder that is asked to finds the place of the mean
    of all grains, which is a blur and of no kind. So errors are averaged before they count. What is
    loud counts ten times what is at the floor, and each window counts the same.
    """
    unit = range_db / 2
    below = (level <= 1 - range_db) & (made < level)
    error = (torch.where(below, 0.01 * (made - level), made - level) / unit)[:, None]
    audible = (0.1 + 0.9 * torch.sigmoid((level / unit + 1.4) * 8))[:, None]
    audible = audible / audible.mean((1, 2, 3), keepdim=True)
    total = made.new_zeros([])
    for weight in (0.1, 0.5, 1.0, 1.0):
        total = total + weight * (audible * error.abs()).mean()
        error, audible = functional.avg_pool2d(error, 2), functional.avg_pool2d(audible, 2)
    return total


def band_loss(made: Tensor, level: Tensor) -> Tensor:
    """What a sound is at all times: mean, spread and unrest of the levels of each band.

    Textures are told apart by such statistics (McDermott and Simoncelli 2011), and a blur has
    others. In units of 40 dB.
    """
    total = made.new_zeros([])
    pairs = zip(_statistics(made), _statistics(level), strict=True)
    for ours, wanted in pairs:
        total = total + (ours - wanted).abs().mean()
    return total


def _statistics(level: Tensor) -> list[Tensor]:
    """Means, deviations and mean steps of bands over time, ``[n, bands]`` each, in 40 dB."""
    rows = level.clamp(min=_FLOOR_DB) / 40
    spread = rows.var(2, correction=0).add(1e-4).sqrt()
    steps = rows.diff(dim=2).abs().mean(2)
    return [functional.avg_pool1d(one, _BAND) for one in (rows.mean(2), spread, steps)]


def cell_loss(made: Tensor, level: Tensor) -> Tensor:
    """Spectral convergence and log magnitudes of the energy in cells, mean over their shapes."""
    powers = [torch.pow(10, one[:, None] / 10) for one in (made, level)]
    total = made.new_zeros([])
    floor = 10 ** (_FLOOR_DB / 10)
    for shape in _CELLS:
        fits = (min(shape[0], made.shape[1]), min(shape[1], made.shape[2]))
        ours, wanted = (functional.avg_pool2d(one, fits)[:, 0] for one in powers)
        # A root of nothing has no slope.
        away = (ours + 1e-10).sqrt() - (wanted + 1e-10).sqrt()
        missed = away.square().sum((1, 2)).add(1e-12).sqrt() / wanted.sum((1, 2)).sqrt()
        apart = ((ours + floor).log10() - (wanted + floor).log10()).abs().mean((1, 2))
        total = total + (missed + apart / 2).mean()
    return total / len(_CELLS)
