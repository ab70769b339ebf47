"""Weights of public StyleGAN3 checkpoints: our parameters have their names."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from latent_resonance.networks.checkpoint_names import load_by_name, mapping_options
from latent_resonance.networks.stylegan3.generator import Generator


def from_nvidia(init_kwargs: Mapping[str, Any], state: Mapping[str, Tensor]) -> Generator:
    """The generator of a checkpoint.

    Args:
        init_kwargs: what it was constructed with (z_dim, ..., synthesis options).
        state: parameter name to value; the generator's alone.

    Raises:
        ValueError: an option or a tensor does not fit.
    """
    options = dict(init_kwargs)
    options.update(options.pop("synthesis_kwargs", {}) or {})
    mapping = mapping_options(options.pop("mapping_kwargs", {}) or {}, 2)
    try:
        generator = Generator(mapping_kwargs=mapping, **options)
    except TypeError as error:
        raise ValueError(f"an option of the network is not known: {error}") from error
    load_by_name(generator, state)
    return generator
