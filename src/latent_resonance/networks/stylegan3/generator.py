"""Mapping and synthesis as one."""

from typing import Any

from torch import Tensor, nn

from latent_resonance.networks.mapping import Mapping
from latent_resonance.networks.stylegan3.synthesis import Synthesis


class Generator(nn.Module):
    """Constructor arguments are named as in public checkpoints; two mapping layers by default."""

    def __init__(
        self,
        z_dim: int,
        c_dim: int,
        w_dim: int,
        img_resolution: int,
        img_channels: int,
        mapping_kwargs: dict[str, Any] | None = None,
        **synthesis: Any,
    ) -> None:
        super().__init__()
        self.z_dim, self.c_dim, self.w_dim = z_dim, c_dim, w_dim
        self.synthesis = Synthesis(w_dim, img_resolution, img_channels, **synthesis)
        self.num_ws = self.synthesis.num_ws
        options = {"num_layers": 2, **(mapping_kwargs or {})}
        self.mapping = Mapping(z_dim, c_dim, w_dim, self.num_ws, **options)

    def forward(
        self, z: Tensor, c: Tensor | None = None, psi: float = 1.0, *, update: bool = False
    ) -> Tensor:
        """A picture for each z: float32 ``[batch, img_channels, size, size]``."""
        picture: Tensor = self.synthesis(self.mapping(z, c, psi, update=update), update=update)
        return picture
