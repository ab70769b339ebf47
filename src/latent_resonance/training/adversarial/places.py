"""The mapping learns where real sounds lie in w, as the encoder finds them.

A discriminator alone needs millions of pictures to tell a mapping which places are good. The
encoder knows them already: the mapping's places are drawn to the distribution of the encoder's by
their energy distance (Szekely and Rizzo 2013, "Energy statistics", eq. 5), which is zero only
where both are the same.
"""

import torch
from torch import Tensor, nn

_KEPT = 2048


class PlaceMemory(nn.Module):
    """The last 2,048 places that the encoder found; a buffer, so that a resumed run has them.

    Args:
        w_dim: length of w.
    """

    places: Tensor
    count: Tensor

    def __init__(self, w_dim: int) -> None:
        super().__init__()
        self.register_buffer("places", torch.zeros(_KEPT, w_dim))
        self.register_buffer("count", torch.zeros([], dtype=torch.int64))

    @torch.no_grad()
    def remember(self, w: Tensor) -> None:
        """Add ``w [batch, w_dim]``; the oldest go."""
        where = (torch.arange(len(w), device=w.device) + self.count) % _KEPT
        self.places[where] = w.detach().float()
        self.count += len(w)

    def draw(self, count: int) -> Tensor:
        """Random ones of the remembered, ``[count, w_dim]``."""
        known = self.known()
        return known[torch.randint(len(known), (count,), device=known.device)]

    def known(self) -> Tensor:
        """All that are remembered, ``[n, w_dim]``."""
        return self.places[: min(int(self.count), _KEPT)]

    def mean(self) -> Tensor:
        """Their middle, ``[w_dim]``."""
        return self.known().mean(0)

    def spread(self) -> Tensor:
        """Standard deviation along each dimension, ``[w_dim]``."""
        return self.known().std(0, correction=0) + 1e-4


def energy_distance(made: Tensor, wanted: Tensor, scale: Tensor) -> Tensor:
    """Between two samples ``[n, w_dim]``, each dimension divided by ``scale``; about 0 and up."""
    made, wanted = made / scale, wanted / scale
    between = torch.cdist(made, wanted).mean()
    return 2 * between - _within(made) - _within(wanted)


def _within(points: Tensor) -> Tensor:
    """Mean distance between different points."""
    count = len(points)
    return torch.nn.functional.pdist(points).mean() if count > 1 else points.new_zeros([])
