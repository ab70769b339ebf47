"""Directions as the paper finds them: two handfuls of synthetic examples, and their difference.

Kamath et al. 2023 (2308.11859): examples of either end of an attribute differ in one parameter;
each end has a prototype, and the direction is the difference of the two.
"""

from collections.abc import Mapping

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.synthetic.textures import make_texture
from latent_resonance.navigate.latent_space.prototypes import difference, find_prototype
from latent_resonance.sound.codec import encode, fit_columns
from latent_resonance.training.directions.workshop import Workshop

_LOW, _HIGH = 0.08, 0.92
_EACH = 12

# Attribute to the families and parameters whose two ends are its examples.
EXAMPLES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "brightness": (("noise_burst", "brightness"), ("rain", "brightness"), ("impact", "hardness")),
    "rate": (("impact", "rate"), ("noise_burst", "rate")),
    "impact": (("impact", "damping"), ("noise_burst", "damping")),
    "size": (("impact", "size"), ("scrape", "size")),
    "roughness": (("scrape", "roughness"),),
}


def synthetic_windows(
    layout: SpectrogramFormat, family: str, parameters: Mapping[str, float], count: int, seed: int
) -> list[FloatArray]:
    """Levels ``[bins, columns]`` of synthetic sounds whose other parameters are drawn."""
    found = []
    for index in range(count):
        samples = make_texture(
            family,
            parameters,
            seconds=layout.columns * layout.hop_seconds,
            sample_rate=layout.sample_rate,
            seed=seed + index,
        )
        found.append(fit_columns(encode(samples, layout), layout))
    return found


def synthetic_places(
    workshop: Workshop, family: str, parameters: Mapping[str, float], count: int, seed: int
) -> FloatArray:
    """Places of such sounds, ``[count, w_dim]``."""
    windows = synthetic_windows(workshop.layout, family, parameters, count, seed)
    return np.array([workshop.encode(window) for window in windows], np.float32)


def example_direction(workshop: Workshop, name: str, seed: int = 0) -> FloatArray:
    """The unit direction of one attribute, from its low examples to its high ones."""
    centre = workshop.bundle.space.mean
    ends = []
    for value in (_LOW, _HIGH):
        places = [
            # The same seeds at both ends: only the parameter differs.
            synthetic_places(workshop, family, {parameter: value}, _EACH, seed)
            for family, parameter in EXAMPLES[name]
        ]
        ends.append(find_prototype(np.concatenate(places), centre))
    return difference(ends[1], ends[0])
