"""Weights to start a run from: what a checkpoint or a bundle holds of a family's networks.

Bundles hold what plays. Of a StyleGAN these are the generator and often the encoder, of
autoencoders the decoder; what is missing, a discriminator above all, a run trains afresh.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from latent_resonance.bundles.find import find_bundle
from latent_resonance.bundles.read import read_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.members import ENCODER, WEIGHTS
from latent_resonance.models.engines.weights import parameters, read_weights
from latent_resonance.training.checkpoint import read

_BESIDE = {"encoder_average/": "encoder/", "discriminator/": "discriminator/"}


def generator_weights(source: Path) -> dict[str, Tensor]:
    """A generator's weights by name: of a bundle (a name or a path) or a checkpoint.

    Raises:
        InputError: there are none in it.
    """
    if source.suffix == ".safetensors":
        found: Mapping[str, Any] = _under("generator_average/", read(source).tensors)
    else:
        found = _carried(read_bundle(find_bundle(str(source))))
    return _even_noise(_filled(found, source, "generator"))


def player_weights(source: Path) -> dict[str, Tensor]:
    """The same, and ``encoder/NAME`` and ``discriminator/NAME`` where the source has them.

    Raises:
        InputError: there is no generator in it.
    """
    found = generator_weights(source)
    if source.suffix == ".safetensors":
        tensors = read(source).tensors
        for prefix, name in _BESIDE.items():
            own = _under(prefix, tensors)
            found |= {name + key: value.float() for key, value in own.items()}
        return found
    own = _encoder(read_bundle(find_bundle(str(source))))
    return found | {f"encoder/{key}": torch.from_numpy(value) for key, value in own.items()}


def autoencoder_weights(source: Path, networks: Sequence[str]) -> dict[str, Tensor]:
    """Weights as ``network/name``: averaged ones of a checkpoint, or what a bundle carries.

    Raises:
        InputError: there are none of these networks.
    """
    found: dict[str, Any] = {}
    if source.suffix == ".safetensors":
        tensors = read(source).tensors
        for network in networks:
            own = _under(f"{network}_average/", tensors)
            found |= {f"{network}/{name}": value for name, value in own.items()}
        return _filled(found, source, " or ".join(networks))
    bundle = read_bundle(find_bundle(str(source)))
    for name, value in _carried(bundle).items():
        network, _, rest = name.partition(".")
        # A bundle with one network names its weights without it.
        found[f"{network}/{rest}" if network in networks else f"decoder/{name}"] = value
    if found:
        found |= {f"encoder/{name}": value for name, value in _encoder(bundle).items()}
    return _filled(found, source, " or ".join(networks))


def _even_noise(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """The same sounds, with all of a noise input's strength in ``noise_strength``.

    An exported network holds both as one product, beside a strength of 1. Training draws a fresh
    noise of deviation 1, which that strength would make some thousand times too loud.
    """
    evened = dict(weights)
    for name, noise in weights.items():
        strength = name.removesuffix("const") + "strength"
        if name.endswith(".noise_const") and strength in weights:
            spread = noise.std(correction=0)
            if spread > 0:
                evened[name], evened[strength] = noise / spread, weights[strength] * spread
    return evened


def _carried(bundle: Bundle) -> dict[str, Any]:
    return read_weights(bundle).tensors if WEIGHTS in bundle.members else {}


def _encoder(bundle: Bundle) -> dict[str, Any]:
    """By the names that an encoder has in training, without those of what surrounds it."""
    own = _under("encoder.", parameters(bundle.members.get(ENCODER, b"")))
    inner = _under("inner.", own)
    return inner or own


def _under(prefix: str, tensors: Mapping[str, Any]) -> dict[str, Any]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}


def _filled(found: Mapping[str, Any], source: Path, what: str) -> dict[str, Tensor]:
    if not found:
        raise InputError(f"{source} holds no {what} to start from")
    return {name: torch.as_tensor(value).float() for name, value in found.items()}
