"""Two StyleGANs of one architecture as one: layers of the second in the first, or on the way.

Layer swapping is of Pinkney and Adler (2010.05334): coarse layers give the form, fine ones the
surface. Weights of networks that were trained on from a common one can be interpolated as well.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import save

from latent_resonance.bundles.manifest import Manifest, Source
from latent_resonance.bundles.read import read_bundle
from latent_resonance.bundles.write import write_bundle
from latent_resonance.contracts.errors import BundleError, InputError
from latent_resonance.contracts.members import LATENT, WEIGHTS
from latent_resonance.data.corpus import SourceCount, unite_sources
from latent_resonance.networks.bundle_members import PictureMember
from latent_resonance.networks.controlled_picture import bendable
from latent_resonance.networks.rebuild import build_generator
from latent_resonance.training.bundling import pack_weights
from latent_resonance.training.directions.picture_controls import Opened, open_pictures
from latent_resonance.training.importing.check import check_members, samples_of
from latent_resonance.training.importing.onnx_members import Form, make_members
from latent_resonance.training.importing.places import find_places
from latent_resonance.training.importing.previews import picture_preview

_BLOCK = re.compile(r"synthesis\.b(\d+)\..*")
_LAYER = re.compile(r"synthesis\.L(\d+)_.*")
_MOST_DIFFERENT = 1e-3
_OF_TRAINING = {"mapping_kwargs"}
"""Settings in which networks of one architecture may differ."""


@dataclass(frozen=True, slots=True)
class Mixed:
    """Weights of two networks as one.

    Attributes:
        state: by name.
        changed: how many tensors are not the first's.
        generator: ready to play.
    """

    state: dict[str, npt.NDArray[Any]]
    changed: int
    generator: Any


def mix_bundles(
    first: Path, second: Path, output: Path, *, layer: int = 0, share: float = 1.0
) -> dict[str, Any]:
    """Write a bundle of ``first`` whose layers from ``layer`` on go the way to ``second``.

    Args:
        first: a StyleGAN2 or StyleGAN3 of pictures.
        second: of the same architecture.
        output: the new bundle; sliders are found anew with ``models controls``.
        layer: number of the first layer that changes, blocks of a StyleGAN2; from 0 the mapping
            changes along.
        share: of the way, 0..1; 1 swaps.

    Returns:
        What was mixed.

    Raises:
        InputError: the two are of different architectures, or a number is out of range.
        BundleError: one of them cannot be read, or carries no weights.
    """
    one, other = open_pictures(first), open_pictures(second)
    mixed = mix_networks(one, other, layer, share)
    state, generator = mixed.state, mixed.generator
    network = PictureMember(generator).eval()
    members = make_members(generator, network, Form())
    for what, found in check_members(members, samples_of(generator)).items():
        if not found.share <= _MOST_DIFFERENT:
            raise BundleError(f"{what} differs from PyTorch by {found.share:.1e}")
    places = find_places(generator)
    facts = {key: value for key, value in one.facts.items() if key not in {"stored", "bend_layer"}}
    content = {
        **members.files,
        LATENT: save(places),
        WEIGHTS: pack_weights(facts, state, members.files, halve=False),
    }
    named = [value for name, value in places.items() if name.startswith("anchor/")][:9]
    with torch.no_grad():
        shown = [network(torch.from_numpy(w[None])).numpy() for w in named]
    content["preview.png"] = picture_preview(np.concatenate(shown))
    write_bundle(output, _manifest(one, other, output, layer, share), content)
    return {
        "bundle": str(output),
        "name": read_bundle(output).name,
        "first": one.bundle.name,
        "second": other.bundle.name,
        "changed": mixed.changed,
        "layers": bendable(one.generator),
    }


def mix_networks(one: Opened, other: Opened, layer: int, share: float) -> Mixed:
    """The generator of ``one`` whose layers from ``layer`` on go ``share`` of the way to ``other``.

    Raises:
        InputError: the two are of different architectures, or a number is out of range.
    """
    _demand_alike(one, other)
    layers = bendable(one.generator)
    if not 0 <= layer < layers:
        raise InputError(f"--from-layer {layer}: the networks have layers 0 to {layers - 1}")
    if not 0 <= share <= 1:
        raise InputError(f"--share {share:g}: from 0, the first, to 1, the second")
    state, changed = _mixed(one, other, layer, share)
    return Mixed(state, changed, build_generator(one.bundle.family, one.facts["settings"], state))


def _mixed(
    one: Opened, other: Opened, layer: int, share: float
) -> tuple[dict[str, npt.NDArray[Any]], int]:
    """The weights, and how many tensors of them changed."""
    levels = getattr(one.generator.synthesis, "levels", [])
    state, changed = {}, 0
    for name, value in one.state.items():
        state[name], wanted = value, other.state[name]
        if _number(name, levels) >= layer and not np.array_equal(value, wanted):
            there = value.astype(np.float64) * (1 - share) + wanted.astype(np.float64) * share
            state[name] = np.asarray(there, np.float32)
            changed += 1
    return state, changed


def _number(name: str, levels: list[int]) -> int:
    """The layer that a weight belongs to; what comes before the layers goes with the first."""
    if block := _BLOCK.fullmatch(name):
        return levels.index(int(block[1]))
    found = _LAYER.fullmatch(name)
    return int(found[1]) if found else 0


def _demand_alike(one: Opened, other: Opened) -> None:
    settings = [
        {key: value for key, value in opened.facts["settings"].items() if key not in _OF_TRAINING}
        for opened in (one, other)
    ]
    differ = sorted(
        key
        for key in settings[0].keys() | settings[1].keys()
        if settings[0].get(key) != settings[1].get(key)
    )
    if one.bundle.family != other.bundle.family:
        differ.insert(0, "family")
    shapes = [{name: value.shape for name, value in o.state.items()} for o in (one, other)]
    if not differ and shapes[0] != shapes[1]:
        differ.append("the shapes of their weights")
    if differ:
        raise InputError(
            f"'{one.bundle.name}' and '{other.bundle.name}' are of different architectures: "
            f"{', '.join(differ)}"
        )


def _manifest(one: Opened, other: Opened, output: Path, layer: int, share: float) -> Manifest:
    mine, theirs = (Manifest.model_validate(dict(o.bundle.facts)) for o in (one, other))
    licences = dict.fromkeys([mine.provenance.licence, theirs.provenance.licence])
    provenance = mine.provenance.model_copy(
        update={
            "data": _united([*mine.provenance.data, *theirs.provenance.data]),
            "command": f"resonance models mix {one.bundle.name} {other.bundle.name} "
            f"--from-layer {layer} --share {share:g}",
            "licence": "; ".join(licences),
            "metrics": {},
        }
    )
    return mine.model_copy(
        update={
            "name": output.stem,
            "description": f"{one.bundle.name} with layers of {other.bundle.name}",
            "latent_size": int(one.generator.w_dim),
            "controls": [],
            "provenance": provenance,
        }
    )


def _united(rows: list[Source]) -> list[Source]:
    united = unite_sources(
        SourceCount(
            source=row.source, licence=row.licence, attribution=row.attribution, clips=row.clips
        )
        for row in rows
    )
    return [Source.model_validate(row) for row in united]
