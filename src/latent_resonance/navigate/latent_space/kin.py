"""Other sounds of the same kind: what variations and new events of named places are drawn from.

A kind, such as footsteps, is no ball around one place: it is many places that lie apart, with
other sounds between them. So a bundle keeps several for each of its prototypes.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from latent_resonance.contracts.space import FloatArray, LatentSpace
from latent_resonance.contracts.values import Others
from latent_resonance.navigate.latent_space.query import draw, posterior

# Of variations of a place: how near to each of its kin, where it has some.
_KIN_STRENGTH = 4.0
# Of new events of a sound: near enough to be of the same thing.
_EVENT_STRENGTH = 2.5
# Of the way to its kin: what goes on stays the same thing.
_REACH = 0.35
# Of kin, which begin with those that are most like the place.
_FIRST = 4


def vary(
    space: LatentSpace,
    w: FloatArray,
    named: Mapping[str, float],
    count: int,
    random: np.random.Generator,
    strength: float = 1.0,
) -> FloatArray:
    """Variations of a place that named ones lead to, ``[count, size]``.

    Args:
        space: that knows the kin of the named ones.
        w: the place, ``[size]``.
        named: places to the share that each has in ``w``, together 1 at most.
        count: how many.
        random: source of all draws.
        strength: above 0; 1 gives other sounds of the kind, 4 close ones.
    """
    moves = [_to_kin(space, name, share) for name, share in named.items()]
    moves = [one for one in moves if len(one)]
    around = posterior(space, [w], strength=strength * (_KIN_STRENGTH if moves else 1.0))
    places = draw(around, count, random)
    for one in moves:
        places = places + one[_in_turn(len(one), count, random)] / np.float32(max(1.0, strength))
    return np.asarray(places, np.float32)


def new_events(
    space: LatentSpace,
    w: FloatArray,
    named: Mapping[str, float],
    random: np.random.Generator,
    *,
    over: bool = True,
) -> Iterator[FloatArray]:
    """Places of one window after the other of a sound that goes on without end, ``[size]`` each.

    The place itself first; then the first of its kin (what is not ``over`` at a window's end goes a
    part of the way there) or, where it has none, what lies close to it.
    """
    reach = 1.0 if over else _REACH
    yield np.asarray(w, np.float32)
    moves = [_to_kin(space, name, share) for name, share in named.items()]
    moves = [np.float32(reach) * one[:_FIRST] for one in moves if len(one)]
    around = posterior(space, [w], strength=_EVENT_STRENGTH * (2.0 if moves else 1.0))
    while True:
        turns = [one[_in_turn(len(one), len(one), random)] for one in moves]
        for index in range(max(map(len, turns), default=_FIRST)):
            place = draw(around, 1, random)[0]
            for one in turns:
                place = place + one[index % len(one)]
            yield np.asarray(place, np.float32)


def others(space: LatentSpace, named: Mapping[str, float], noise: FloatArray) -> Others:
    """What ``new_events`` draws from, for a place that follows a performer.

    Args:
        space: that knows the kin of the named ones.
        named: places to the share that each has in the performer's.
        noise: of variance 1, ``[n, size]``: as many places are given.
    """
    moves = [_to_kin(space, name, share)[:_FIRST] for name, share in named.items()]
    moves = [one for one in moves if len(one)]
    around = posterior(space, [space.mean], strength=_EVENT_STRENGTH * (2.0 if moves else 1.0))
    near = noise * around.deviation.astype(np.float32)
    rows = np.arange(len(noise))
    kin = sum((one[rows % len(one)] for one in moves), np.zeros_like(near))
    return Others(near + np.float32(_REACH) * kin, near + kin)


def _to_kin(space: LatentSpace, name: str, share: float) -> FloatArray:
    """From a named place to each of its kin, ``[n, size]``; none for a name that is not there."""
    place = space.places.get(name)
    if place is None or not len(place.kin):
        return np.zeros((0, space.size), np.float32)
    return np.asarray(np.float32(share) * (place.kin - place.w), np.float32)


def _in_turn(size: int, count: int, random: np.random.Generator) -> np.ndarray:
    """Numbers below ``size``, none a second time before all had their turn, ``[count]``."""
    rounds = [random.permutation(size) for _ in range(-(-count // size))]
    return np.concatenate(rounds)[:count]
