"""A mapping that leads near places which are known: a kernel density estimate of w.

Where an encoder says which places sound real, they are the best that is known of their
distribution, and a few thousand lie too thin in 128 dimensions for a network to learn their shape.
So z chooses one of them and blurs it (Rosenblatt 1956, Parzen 1962), with the kernel shrunk towards
the middle so that the whole is as wide as the places are (West 1993, "Approximating posterior
distributions by mixtures", section 3.2).
"""

import math

import torch
from torch import Tensor, nn


class NearbyMapping(nn.Module):
    """z => w, as ``Mapping`` does, from places instead of layers.

    The first number of z chooses the place, all of them the way from it.

    Args:
        z_dim: length of z and of w.
        num_ws: styles that the synthesis takes.
        blur: of the kernel, in deviations, 0..1; 1 is the normal of the places' covariance.
        count: places that are kept.
    """

    places: Tensor
    root: Tensor
    w_avg: Tensor

    def __init__(self, z_dim: int, num_ws: int, blur: float, count: int = 1024) -> None:
        super().__init__()
        self.z_dim, self.c_dim, self.w_dim, self.num_ws = z_dim, 0, z_dim, num_ws
        self.blur = blur
        self.register_buffer("places", torch.zeros(count, z_dim))
        self.register_buffer("root", torch.zeros(z_dim, z_dim))
        self.register_buffer("w_avg", torch.zeros(z_dim))

    @torch.no_grad()
    def remember(self, places: Tensor) -> None:
        """Take the latest of ``places [n, w_dim]``, repeated where they are too few."""
        count = len(self.places)
        chosen = places[-count:]
        again = math.ceil(count / len(chosen))
        self.places.copy_(chosen.repeat(again, 1)[:count])
        self.w_avg.copy_(places.mean(0))
        self.root.copy_(covariance_root(places))

    def forward(
        self, z: Tensor, c: Tensor | None = None, psi: float = 1.0, *, update: bool = False
    ) -> Tensor:
        """``z [batch, z_dim]``, standard normal => ``w [batch, num_ws, w_dim]``.

        Args:
            z: the seed of the place.
            c: there are no conditions.
            psi: truncation: 1 none, 0 the average alone.
            update: there is no average to update, it comes with the places.
        """
        z = z.float()
        share = 0.5 * (1 + torch.erf(z[:, 0] / math.sqrt(2)))
        index = (share * len(self.places)).long().clamp(0, len(self.places) - 1)
        keep = math.sqrt(1 - self.blur**2)
        away = keep * (self.places[index] - self.w_avg) + self.blur * z @ self.root
        w = self.w_avg + psi * away
        return w.unsqueeze(1).expand(-1, self.num_ws, -1)


def covariance_root(places: Tensor) -> Tensor:
    """Symmetric square root of the covariance of ``places [n, w_dim]``, ``[w_dim, w_dim]``.

    Zeros for fewer than two places, which do not spread.
    """
    if len(places) < 2:
        return places.new_zeros(places.shape[1], places.shape[1])
    values, axes = torch.linalg.eigh(torch.cov(places.t().double()))
    root: Tensor = (axes * values.clamp(min=0).sqrt()) @ axes.t()
    return root.float()
