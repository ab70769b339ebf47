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


def grain_loss(one: Tensor, other: Tensor, wanted: Tensor) -> Tensor:
    """How strongly chance moves levels, alike in patches of 8 x 8.

    The grain of noise cannot be told, its strength can. ``one`` and ``other`` are of equal places
    and differ by the noise inputs alone, so that only those can learn it: asked for in one picture,
    fixed patterns would give it as well.
    """
    made = _grain((one - other) / 2**0.5)
    return (made - _grain(wanted)).abs().mean()


def _grain(picture: Tensor) -> Tensor:
    """Mean distance from neighbours in time or in frequency, whichever is smaller.

    A partial stands out in frequency only, an attack in time only; noise does in both.
    """
    found = []
    for kernel, padding in (((1, 3), (0, 1)), ((3, 1), (1, 0))):
        smooth = avg_pool2d(picture, kernel, 1, padding, count_include_pad=False)
        found.append(avg_pool2d((picture - smooth).abs(), 8))
    return torch.minimum(*found)


def reconstruction_loss(made: Tensor, wanted: Tensor, finest: float = 0.25) -> Tensor:
    """Levels in -1..1 alike at four scales.

    Noise cannot be told grain by grain, so the finest scale counts least, and little where a
    discriminator looks after it. What is loud counts ten times what is at the floor, and each
    picture counts the same: else a click in silence is forgotten.
    """
    total = made.new_zeros([])
    audible = 0.1 + 0.9 * torch.sigmoid((wanted + 0.4) * 8)
    audible = audible / audible.mean((1, 2, 3), keepdim=True)
    error = made - wanted
    for weight in (finest, 0.5, 1.0, 1.0):
        total = total + weight * (audible * error.abs()).mean()
        error, audible = avg_pool2d(error, 2), avg_pool2d(audible, 2)
        if min(error.shape[2:]) < 4:
            break
    return total
