"""How notes behave: the level of a velocity, and how those of a family hold and die away."""

import math
from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import FloatArray, Tone

# How fast a released note falls, dB per second, and what is typical of those without an entry.
_RELEASE_DB = {
    "mallet": 60.0,
    "string_plucked": 90.0,
    "synth_pad": 90.0,
    "guitar": 120.0,
    "string": 170.0,
    "keyboard": 200.0,
    "vocal": 170.0,
    "bass": 240.0,
}
_USUAL_RELEASE_DB = 220.0
# Struck and plucked families; a held note of any other goes on unless it falls very fast.
_DYING = ("bass", "guitar", "keyboard", "mallet", "string_plucked", "synth_bass")
_DYING_HOLDS_DB, _HOLDS_DB = 1.0, 10.0
_SILENT_NEPERS = -14.0


@lru_cache(maxsize=128)
def level_of(value: int) -> float:
    """Nepers of a MIDI level 0..127: 40 log10 in dB, as General MIDI 2 and DLS have it."""
    return 2 * math.log(value / 127) if value > 0 else _SILENT_NEPERS


def make_tone(space: LatentSpace, name: str, w: FloatArray) -> Tone:
    """A place of a space that plays notes, behaving as the mean of its families do.

    Args:
        space: whose ``family`` slot says what families there are.
        name: of the instrument.
        w: the place ``[size]``; its pitch and velocity entries have no meaning.
    """
    begin = len(space.conditioning["timbre"])
    families = space.conditioning["family"]
    weights = np.maximum(w[begin : begin + len(families)], 0)
    total = float(weights.sum())

    def mean(values: Mapping[str, float], usual: float) -> float:
        rates = np.array([values.get(family, usual) for family in families])
        return float(weights @ rates) / total if total > 0 else usual

    return Tone(
        name,
        w,
        release_db_per_second=mean(_RELEASE_DB, _USUAL_RELEASE_DB),
        holds_db_per_second=mean(dict.fromkeys(_DYING, _DYING_HOLDS_DB), _HOLDS_DB),
        sustains=mean(dict.fromkeys(_DYING, 0.0), 1.0) > 0.5,
    )
