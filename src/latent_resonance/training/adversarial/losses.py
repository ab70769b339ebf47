"""What generator and discriminator are asked for."""

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, softplus


def generator_loss(fake: Tensor, real: Tensor | None) -> Tensor:
    """Non-saturating logistic (1406.2661), or relativistic when ``real`` logits are given.

    Relativistic pairing: Jolicoeur-Martineau 2018 (1807.00734), as in R3GAN (2501.05441, eq. 2).
    """
    return (
        softplus(-fake.float()).mean() if real is None else softplus((real - fake).float()).mean()
    )


def discriminator_loss(real: Tensor, fake: Tensor, relativistic: bool) -> Tensor:
    """The other side of ``generator_loss``; binary cross-entropy when not relativistic."""
    real, fake = real.float(), fake.float()
    if relativistic:
        return softplus(fake - real).mean()
    return softplus(-real).mean() + softplus(fake).mean()


def gradient_penalty(logits: Tensor, pictures: Tensor) -> Tensor:
    """``|dD/dx|^2``, mean over the batch: R1 on real, R2 on made pictures (1801.04406)."""
    (slope,) = torch.autograd.grad(logits.sum(), pictures, create_graph=True)
    return slope.square().sum((1, 2, 3)).mean()


class PathLength(nn.Module):
    """Path-length regulariser (1912.04958, section 3.2): equal steps in w, equal steps in sound."""

    mean: Tensor

    def __init__(self, decay: float = 0.01) -> None:
        super().__init__()
        self.decay = decay
        self.register_buffer("mean", torch.zeros([]))

    def forward(self, pictures: Tensor, ws: Tensor) -> Tensor:
        """Squared distance of the Jacobian's length from its running mean."""
        noise = torch.randn_like(pictures) / (pictures.shape[2] * pictures.shape[3]) ** 0.5
        (slope,) = torch.autograd.grad((pictures * noise).sum(), ws, create_graph=True)
        lengths = slope.square().sum(2).mean(1).sqrt()
        with torch.no_grad():
            self.mean.lerp_(lengths.detach().mean(), self.decay)
        return (lengths - self.mean.clone()).square().mean()


def speckle_loss(made: Tensor, wanted: Tensor, finest: float = 0.5) -> Tensor:
    """Levels under the grain, and how strong it is where there is something to hear.

    Args:
        made: level and strength before its sigmoid, ``[n, 2, h, w]``.
        wanted: level and strength 0..1 of real pictures, as ``Speckle.part`` gives them.
        finest: weight of the finest scale; without grain, it can be told.
    """
    level, strength = wanted[:, :1], wanted[:, 1:]
    audible = torch.sigmoid((level + 0.6) * 8)
    away = (torch.sigmoid(made[:, 1:].float()) - strength).abs()
    return reconstruction_loss(made[:, :1], level, finest) + 0.3 * (audible * away).mean()


def reconstruction_loss(
    made: Tensor, wanted: Tensor, finest: float = 0.25, *, levels: bool = True
) -> Tensor:
    """Pictures in -1..1 alike at four scales.

    Noise cannot be told grain by grain, so the finest scale counts least, and little where a
    discriminator looks after it. Of levels, what is loud counts ten times what is at the floor, and
    each picture counts the same: else a click in silence is forgotten.
    """
    total = made.new_zeros([])
    audible = torch.ones_like(wanted)
    if levels:
        audible = 0.1 + 0.9 * torch.sigmoid((wanted + 0.4) * 8)
        audible = audible / audible.mean((1, 2, 3), keepdim=True)
    error = made - wanted
    for weight in (finest, 0.5, 1.0, 1.0):
        total = total + weight * (audible * error.abs()).mean()
        error, audible = avg_pool2d(error, 2), avg_pool2d(audible, 2)
        if min(error.shape[2:]) < 4:
            break
    return total
