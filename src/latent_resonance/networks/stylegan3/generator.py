"""Mapping and synthesis as one."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from latent_resonance.networks.style_generator import StyleGenerator, from_checkpoint
from latent_resonance.networks.stylegan3.synthesis import Synthesis


class Generator(StyleGenerator):
    """StyleGAN3's: two mapping layers by default."""

    make_synthesis = Synthesis
    mapping_layers = 2


def from_nvidia(init_kwargs: Mapping[str, Any], state: Mapping[str, Tensor]) -> Generator:
    """The generator of a checkpoint, see ``from_checkpoint``."""
    return from_checkpoint(Generator, init_kwargs, state)
