"""Weights of public StyleGAN2 checkpoints: our parameters have their names."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from latent_resonance.networks.checkpoint_names import load_by_name, mapping_options
from latent_resonance.networks.stylegan2.generator import Generator

# Of training and of what plays the network, not of the network.
_IGNORED = {"architecture", "resample_filter", "activation", "use_noise", "fp16_channels_last"}


def from_nvidia(init_kwargs: Mapping[str, Any], state: Mapping[str, Tensor]) -> Generator:
    """The generator of a checkpoint.

    Args:
        init_kwargs: what it was constructed with (z_dim, ..., synthesis options).
        state: parameter name to value; the generator's alone.

    Raises:
        ValueError: an option or a tensor does not fit.
    """
    options = dict(init_kwargs)
    nested = options.pop("synthesis_kwargs", {}) or {}
    options.update(nested)
    mapping = mapping_options(options.pop("mapping_kwargs", {}) or {}, 8)
    if options.get("architecture", "skip") != "skip":
        raise ValueError(f"the architecture {options['architecture']!r} is not known, only 'skip'")
    if list(options.get("resample_filter", (1, 3, 3, 1))) != [1, 3, 3, 1]:
        raise ValueError("a resample_filter other than [1, 3, 3, 1] is not known")
    if options.get("activation", "lrelu") != "lrelu":
        raise ValueError(f"the activation {options['activation']!r} is not known")
    kept = {key: value for key, value in options.items() if key not in _IGNORED}
    try:
        generator = Generator(mapping_kwargs=mapping, **kept)
    except TypeError as error:
        raise ValueError(f"an option of the network is not known: {error}") from error
    load_by_name(generator, state)
    return generator
