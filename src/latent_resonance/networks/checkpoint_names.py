"""Loading weights of public checkpoints by name."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

_MAPPING = {
    "num_layers": "num_layers",
    "embed_features": "embed_features",
    "layer_features": "layer_features",
    "lr_multiplier": "rate",
    "w_avg_beta": "w_avg_beta",
    # Of this project's own.
    "activate_last": "activate_last",
}


def mapping_options(given: Mapping[str, Any], default_layers: int) -> dict[str, Any]:
    """Options of the mapping network under our names.

    Raises:
        ValueError: an option that changes the network and is not known.
    """
    if set(given) == {"blur"}:
        return dict(given)
    options: dict[str, Any] = {"num_layers": default_layers}
    for key, value in given.items():
        if key == "activation" and value == "lrelu":
            continue
        if key not in _MAPPING:
            raise ValueError(f"the mapping network's option {key}={value!r} is not known")
        options[_MAPPING[key]] = value
    return options


def load_by_name(network: nn.Module, state: Mapping[str, Tensor]) -> None:
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
            raise ValueError(f"{name} has shape {list(state[name].shape)}, not {list(value.shape)}")
    network.load_state_dict(dict(state))
