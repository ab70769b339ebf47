"""From a normal z, and a condition, to the place w that styles every layer.

Karras et al. 2018 (1812.04948); the truncation trick: section B there.
"""

import itertools

import torch
from torch import Tensor, nn

from latent_resonance.networks.equalised import Dense


def unit_square(value: Tensor) -> Tensor:
    """Scale each row so that the mean of its squares is 1."""
    return value * (value.square().mean(1, keepdim=True) + 1e-8).rsqrt()


def condition(c: Tensor | None, c_dim: int) -> Tensor:
    """The condition ``c`` of a conditional network.

    Raises:
        ValueError: it is missing.
    """
    if c is None:
        raise ValueError(f"this network is conditional: c must be [batch, {c_dim}]")
    return c


class Mapping(nn.Module):
    """z (and c) => w, the same for each of ``num_ws`` styles.

    Args:
        z_dim: length of z, 0 for a condition alone.
        c_dim: length of c, 0 for none.
        w_dim: length of w.
        num_ws: styles that the synthesis takes.
        num_layers: dense layers.
        embed_features: width that c is embedded to; w_dim when None.
        layer_features: width between the layers; w_dim when None.
        rate: of learning, relative.
        w_avg_beta: how slowly ``w_avg`` follows.
        activate_last: rectify w itself, as the paper does; else w is as even as a normal z.
    """

    def __init__(
        self,
        z_dim: int,
        c_dim: int,
        w_dim: int,
        num_ws: int,
        *,
        num_layers: int = 8,
        embed_features: int | None = None,
        layer_features: int | None = None,
        rate: float = 0.01,
        w_avg_beta: float = 0.998,
        activate_last: bool = True,
    ) -> None:
        super().__init__()
        self.z_dim, self.c_dim, self.w_dim, self.num_ws = z_dim, c_dim, w_dim, num_ws
        self.num_layers, self.activate_last = num_layers, activate_last
        self.w_avg_beta = w_avg_beta
        embedded = (embed_features or w_dim) if c_dim else 0
        between = layer_features or w_dim
        if c_dim:
            self.embed = Dense(c_dim, embedded)
        widths = [z_dim + embedded, *([between] * (num_layers - 1)), w_dim]
        for index, (wide, out) in enumerate(itertools.pairwise(widths)):
            rectified = activate_last or index < num_layers - 1
            self.add_module(f"fc{index}", Dense(wide, out, rate=rate, activate=rectified))
        self.register_buffer("w_avg", torch.zeros(w_dim))

    w_avg: Tensor

    def forward(
        self,
        z: Tensor,
        c: Tensor | None = None,
        psi: float = 1.0,
        cutoff: int | None = None,
        *,
        update: bool = False,
    ) -> Tensor:
        """``z [batch, z_dim]``, ``c [batch, c_dim]`` => ``w [batch, num_ws, w_dim]``.

        Args:
            z: the seed of the place.
            c: the condition.
            psi: truncation: 1 none, 0 the average alone.
            cutoff: styles that are truncated, all when None.
            update: let ``w_avg`` follow this batch.
        """
        parts = [unit_square(z.float())] if self.z_dim else []
        if self.c_dim:
            parts.append(unit_square(self.embed(condition(c, self.c_dim).float())))
        value = torch.cat(parts, 1)
        for index in range(self.num_layers):
            value = getattr(self, f"fc{index}")(value)
        if update:
            with torch.no_grad():
                self.w_avg.lerp_(value.detach().float().mean(0), 1 - self.w_avg_beta)
        w = value.float().unsqueeze(1).expand(-1, self.num_ws, -1)
        if psi != 1.0:
            kept = self.num_ws if cutoff is None else cutoff
            near = torch.lerp(self.w_avg, w[:, :kept], psi)
            w = torch.cat([near, w[:, kept:]], 1) if kept < self.num_ws else near
        return w
