"""Ways around a place that come back to it: a slow seeded drift, and closed orbits in time."""

import math

import numpy as np

from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import FloatArray, Tempo
from latent_resonance.sound.smoothing import share

COUNT = 6
# Turns of each direction for one of the whole drift, no two of which meet.
_RATES = np.sqrt(np.array([1, 2, 3, 5, 7, 11]) / 3)
_FOLLOW_SECONDS = 0.25


def ways_around(space: LatentSpace, seed: int) -> FloatArray:
    """Six directions as long as places are apart, ``[6, size]``: from the examples' middle to some.

    The model's own mean may lie aside, as its colour can be chosen; the drift would then lean away
    from it. Where a bundle has no examples, they are drawn as wide as its space is.
    """
    random = np.random.Generator(np.random.PCG64([seed, 6]))
    if len(space.examples) >= COUNT:
        chosen = random.choice(len(space.examples), COUNT, replace=False)
        return np.asarray(space.examples[chosen] - space.examples.mean(0), np.float32)
    noise = random.standard_normal((COUNT, space.size))
    return np.asarray(noise * space.spread, np.float32)


def drift(ways: FloatArray, turns: float) -> FloatArray:
    """Where a drift is after so many turns, ``[size]``: at 0 nowhere, then never the same again."""
    amounts = np.sin(2 * np.pi * turns * _RATES) / math.sqrt(COUNT)
    return np.asarray(amounts.astype(np.float32) @ ways)


def orbit(ways: FloatArray, turns: float) -> FloatArray:
    """Where a closed orbit is, ``[size]``; the same again after each whole turn."""
    angle = 2 * math.pi * turns
    return np.asarray(np.float32(math.cos(angle)) * ways[0] + np.float32(math.sin(angle)) * ways[1])


def follow_beats(
    beats: float, bpm: float, tempo: Tempo | None, now_seconds: float, dt_seconds: float
) -> float:
    """Beats since the start after a step; comes to the performer's beat by the shorter way.

    Args:
        beats: so far.
        bpm: while nobody keeps a beat.
        tempo: of the performer.
        now_seconds: of this step, on the clock of ``tempo``.
        dt_seconds: that the step covers.
    """
    if tempo is None:
        return beats + dt_seconds * bpm / 60
    theirs = tempo.phase + (now_seconds - tempo.time_seconds) * tempo.bpm / 60
    ahead = theirs - beats
    beats += share(dt_seconds, _FOLLOW_SECONDS) * (ahead - round(ahead))
    return beats + dt_seconds * tempo.bpm / 60
