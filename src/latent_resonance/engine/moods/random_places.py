"""Random places of a bundle, some of them moved along all that its places differ in."""

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.members import MAPPING
from latent_resonance.contracts.values import FloatArray
from latent_resonance.models.engines.member import Member
from latent_resonance.models.engines.seeded_place import seeded_place
from latent_resonance.navigate.moods.region import Directions

_LEAST = 512
"""Places from which is told along which directions they differ."""


def random_places(
    bundle: Bundle, count: int, seed: int, truncation: float = 1.0
) -> tuple[FloatArray, Directions]:
    """Places as the bundle's mapping draws them; every second one moved along its directions.

    Args:
        bundle: whose; without a mapping places are drawn around its mean.
        count: how many.
        seed: of all of them.
        truncation: 0..1; below 1 they are drawn towards the mean.

    Returns:
        ``[count, latent]``, and the directions with the ends between which the places lie.

    Raises:
        ResonanceError: its mapping cannot be used.
    """
    mapping = Member(bundle, MAPPING) if MAPPING in bundle.members else None
    random = np.random.Generator(np.random.PCG64(seed))
    seeds = random.integers(1 << 62, size=max(count, _LEAST))
    drawn = np.stack([seeded_place(bundle, int(one), mapping) for one in seeds])
    mean = bundle.space.mean
    places = np.asarray(mean + np.float32(truncation) * (drawn - mean), np.float32)
    named = {name: one.vector for name, one in bundle.space.directions.items()}
    directions = Directions.of(named, places)
    places = places[:count]
    if directions.names:
        places[1::2] = directions.moved(places[1::2], random)
    return places, directions
