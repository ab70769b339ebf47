"""What is asked of the model for notes: the nearest pitch that it reaches, at one velocity.

How much brighter a harder note is, its tone says (``Tone.velocity_tilt_db``).
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from latent_resonance.contracts.parts import Want
from latent_resonance.contracts.space import HIGHEST_PITCH, LOWEST_PITCH, LatentSpace
from latent_resonance.contracts.values import Tone

WINDOW_VELOCITY = 0.9
"""Of all windows, 0 soft .. 1 hard: what is softer is darkened, hardly anything brightened."""

_NEAR_SEMITONES = 2.0
# The middle of a piano first, every fourth key first: then every key has a neighbour to begin with.
_AHEAD_PITCHES = tuple(sorted(range(36, 97), key=lambda p: (p % 4 > 0, abs(p - 60))))


class NoteKey(NamedTuple):
    """What a window is made of: place without pitch and velocity, and pitch."""

    place: bytes
    pitch: float


def note_key(tone: Tone, pitch: float) -> NoteKey:
    """Under what a note's window is kept.

    Args:
        tone: what it sounds like.
        pitch: MIDI number; one that the model does not reach gets the nearest that it does.
    """
    kept = min(max(float(pitch), LOWEST_PITCH), HIGHEST_PITCH)
    return NoteKey(tone.w[:-2].tobytes(), kept)


def note_want(space: LatentSpace, tone: Tone, key: NoteKey, *, ahead: bool = False) -> Want:
    """The request for one note's window, about its tone; ``ahead`` if not needed yet."""
    return Want(space.note(tone.w, key.pitch, WINDOW_VELOCITY), key, ahead, tone)


def wants_ahead(space: LatentSpace, tone: Tone) -> list[Want]:
    """A keyboard's range of a tone, what is most likely to be played first."""
    return [note_want(space, tone, note_key(tone, pitch), ahead=True) for pitch in _AHEAD_PITCHES]


def distance_from(wanted: NoteKey) -> Callable[[Any], float]:
    """How far another key's window is from sounding like the wanted one; infinite if too far."""

    def distance(key: Any) -> float:
        if not isinstance(key, NoteKey) or key.place != wanted.place:
            return math.inf
        semitones = abs(key.pitch - wanted.pitch)
        return math.inf if semitones > _NEAR_SEMITONES else semitones

    return distance
