"""Random sounds lie near places that are known: these are found anew, by the encoder that ships.

A mapping that leads near known places (``networks.nearby``) keeps those that the encoder of the
training gave for its last batches. The one in the bundle learned on for itself, and finds others;
and it is the sound of a place, not the place, that its grain is found by (``sound.grain``). So
windows of the clips are given to it, and a seed leads near one of their places, grain and all.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.members import MAPPING, SYNTHESIS, WEIGHTS
from latent_resonance.contracts.values import FloatArray
from latent_resonance.models.engines.weights import Weights, read_weights
from latent_resonance.networks.bundle_members import MappingMember
from latent_resonance.networks.nearby import NearbyMapping
from latent_resonance.training.bundling import pack_weights
from latent_resonance.training.directions.workshop import Progress, Workshop
from latent_resonance.training.encoder.real_clips import RealClips
from latent_resonance.training.onnx_export import to_onnx

# Narrower than in training (0.35), where places are those of an encoder that still learns.
_BLUR = 0.2
_MOST_OF_A_CLIP = 3


def leads_near_known_places(bundle: Bundle) -> bool:
    """Whether its seeds lead near known places, and it carries what fine-tunes them."""
    if not {MAPPING, WEIGHTS} <= bundle.members.keys():
        return False
    return "blur" in _mapping_options(read_weights(bundle))


def find_known(
    workshop: Workshop, clips: RealClips, count: int, seed: int, show: Progress
) -> FloatArray:
    """Places of random windows of clips, more of long clips, ``[count, latent_size]``."""
    found: list[FloatArray] = []
    for window in clips.spread(count, _MOST_OF_A_CLIP, np.random.default_rng([seed, 2])):
        found.append(workshop.encode(window))
        show("seeds", len(found) / count)
    return np.array(found, np.float32)


def with_known(bundle: Bundle, places: FloatArray) -> Bundle:
    """The bundle whose seeds lead near ``places [n, latent_size]``, in fine-tuning too.

    Args:
        bundle: one that ``leads_near_known_places``.
        places: with what lies beside the network's numbers.
    """
    weights = read_weights(bundle)
    count = len(weights.tensors["mapping.places"])
    mapping = _near(places, _BLUR, count)
    # z has a number for each of w: the blur moves grain as well.
    member = MappingMember(SimpleNamespace(mapping=mapping))
    z = {"z": torch.zeros(1, bundle.latent_size)}
    members = {**bundle.members, MAPPING: to_onnx(member, z, "w", halve=True)}
    network = places[:, : bundle.network_size]
    training = _near(network, float(_mapping_options(weights)["blur"]), count)
    state: dict[str, Any] = dict(weights.tensors)
    state |= {f"mapping.{name}": value.numpy() for name, value in training.state_dict().items()}
    facts = {name: value for name, value in weights.facts.items() if name != "stored"}
    members[WEIGHTS] = pack_weights(facts, state, {SYNTHESIS: members[SYNTHESIS]})
    return replace(bundle, members=members)


def _near(places: FloatArray, blur: float, count: int) -> NearbyMapping:
    mapping = NearbyMapping(places.shape[1], 1, blur, count)
    mapping.remember(torch.from_numpy(np.array(places, np.float32)))
    return mapping


def _mapping_options(weights: Weights) -> Mapping[str, Any]:
    settings: Mapping[str, Any] = weights.facts.get("settings") or {}
    return settings.get("mapping_kwargs") or {}
