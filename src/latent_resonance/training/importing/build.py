"""A foreign network's numbers as one of our PyTorch networks."""

import importlib
import math
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from latent_resonance.bundles.foreign.read import ForeignNetwork
from latent_resonance.bundles.members import printable
from latent_resonance.contracts.errors import BundleError

# Largest whole numbers that are believed, by setting; others are at most _MOST.
_LIMITS = {
    "img_resolution": 4096,
    "img_channels": 4,
    "num_layers": 32,
    "filter_size": 32,
    "lrelu_upsampling": 8,
    "conv_kernel": 15,
    "num_fp16_res": 64,
    "num_critical": 32,
}
_MOST = 1 << 20
# How other programs compute or begin to train, not what the network is.
_NO_MATTER = {"fused_modconv_default", "rand_embedding"}
_NEEDED = ("z_dim", "c_dim", "w_dim", "img_resolution", "img_channels")


def build_generator(network: ForeignNetwork) -> tuple[str, nn.Module]:
    """The network's family (``"stylegan2"`` or ``"stylegan3"``) and the network, ready to play.

    Nothing is made larger than the weights that are there: all sizes are compared with them
    before memory is taken.

    Raises:
        BundleError: it is of another family, or an option or a weight does not fit.
    """
    try:
        family = family_of(network)
        settings, state = _usable(network)
        _check_settings(settings, "")
        # Without memory first: a setting may claim sizes that no weight of the file has.
        with torch.device("meta"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _construct(family, settings, state)
        made = _construct(family, settings, state)
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        ArithmeticError,
        RuntimeError,
    ) as error:
        raise BundleError(
            printable(f"this {network.class_name} cannot be rebuilt: {_line(error)}")
        ) from error
    return family, made.eval().requires_grad_(requires_grad=False)


def family_of(network: ForeignNetwork) -> str:
    """``"stylegan2"`` or ``"stylegan3"``, by the names of the weights.

    Raises:
        ValueError: neither.
    """
    if network.class_name == "SuperresGenerator" or "mapping.embed_proj.weight" in network.state:
        raise ValueError(
            "StyleGAN-XL's conditional and super-resolution generators are read, but not built here"
        )
    for family, name in (
        ("stylegan3", "synthesis.input.freqs"),
        ("stylegan2", "synthesis.b4.const"),
    ):
        if name in network.state:
            return family
    raise ValueError("its weights have neither StyleGAN2's nor StyleGAN3's names")


def _construct(family: str, settings: Mapping[str, Any], state: Mapping[str, Tensor]) -> nn.Module:
    package = importlib.import_module(f"latent_resonance.networks.{family}")
    made: nn.Module = package.from_nvidia(settings, state)
    return made


def _usable(network: ForeignNetwork) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Settings and 32-bit weights, without what an unconditional network has no use for."""
    settings = {k: v for k, v in network.init_kwargs.items() if k not in _NO_MATTER}
    for name in _NEEDED:
        if name not in settings:
            raise ValueError(f"it does not say its {name}")
    state = {}
    for name, value in network.state.items():
        if name == "mapping.embed.weight" and settings["c_dim"] == 0:
            continue  # StyleGAN-XL keeps its table of classes even then
        if not np.isfinite(value).all():
            raise ValueError(f"{name} is not finite")
        state[name] = torch.from_numpy(value.astype(np.float32))
    for nest in ("mapping_kwargs", "synthesis_kwargs"):
        if isinstance(settings.get(nest), dict):
            settings[nest] = {k: v for k, v in settings[nest].items() if k not in _NO_MATTER}
    if isinstance(settings["img_resolution"], list):
        settings["img_resolution"] = tuple(settings["img_resolution"])
    return settings, state


def _check_settings(settings: Mapping[str, Any], inside: str) -> None:
    for name, value in settings.items():
        if isinstance(value, dict):
            _check_settings(value, f"{name}.")
            continue
        for number in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(number, (int, float)) and (
                not math.isfinite(number) or not -_MOST <= number <= _LIMITS.get(name, _MOST)
            ):
                raise ValueError(f"{inside}{name} = {number:.6g} is out of range")
    for name in () if inside else _NEEDED:
        value = settings[name]
        pair = name == "img_resolution" and isinstance(value, tuple) and len(value) == 2
        for size in value if pair else [value]:
            if type(size) is not int or size < (0 if name == "c_dim" else 1):
                raise ValueError(f"{name} = {value!r} is no size")


def _line(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0][:200] if text else type(error).__name__
