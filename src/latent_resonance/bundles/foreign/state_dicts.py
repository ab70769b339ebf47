"""Generators that are kept as tables of tensors alone: their names, and what they tell of settings.

Two spellings are known: that of StyleGAN2-ADA's ``state_dict``, and that of the widespread PyTorch
rewrite of StyleGAN2 whose checkpoints hold ``g_ema`` (layers ``style``, ``convs``, ``to_rgbs``).
Both compute the same network (Karras et al. 2020, arXiv:1912.04958), the weights of whose mapping
are kept divided by its learning rate 0.01 in both.
"""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from latent_resonance.bundles.foreign.numpy_arrays import Numbers
from latent_resonance.bundles.foreign.values import Refusal

_MOST_TENSORS = 5_000
_MEAN_PLACES = 10_000
_LEARNING_RATE = 0.01


def tensors_of(table: Any) -> dict[str, np.ndarray] | None:
    """A table of names and tensors as arrays; None for anything else."""
    if not isinstance(table, dict) or not 0 < len(table) <= _MOST_TENSORS:
        return None
    found = {}
    for name, value in table.items():
        if not isinstance(name, str) or not isinstance(value, Numbers) or value.array is None:
            return None
        found[name.removeprefix("module.")] = value.array
    return found


def as_stylegan2(table: Mapping[str, np.ndarray], mean: np.ndarray | None) -> dict[str, np.ndarray]:
    """A generator's tensors under StyleGAN2-ADA's names.

    Args:
        table: under either spelling.
        mean: the mean place, where it is kept beside them; else it is worked out.

    Raises:
        Refusal: it is no generator of StyleGAN2.
    """
    if "synthesis.b4.const" in table:
        return dict(table)
    if "input.input" not in table or "style.1.weight" not in table:
        raise Refusal("has tensors, but none of a StyleGAN2's generator")
    try:
        return _translated(table, mean)
    except (KeyError, ValueError, IndexError) as error:
        raise Refusal(f"does not hold a whole generator: {error} is missing") from error


def settings_by_shapes(state: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """What a StyleGAN2's generator was constructed with, by the shapes of its tensors.

    Raises:
        Refusal: they do not tell it.
    """
    try:
        sides = [int(name[11:].partition(".")[0]) for name in state if name[:11] == "synthesis.b"]
        size = max(sides)
        embed = state.get("mapping.embed.weight")
        embedded = 0 if embed is None else embed.shape[0]
        widest = state["synthesis.b4.const"].shape[0]
        narrowest = state[f"synthesis.b{size}.conv1.weight"].shape[0]
        layers = sum(bool(re.fullmatch(r"mapping\.fc\d+\.weight", name)) for name in state)
        return {
            "z_dim": state["mapping.fc0.weight"].shape[1] - embedded,
            "c_dim": 0 if embed is None else embed.shape[1],
            "w_dim": state[f"mapping.fc{layers - 1}.weight"].shape[0],
            "img_resolution": size,
            "img_channels": state[f"synthesis.b{size}.torgb.bias"].shape[0],
            "mapping_kwargs": {"num_layers": layers},
            "channel_base": narrowest * size,
            "channel_max": widest,
        }
    except (KeyError, ValueError, IndexError) as error:
        raise Refusal("does not hold a whole generator of a StyleGAN2") from error


def _translated(table: Mapping[str, np.ndarray], mean: np.ndarray | None) -> dict[str, np.ndarray]:
    """From the rewrite's names; resolutions go up by one ``to_rgbs`` each."""
    state: dict[str, np.ndarray] = {}
    layers = 0
    while f"style.{layers + 1}.weight" in table:
        state[f"mapping.fc{layers}.weight"] = table[f"style.{layers + 1}.weight"]
        state[f"mapping.fc{layers}.bias"] = table[f"style.{layers + 1}.bias"]
        layers += 1
    state["mapping.w_avg"] = _mean_place(state, layers) if mean is None else mean.reshape(-1)
    state["synthesis.b4.const"] = table["input.input"][0]
    _layer(state, "synthesis.b4.conv1", table, "conv1", table["noises.noise_0"])
    _to_rgb(state, "synthesis.b4.torgb", table, "to_rgb1")
    step = 0
    while f"to_rgbs.{step}.bias" in table:
        block = f"synthesis.b{8 << step}"
        for place, name in ((2 * step, "conv0"), (2 * step + 1, "conv1")):
            noise = table[f"noises.noise_{place + 1}"]
            _layer(state, f"{block}.{name}", table, f"convs.{place}", noise)
        _to_rgb(state, f"{block}.torgb", table, f"to_rgbs.{step}")
        step += 1
    filter_ = np.outer([1, 3, 3, 1], [1, 3, 3, 1]).astype(np.float32) / 64
    for name in [one for one in state if one.endswith((".conv0.weight", ".conv1.weight"))]:
        state[name.replace(".weight", ".resample_filter")] = filter_
    for name in {".".join(one.split(".")[:2]) for one in state if one.startswith("synthesis.")}:
        state[f"{name}.resample_filter"] = filter_
    return {name: np.asarray(value, np.float32) for name, value in state.items()}


def _layer(
    state: dict[str, np.ndarray],
    name: str,
    table: Mapping[str, np.ndarray],
    theirs: str,
    noise: np.ndarray,
) -> None:
    state[f"{name}.weight"] = table[f"{theirs}.conv.weight"][0]
    state[f"{name}.bias"] = table[f"{theirs}.activate.bias"].reshape(-1)
    state[f"{name}.noise_strength"] = table[f"{theirs}.noise.weight"].reshape(())
    state[f"{name}.noise_const"] = noise[0, 0]
    _affine(state, name, table, theirs)


def _to_rgb(
    state: dict[str, np.ndarray], name: str, table: Mapping[str, np.ndarray], theirs: str
) -> None:
    state[f"{name}.weight"] = table[f"{theirs}.conv.weight"][0]
    state[f"{name}.bias"] = table[f"{theirs}.bias"].reshape(-1)
    _affine(state, name, table, theirs)


def _affine(
    state: dict[str, np.ndarray], name: str, table: Mapping[str, np.ndarray], theirs: str
) -> None:
    state[f"{name}.affine.weight"] = table[f"{theirs}.conv.modulation.weight"]
    state[f"{name}.affine.bias"] = table[f"{theirs}.conv.modulation.bias"]


def _mean_place(state: Mapping[str, np.ndarray], layers: int) -> np.ndarray:
    """Where the mapping leads on average; its training keeps it, these files do not."""
    random = np.random.default_rng(0)
    x = random.standard_normal((_MEAN_PLACES, state["mapping.fc0.weight"].shape[1]))
    x = (x / np.sqrt((x**2).mean(axis=1, keepdims=True) + 1e-8)).astype(np.float32)
    for layer in range(layers):
        weight = state[f"mapping.fc{layer}.weight"]
        x = x @ weight.T * np.float32(_LEARNING_RATE / np.sqrt(weight.shape[1]))
        x = x + state[f"mapping.fc{layer}.bias"] * np.float32(_LEARNING_RATE)
        x = np.where(x > 0, x, np.float32(0.2) * x) * np.float32(np.sqrt(2))
    return np.asarray(x.mean(axis=0), np.float32)
