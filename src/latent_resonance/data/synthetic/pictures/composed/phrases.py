"""Sentences for composed pictures, in taught words."""

import numpy as np

from latent_resonance.data.synthetic.pictures.composed.composition import Composition
from latent_resonance.data.synthetic.pictures.composed.lexicon import GROUNDS, MOODS, SHAPES

# {m} mood, {c} colour, {s} forms, {o} on what, {k} the ground's word.
_WHOLE = (
    "{m} {c} {s} {o}",
    "{c} {s} {o}, {m}",
    "{m}: {c} {s} {o}",
    "{s} in {c} {o}, {m}",
    "{m} {s} of {c} {o}",
    "{k} background, {m} {c} {s}",
    "{k} with {m} {c} {s}",
    "a {m} picture of {c} {s} {o}",
    "{m}, {c} {s}, {k} ground",
)
_WITHOUT_MOOD = ("{c} {s} {o}", "{s} of {c} {o}", "{k} background with {c} {s}", "{c} {s}, {k}")
_SHORT = ("{c} {s}", "{m} {c} {s}", "{s} {o}", "{s}", "{m} {s}", "{c}", "{m} {s} {o}")
_ON = (
    "on a {k} background",
    "on a {k} ground",
    "on {k}",
    "over {k}",
    "against a {k} backdrop",
    "on a {k} field",
)


def say_composition(picture: Composition, random: np.random.Generator) -> str:
    """A sentence that is true of a picture; some leave things out."""
    share = random.uniform()
    listed = _WHOLE if share < 0.6 else _WITHOUT_MOOD if share < 0.85 else _SHORT
    template = listed[int(random.integers(len(listed)))]
    ground = picture.ground
    if ground in GROUNDS:
        ground = _pick(GROUNDS[ground].taught, random)
    return template.format(
        m=_pick(MOODS[picture.mood].taught, random),
        c=picture.colour,
        s=_pick(SHAPES[picture.shape].taught, random),
        k=ground,
        o=_ON[int(random.integers(len(_ON)))].format(k=ground),
    )


def _pick(words: tuple[str, ...], random: np.random.Generator) -> str:
    return words[int(random.integers(len(words)))]
