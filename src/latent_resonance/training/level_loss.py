"""How far levels are from the wanted ones, as the ear would say it."""

import torch
from torch import Tensor


def level_loss(made: Tensor, level: Tensor, range_db: float = 80.0) -> Tensor:
    """Decibels where it can be heard, and magnitudes for the partials.

    Below the floor the target asks only to stay below; above 0 dB nothing is forgiven.

    Args:
        made: levels ``[batch, bins, columns]``, not clipped.
        level: the wanted ones, in ``-range_db .. 0``.
        range_db: where the floor is.
    """
    floor = -range_db
    error = torch.where((level <= floor + 1) & (made < level), 0.01 * (made - level), made - level)
    audible = 0.25 + 0.75 * torch.sigmoid((level + 55) / 6)
    in_db = (audible * error.abs()).mean() / 40
    difference = torch.pow(10, made.clamp(floor, 3) / 40) - torch.pow(10, level / 40)
    in_magnitude = difference.square().mean() * 20
    # How it moves: the change from column to column, which a mean over time would lose.
    motion = (audible[:, :, 1:] * (made.diff(dim=2) - level.diff(dim=2)).abs()).mean() / 40
    return in_db + in_magnitude + 0.25 * motion


def convergence_loss(made: Tensor, level: Tensor) -> Tensor:
    """``|made - wanted| / |wanted|`` of magnitudes, mean over the batch: spectral convergence."""
    wanted = torch.pow(10, level / 20)
    away = torch.pow(10, made.clamp(max=6) / 20) - wanted
    return (away.square().sum((1, 2)).sqrt() / wanted.square().sum((1, 2)).sqrt()).mean()
