"""Captions of pictures whose attributes are known: true words in varied order."""

import numpy as np

from latent_resonance.data.synthetic.pictures.attributes import PictureAttributes
from latent_resonance.data.synthetic.pictures.vocabulary import (
    ADJECTIVES,
    COLOURS,
    FAMILY_NOUNS,
    Words,
    adjectives_of,
    colour_of,
)

# {a} adjectives, {c} colour, {n} noun.
_TEMPLATES = (
    "{a} {c} {n}",
    "{c} {n}, {a}",
    "{n}, {a}, {c}",
    "{a} {n}, {c}",
    "{c}, {a} {n}",
    "a picture of {a} {c} {n}",
)
_MOST_ADJECTIVES = 3


def caption(picture: PictureAttributes, random: np.random.Generator) -> str:
    """A caption of what is true of a picture, in taught words; not everything is said each time."""
    adjectives = adjectives_of(picture)
    random.shuffle(adjectives)
    said = adjectives[: int(random.integers(0, _MOST_ADJECTIVES + 1))]
    colour = colour_of(picture)
    parts = {
        "a": " ".join(_pick(ADJECTIVES[name], random) for name in said),
        "c": _pick(COLOURS[colour], random) if colour and random.uniform() < 0.9 else "",
        "n": _pick(FAMILY_NOUNS[picture.family], random),
    }
    text = _TEMPLATES[int(random.integers(len(_TEMPLATES)))].format(**parts)
    # Parts that were left out leave their commas and spaces behind.
    pieces = [" ".join(piece.split()) for piece in text.split(",")]
    return ", ".join(piece for piece in pieces if piece)


def _pick(words: Words, random: np.random.Generator) -> str:
    return words.taught[int(random.integers(len(words.taught)))]
