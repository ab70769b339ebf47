"""Weights of public StyleGAN2 checkpoints: our parameters have their names."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from latent_resonance.networks.stylegan2.generator import Generator

# Of training and of what plays the network, not of the network.
_IGNORED = {"architecture", "resample_filter", "activation", "use_noise", "fp16_channels_last"}
_MAPPING = {
    "num_layers": "num_layers",
    "embed_features": "embed_features",
    "layer_features": "layer_features",
    "lr_multiplier": "rate",
    "w_avg_beta": "w_avg_beta",
}


def mapping_options(given: Mapping[str, Any], default_layers: int) -> dict[str, Any]:
    """Options of the mapping network under our names.

    Raises:
        ValueError: an option that changes the network and is not known.
    """
    options: dict[str, Any] = {"num_layers": default_layers}
    for key, value in given.items():
        if key == "activation" and value == "lrelu":
            continue
        if key not in _MAPPING:
            raise ValueError(f"the mapping network's option {key}={value!r} is not known")
        options[_MAPPING[key]] = value
    return options


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


def load_by_name(network: Generator, state: Mapping[str, Tensor]) -> None:
    """Load all weights; names and shapes must agree.

    Raises:
        ValueError: names the first that does not.
    """
    own = network.state_dict()
    missing = sorted(set(own) - set(state))
    strange = sorted(set(state) - set(own))
    if missing or strange:
        what = f"lacks {missing[0]}" if missing else f"has {strange[0]}, which does not belong"
        raise ValueError(f"the checkpoint {what}")
    for name, value in own.items():
        if value.shape != state[name].shape:
            raise ValueError(
                f"{name} has shape {list(state[name].shape)}, not {list(value.shape)}"
            )
    network.load_state_dict(dict(state))
