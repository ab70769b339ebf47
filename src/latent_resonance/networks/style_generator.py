"""Mapping and synthesis as one, and weights of public checkpoints: parameters have their names."""

from collections.abc import Mapping as Table
from typing import Any, ClassVar, TypeVar

from torch import Tensor, nn

from latent_resonance.networks.checkpoint_names import load_by_name, mapping_options
from latent_resonance.networks.mapping import Mapping
from latent_resonance.networks.nearby import NearbyMapping

G = TypeVar("G", bound="StyleGenerator")


class StyleGenerator(nn.Module):
    """z (and c) => picture; constructor arguments are named as in public checkpoints.

    ``mapping_kwargs`` with a ``blur`` ask for a ``NearbyMapping``.
    """

    make_synthesis: ClassVar[Any]
    mapping_layers: ClassVar[int] = 8

    def __init__(
        self,
        z_dim: int,
        c_dim: int,
        w_dim: int,
        img_resolution: int | tuple[int, int],
        img_channels: int,
        mapping_kwargs: dict[str, Any] | None = None,
        **synthesis: Any,
    ) -> None:
        super().__init__()
        self.z_dim, self.c_dim, self.w_dim = z_dim, c_dim, w_dim
        self.synthesis = self.make_synthesis(w_dim, img_resolution, img_channels, **synthesis)
        self.num_ws: int = self.synthesis.num_ws
        options = mapping_kwargs or {}
        self.mapping: Mapping | NearbyMapping
        if "blur" in options:
            if c_dim or z_dim != w_dim:
                raise ValueError("a mapping to places near known ones has z as long as w, and no c")
            self.mapping = NearbyMapping(z_dim, self.num_ws, **options)
        else:
            options = {"num_layers": self.mapping_layers, **options}
            self.mapping = Mapping(z_dim, c_dim, w_dim, self.num_ws, **options)

    def forward(
        self, z: Tensor, c: Tensor | None = None, psi: float = 1.0, **synthesis: Any
    ) -> Tensor:
        """A picture for each z: float32 ``[batch, img_channels, height, width]``."""
        picture: Tensor = self.synthesis(self.mapping(z, c, psi), **synthesis)
        return picture


def from_checkpoint(
    make: type[G],
    init_kwargs: Table[str, Any],
    state: Table[str, Tensor],
    ignored: frozenset[str] = frozenset(),
) -> G:
    """The generator of a public checkpoint.

    Args:
        make: StyleGAN2's or StyleGAN3's.
        init_kwargs: what it was constructed with (z_dim, ..., synthesis options).
        state: parameter name to value; the generator's alone.
        ignored: options of training and of what plays the network, not of the network.

    Raises:
        ValueError: an option or a tensor does not fit.
    """
    options = dict(init_kwargs)
    options.update(options.pop("synthesis_kwargs", {}) or {})
    given = options.pop("mapping_kwargs", {}) or {}
    kept = {key: value for key, value in options.items() if key not in ignored}
    try:
        generator = make(mapping_kwargs=mapping_options(given, make.mapping_layers), **kept)
    except TypeError as error:
        raise ValueError(f"an option of the network is not known: {error}") from error
    load_by_name(generator, state)
    return generator
