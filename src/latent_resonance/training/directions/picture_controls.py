"""Sliders of a StyleGAN's pictures: principal and SeFa axes, thirds of layers, moves, bending.

The bundle's network is written anew with a longer place (``networks.controlled_picture``), so that
every navigator, map, blend and preset reaches all of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import load, save
from torch import Tensor, nn

from latent_resonance.bundles.display import without_lost
from latent_resonance.bundles.manifest import Control, Manifest
from latent_resonance.bundles.read import read_bundle
from latent_resonance.bundles.space import DIRECTION, SEFA, place_key, read_space
from latent_resonance.bundles.write import write_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import BundleError, InputError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.members import LATENT, MAPPING, SYNTHESIS, WEIGHTS
from latent_resonance.contracts.values import FloatArray
from latent_resonance.models.engines.weights import read_weights
from latent_resonance.navigate.latent_space.directions import HIGH, LOW
from latent_resonance.navigate.latent_space.sefa import factorise_groups
from latent_resonance.networks.bending import AMOUNTS, FULL
from latent_resonance.networks.bundle_members import MappingMember
from latent_resonance.networks.controlled_picture import (
    MOVES,
    PARTS,
    ControlledPicture,
    bendable,
)
from latent_resonance.networks.rebuild import build_generator
from latent_resonance.training.bundling import pack_weights
from latent_resonance.training.directions.style_weights import style_weights
from latent_resonance.training.importing.check import difference, on_engine, on_torch
from latent_resonance.training.importing.places import find_places
from latent_resonance.training.onnx_export import to_onnx

_FAMILIES = ("stylegan2", "stylegan3")
_AXES, _AXES_OF_PARTS = 8, 3
_REACH = 3.0
"""Deviations at the end of an axis's slider."""
_MOST_DIFFERENT, _COMPARED = 1e-3, 3
_ABOUT = {
    "pca": "principal axis {n} of the places (2004.02546)",
    "sefa": "axis {n} of the styles' own weights (2007.06600)",
    "coarse": "principal axis {n}, in the first third of the layers",
    "middle": "principal axis {n}, in the middle third of the layers",
    "fine": "principal axis {n}, in the last third of the layers",
}
_MOVE_ABOUT = {
    "zoom": "nearer and farther, an octave each",
    "spin": "half a turn to each side",
    "dx": "half a picture across",
    "dy": "half a picture down",
}
_BEND_ABOUT = {
    "scale": "activations stronger and weaker",
    **_MOVE_ABOUT,
    "dilate": "shapes grow; below 0 they are eaten away",
    "threshold": "activations at their mean or beyond, nothing in between",
    "invert": "light and dark of a layer change places",
}


class WideMapping(MappingMember):
    """The mapping of a generator, with zeros behind its w: ``w [1, size]``."""

    def __init__(self, generator: Any, size: int) -> None:
        super().__init__(generator)
        self.behind = size - int(generator.w_dim)

    def forward(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        """A random place that is neither mixed, moved nor bent."""
        return nn.functional.pad(super().forward(z, c), (0, self.behind))


@dataclass(frozen=True, slots=True)
class Opened:
    """A bundle of a StyleGAN's pictures, and its generator.

    Attributes:
        bundle: as it was read.
        facts: what rebuilds the generator.
        state: its weights by name.
        generator: ready to play.
    """

    bundle: Bundle
    facts: dict[str, Any]
    state: dict[str, Any]
    generator: Any


def open_pictures(path: Path) -> Opened:
    """Read a bundle that a StyleGAN2 or StyleGAN3 of pictures plays.

    Raises:
        InputError: it makes sound, or is of another family.
        BundleError: it cannot be read, or carries no weights.
    """
    bundle = read_bundle(path)
    if not isinstance(bundle.format, PictureFormat) or bundle.family not in _FAMILIES:
        raise InputError(
            f"the bundle '{bundle.name}' is no StyleGAN2 or StyleGAN3 that makes pictures"
        )
    weights = read_weights(bundle)
    facts = dict(weights.facts)
    generator = build_generator(bundle.family, facts["settings"], weights.tensors)
    return Opened(bundle, facts, dict(weights.tensors), generator)


def add_picture_controls(
    path: Path,
    output: Path,
    *,
    layer: int | None = None,
    mixes: Sequence[tuple[str, str]] = (),
    seed: int = 0,
) -> dict[str, Any]:
    """Write the bundle ``path`` with the sliders of its pictures to ``output``.

    Args:
        path: a StyleGAN2 or StyleGAN3 of pictures; what an earlier run added is replaced.
        output: the new bundle, may be the same file.
        layer: number of the layer to bend; the middle one if not given.
        mixes: pairs of named places: the first with the coarse, middle and fine layers of the
            second become places ``FIRST_coarse_SECOND`` and on.
        seed: of the places whose principal axes are found.

    Returns:
        What was added.

    Raises:
        ResonanceError: the bundle cannot be used or written, or has no such layer or place.
    """
    opened = open_pictures(path)
    generator = opened.generator
    chosen = (bendable(generator) - 1) // 2 if layer is None else layer
    try:
        network = ControlledPicture(generator, chosen).eval()
    except ValueError as error:
        raise InputError(str(error)) from error
    directions = _directions(opened, network, seed)
    tensors = _longer(opened, network)
    for first, second in mixes:
        tensors |= _mixed(opened, network, first, second)
    tensors |= {DIRECTION + name: vector for name, (vector, _) in directions.items()}
    members, differs = _members(opened, network, chosen)
    members[LATENT] = save({k: np.ascontiguousarray(v) for k, v in tensors.items()})
    manifest = Manifest.model_validate(dict(opened.bundle.facts)).model_copy(
        update={
            "latent_size": network.size_of_place,
            "controls": [
                Control(name=name, low=LOW, high=HIGH, description=about)
                for name, (_, about) in directions.items()
            ],
        }
    )
    write_bundle(
        output, manifest, without_lost(members, read_space(manifest, tensors)), opened.bundle
    )
    return {
        "bundle": str(output),
        "latent_size": network.size_of_place,
        "controls": list(directions),
        "bent_layer": chosen,
        "layers": bendable(generator),
        "places": sorted(read_bundle(output).space.offered),
        "onnx_difference": float(f"{differs:.2g}"),
    }


def _directions(
    opened: Opened, network: ControlledPicture, seed: int
) -> dict[str, tuple[FloatArray, str]]:
    """Name to what one step adds to a place, and what it is; the fifth step is the last."""
    found: dict[str, tuple[FloatArray, str]] = {}
    known = find_places(opened.generator, seed)
    principal = known["directions"]
    spread = np.maximum(known["w_std"], 1e-8)
    styles = style_weights(opened.state, network.w_dim)
    sefa = factorise_groups(styles, list(styles), _AXES)["all"]
    # As far as the places reach along each axis.
    sefa = sefa * np.sqrt((sefa**2) @ (spread**2))[:, None]
    groups: list[tuple[str, str, FloatArray]] = [
        ("pca", "all", principal[:_AXES]),
        ("sefa", "all", sefa),
        *((part, part, principal[:_AXES_OF_PARTS]) for part in PARTS),
    ]
    for name, slot, axes in groups:
        for n, axis in enumerate(axes, 1):
            vector = np.zeros(network.size_of_place, np.float32)
            vector[network.layout[slot]] = axis * (_REACH / HIGH)
            found[f"{name}_{n}"] = (vector, _ABOUT[name].format(n=n))
    if network.movable:
        for n, name in enumerate(MOVES):
            found[name] = (_one(network, "move", n, FULL[name]), _MOVE_ABOUT[name])
    for n, name in enumerate(AMOUNTS):
        # Where the input cannot be moved, bending is the only way: it has the plain name.
        plain = name in MOVES and not network.movable
        about = f"{_BEND_ABOUT[name]} (bends layer {network.layer})"
        found[name if plain else f"bend_{name}"] = (_one(network, "bend", n, FULL[name]), about)
    return found


def _one(network: ControlledPicture, slot: str, n: int, full: float) -> FloatArray:
    vector = np.zeros(network.size_of_place, np.float32)
    vector[network.layout[slot].start + n] = full / HIGH
    return vector


def _longer(opened: Opened, network: ControlledPicture) -> dict[str, Any]:
    """The bundle's tensors of places with zeros behind them; sliders of before are left out."""
    before, after = opened.bundle.latent_size, network.size_of_place
    found: dict[str, Any] = {}
    for name, value in load(opened.bundle.members[LATENT]).items():
        if name.startswith((DIRECTION, SEFA)) or not value.ndim or value.shape[-1] != before:
            continue
        kept = value[..., :after] if before >= after else value
        pad = [(0, 0)] * (value.ndim - 1) + [(0, after - kept.shape[-1])]
        found[name] = np.pad(kept, pad)
    return found


def _mixed(
    opened: Opened, network: ControlledPicture, first: str, second: str
) -> dict[str, FloatArray]:
    """``first`` with one third of its layers as ``second`` has them."""
    space = opened.bundle.space
    one, other = space.place(first)[: network.w_dim], space.place(second)[: network.w_dim]
    found = {}
    for part in PARTS:
        place = np.zeros(network.size_of_place, np.float32)
        place[network.layout["all"]] = one
        place[network.layout[part]] = other - one
        found[place_key(f"{first.replace('/', '_')}_{part}_{second.replace('/', '_')}")] = place
    return found


def _members(
    opened: Opened, network: ControlledPicture, layer: int
) -> tuple[dict[str, bytes], float]:
    generator = opened.generator
    ends = {"z": torch.zeros(1, generator.z_dim)}
    if generator.c_dim:
        ends["c"] = torch.zeros(1, generator.c_dim)
    place = {"w": torch.zeros(1, network.size_of_place)}
    files = {
        SYNTHESIS: to_onnx(network, place, "image"),
        MAPPING: to_onnx(WideMapping(generator, network.size_of_place), ends, "w"),
    }
    away = np.random.default_rng(0).standard_normal((_COMPARED, network.size_of_place))
    near = opened.bundle.space.mean[: network.w_dim]
    samples = [np.float32(0.2) * one[None].astype(np.float32) for one in away]
    for one in samples:
        one[:, : network.w_dim] += near
    run = on_engine(files[SYNTHESIS])
    differs = difference(run, on_torch(network), [[one] for one in samples]).share
    if not differs <= _MOST_DIFFERENT:
        raise BundleError(f"synthesis.onnx differs from PyTorch by {differs:.1e}")
    facts = {**opened.facts, "bend_layer": layer}
    facts.pop("stored", None)
    members = {**opened.bundle.members, **files}
    members[WEIGHTS] = pack_weights(facts, opened.state, files, halve=False)
    return members, differs
