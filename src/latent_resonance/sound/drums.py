"""A drum kit out of a model's named places: General MIDI's keys, and what each of them strikes."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import Hit, Tone

KIT = "drum_kit"
"""Name of the kit among instruments."""


@lru_cache(maxsize=1)
def _drums() -> Mapping[str, Mapping[str, Any]]:
    path = Path(__file__).with_suffix(".toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def kit_tones(space: LatentSpace) -> Mapping[int, Tone]:
    """Drums by their MIDI number; a drum whose places the space lacks is left out.

    Args:
        space: of the model that makes them.
    """
    found: dict[int, Tone] = {}
    for name, row in _drums().items():
        shape = dict(row)
        keys, at, tuned = shape.pop("keys"), shape.pop("at"), shape.pop("semitones", 0)
        shares = {at: 1.0} if isinstance(at, str) else at
        if not shares.keys() <= space.places.keys():
            continue
        w = space.blend(shares)
        tunings = tuned if isinstance(tuned, list) else [tuned] * len(keys)
        for key, semitones in zip(keys, tunings, strict=True):
            found[key] = Tone(name, w, hit=Hit(semitones=semitones, **shape))
    return dict(sorted(found.items()))
