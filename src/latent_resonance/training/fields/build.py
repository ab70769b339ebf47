"""Draws the network, and looks once at each place that the bundle names."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.networks.fields.fold import Fold
from latent_resonance.networks.fields.layout import (
    CONTROLS,
    FAMILIES,
    LIVE,
    SIZE,
    SLOTS,
    STYLE,
    slot,
)
from latent_resonance.networks.fields.sample import DRAWS, Sample, calibrate
from latent_resonance.training.fields.recipe import FieldsRecipe, NamedPlace

_STEPS = 5.0
"""A slider of a direction goes so many steps either way."""


@dataclass(frozen=True, slots=True)
class BuiltFields:
    """What the exporter needs."""

    fold: Fold
    sample: Sample
    places: Mapping[str, FloatArray]
    seconds: float
    steps: int = 0
    transferred: None = None


def no_material(*_: Any, **__: Any) -> Any:
    """Raises InputError: this family learns from nothing and starts from nothing.

    Raises:
        InputError: always.
    """
    raise InputError("the weights of fields are drawn: there is nothing to learn or start from")


@torch.no_grad()
def build_fields(recipe: FieldsRecipe, *_: Any) -> BuiltFields:
    """The network of a recipe with its places: ``anchor/``, ``direction/``, ``examples``, means."""
    began = time.perf_counter()
    fold = Fold(seed=recipe.weights_seed).eval()
    sample = Sample(fold).eval()
    examples = torch.cat([draw_place(sample, recipe.seed + k) for k in range(recipe.examples)])
    places: dict[str, FloatArray] = {
        "examples": examples.numpy(),
        "w_avg": _middle(examples, fold),
        "w_std": examples.std(dim=0, correction=0).numpy(),
        **{f"direction/{name}": vector for name, vector in directions().items()},
    }
    for one in recipe.places:
        places[f"anchor/{one.name}"] = named_place(sample, one)[0].numpy()
    return BuiltFields(fold, sample, places, time.perf_counter() - began)


def draw_place(sample: Sample, seed: int) -> Tensor:
    """The random place of a seed, ``[1, SIZE]``."""
    noise = np.random.Generator(np.random.PCG64(seed))
    z = noise.standard_normal((1, STYLE)).astype(np.float32)
    draws = noise.standard_normal((1, DRAWS)).astype(np.float32)
    found: Tensor = sample(torch.from_numpy(z), torch.from_numpy(draws))
    return found


def named_place(sample: Sample, wanted: NamedPlace) -> Tensor:
    """A place as the recipe describes it, calibrated, ``[1, SIZE]``."""
    w = draw_place(sample, wanted.seed)
    if wanted.hue is not None:
        angle = math.pi * wanted.hue
        w[0, SLOTS["hue"]] = torch.tensor([math.cos(angle), math.sin(angle)])
    for name, value in wanted.controls.items():
        w[0, slot(name)] = value
    if wanted.families:
        w[0, SLOTS["families"]] = 0
        for name, share in wanted.families.items():
            w[0, slot(name)] = share
    return calibrate(sample.fold, w)


def directions() -> dict[str, FloatArray]:
    """Name to what one step of a slider adds to w, of all that can be set or moved by hand."""
    whole = {
        "hue": ("turn", 1.0),
        **{name: (name, 1.0) for name in (*CONTROLS, *FAMILIES)},
        **{name: (name, _WHOLE[name]) for name in LIVE if name != "turn"},
    }
    made = {}
    for name, (where, reach) in whole.items():
        vector = np.zeros(SIZE, np.float32)
        vector[slot(where)] = reach / _STEPS
        made[name] = vector
    return made


# How far five steps move it.
_WHOLE = {
    "warmth": 1.0,
    "zoom": 1.0,
    "spin": math.pi,
    "dx": 2.0,
    "dy": 2.0,
    "warp": 1.0,
    "edge": 0.5,
    "flow": 1.0,
}


def _middle(examples: Tensor, fold: Fold) -> FloatArray:
    """The mean of all, coloured and calibrated as one place."""
    mean = examples.mean(dim=0, keepdim=True)
    mean[0, SLOTS["hue"]] = torch.tensor([1.0, 0.0])
    found: FloatArray = calibrate(fold, mean)[0].numpy()
    return found
