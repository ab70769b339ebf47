"""Weights of public StyleGAN2 checkpoints: our parameters have their names."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from latent_resonance.networks.style_generator import from_checkpoint
from latent_resonance.networks.stylegan2.generator import Generator

_IGNORED = frozenset({"resample_filter", "activation", "use_noise", "fp16_channels_last"})


def from_nvidia(init_kwargs: Mapping[str, Any], state: Mapping[str, Tensor]) -> Generator:
    """The generator of a checkpoint, see ``from_checkpoint``.

    Raises:
        ValueError: an option or a tensor does not fit.
    """
    options = {**init_kwargs, **(init_kwargs.get("synthesis_kwargs") or {})}
    if list(options.get("resample_filter", (1, 3, 3, 1))) != [1, 3, 3, 1]:
        raise ValueError("a resample_filter other than [1, 3, 3, 1] is not known")
    if options.get("activation", "lrelu") != "lrelu":
        raise ValueError(f"the activation {options['activation']!r} is not known")
    return from_checkpoint(Generator, init_kwargs, state, _IGNORED)
