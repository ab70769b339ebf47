"""What is asked of the model for notes: the nearest pitch that it reaches, one of a few velocities.

The level between two velocities is exact, the timbre the nearest.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from latent_resonance.contracts.parts import Want
from latent_resonance.contracts.space import HIGHEST_PITCH, LOWEST_PITCH, LatentSpace
from latent_resonance.contracts.values import Tone

VELOCITY_STEPS = 8
"""Velocities that a window is made for."""

# A neighbour's timbre changes by a step of velocity as by so many semitones.
_STEP_COSTS = 0.7
_NEAR_SEMITONES = 2.0
_AHEAD_VELOCITIES = (100, 64)
# The middle of a piano first, every fourth key first: then every key has a neighbour to begin with.
_AHEAD_PITCHES = tuple(sorted(range(36, 97), key=lambda p: (p % 4 > 0, abs(p - 60))))


class NoteKey(NamedTuple):
    """What a window is made of: place without pitch and velocity, pitch, velocity step."""

    place: bytes
    pitch: float
    step: int


def note_key(tone: Tone, pitch: float, velocity: int) -> NoteKey:
    """Under what a note's window is kept.

    Args:
        tone: what it sounds like.
        pitch: MIDI number; one that the model does not reach gets the nearest that it does.
        velocity: 1..127.
    """
    step = min(round(velocity / 127 * (VELOCITY_STEPS - 1)), VELOCITY_STEPS - 1)
    kept = min(max(float(pitch), LOWEST_PITCH), HIGHEST_PITCH)
    return NoteKey(tone.w[:-2].tobytes(), kept, step)


def note_want(space: LatentSpace, tone: Tone, key: NoteKey, *, ahead: bool = False) -> Want:
    """The request for one note's window, about its tone; ``ahead`` if not needed yet."""
    w = space.note(tone.w, key.pitch, key.step / (VELOCITY_STEPS - 1))
    return Want(w, key, ahead, tone)


def wants_ahead(space: LatentSpace, tone: Tone) -> list[Want]:
    """A keyboard's range of a tone, what is most likely to be played first."""
    return [
        note_want(space, tone, note_key(tone, pitch, velocity), ahead=True)
        for velocity in _AHEAD_VELOCITIES
        for pitch in _AHEAD_PITCHES
    ]


def distance_from(wanted: NoteKey) -> Callable[[Any], float]:
    """How far another key's window is from sounding like the wanted one; infinite if too far."""

    def distance(key: Any) -> float:
        if not isinstance(key, NoteKey) or key.place != wanted.place:
            return math.inf
        semitones = abs(key.pitch - wanted.pitch)
        if semitones > _NEAR_SEMITONES:
            return math.inf
        return semitones + _STEP_COSTS * abs(key.step - wanted.step)

    return distance
