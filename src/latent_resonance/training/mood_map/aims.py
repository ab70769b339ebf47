"""What the point of a passage of music is to be like; no labels are needed.

Music that sounds alike lies close together (passages of one song are pulled together, those of
others pushed apart: supervised contrastive learning, Khosla et al. 2020, with songs as classes);
one axis follows how driving it is and one how bright (RankNet, Burges et al. 2005, towards plain
measures); every stretch of each axis is used, and no axis says what another does (as in VICReg,
Bardes et al. 2022); and a song moves slowly.
"""

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import softplus

from latent_resonance.sense.listening.character import MEASURES

_NEAR = 0.25
"""Square of the distance at which a passage of another song counts as near."""
_STEEP = 4.0
_REACH = 0.95

# Signs by measure of what makes music driving (attacks, their contrast, a clear fast beat: Juslin
# and Laukka 2004 list tempo, articulation and sharp attacks), and bright.
_DRIVING = {
    "onset_strength_mean": 1.0,
    "onset_strength_deviation": 1.0,
    "rms_deviation": 0.5,
    "tempo": 0.5,
    "beat_confidence": 0.5,
}
_BRIGHT = {"centroid_mean": 1.0, "highs_mean": 1.0, "zero_crossing_rate_mean": 0.5}


def references(measures: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How driving and how bright passages are, ``[passages, 2]``, of standardised measures."""
    weights = np.zeros((len(MEASURES), 2))
    for column, signs in enumerate((_DRIVING, _BRIGHT)):
        for name, sign in signs.items():
            weights[MEASURES.index(name), column] = sign / sum(signs.values())
    return np.asarray(measures @ weights)


def contrast_loss(points: Tensor, songs: Tensor) -> Tensor:
    """Of points ``[n, axes]``, each of one of ``songs [n]``; every song has at least two."""
    square = torch.cdist(points, points).square()
    self_ = torch.eye(len(points), dtype=torch.bool)
    likely = torch.log_softmax((-square / _NEAR).masked_fill(self_, -1e9), 1)
    same = (songs[:, None] == songs[None]) & ~self_
    loss: Tensor = -(likely * same).sum(1).div(same.sum(1)).mean()
    return loss


def order_loss(points: Tensor, wanted: Tensor) -> Tensor:
    """Of points ``[n, axes]`` whose first axes are to rise with ``wanted [n, 2]``."""
    ordered = points[:, : wanted.shape[1]]
    apart = ordered[:, None] - ordered[None]
    asked = wanted[:, None] - wanted[None]
    wrong = softplus(-_STEEP * apart * asked.sign()) * asked.abs()
    return wrong.sum() / asked.abs().sum().clamp_min(1e-6)


def evenness_loss(points: Tensor) -> Tensor:
    """Distance of each axis' values ``[n, axes]`` from even ones, and their correlations."""
    count, axes = points.shape
    even = torch.linspace(-_REACH, _REACH, count)[:, None]
    uneven = (points.sort(dim=0).values - even).square().mean()
    centred = points - points.mean(0)
    unit = centred / centred.norm(dim=0).clamp_min(1e-6)
    alike = (unit.T @ unit).square().sum() - axes
    loss: Tensor = uneven + 0.1 * alike / (axes * (axes - 1))
    return loss


def smoothness_loss(points: Tensor, later: Tensor) -> Tensor:
    """Mean square way ``[n, axes]`` of the same songs a second later."""
    return (later - points).square().mean()
