"""How far a sound that came back is from the one that was meant.

Beside the levels themselves (``training/level_loss.py``), the energy in cells of several shapes,
from long and narrow to short and broad. A cell's energy is about what a transform with a longer or
shorter window would find there: the multi-resolution STFT loss of Yamamoto et al. 2020 (Parallel
WaveGAN, 1910.11480, section 2.2: spectral convergence and log magnitudes, mean over resolutions),
read from one spectrogram, since windows of a bundle are levels and have no phase.
"""

import torch
from torch import Tensor
from torch.nn import functional

from latent_resonance.training.level_loss import convergence_loss, level_loss

_CELLS = ((1, 8), (8, 1), (4, 4), (16, 16), (2, 64))
_FLOOR_DB = -60.0


def place_loss(found: Tensor, wanted: Tensor, spread: Tensor) -> Tensor:
    """Mean square of places' difference ``[n, w_dim]``, in deviations of the space."""
    return ((found - wanted) / spread).square().mean()


def spectral_loss(made: Tensor, level: Tensor, range_db: float) -> Tensor:
    """Levels, spectral convergence, and cells.

    Args:
        made: ``[n, bins, columns]`` in dB, not clipped.
        level: the wanted ones, in ``-range_db .. 0``.
        range_db: where the floor is.
    """
    whole = level_loss(made, level, range_db) + 0.5 * convergence_loss(made, level)
    return whole + 0.5 * cell_loss(made.clamp(-range_db, 6), level)


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
