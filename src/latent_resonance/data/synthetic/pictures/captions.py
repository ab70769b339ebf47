"""Captions of pictures whose attributes are known: true words in varied order."""

from dataclasses import dataclass

import numpy as np

from latent_resonance.data.synthetic.pictures.attributes import PictureAttributes
from latent_resonance.data.synthetic.pictures.vocabulary import (
    ADJECTIVES,
    COLOURS,
    FAMILY_NOUNS,
    VOCABULARY,
    Words,
    adjectives_of,
    colour_of,
    concepts_of,
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


@dataclass(frozen=True, slots=True)
class Caption:
    """A text, and the concepts that it says."""

    text: str
    says: frozenset[str]


def caption(
    picture: PictureAttributes, random: np.random.Generator, *, whole: bool = False
) -> Caption:
    """A caption of what is true of a picture, in taught words and varied order.

    Args:
        picture: what is described.
        random: chooses words and order.
        whole: all that is true; else a few adjectives, and sometimes no colour.
    """
    adjectives = adjectives_of(picture)
    random.shuffle(adjectives)
    said = adjectives if whole else adjectives[: int(random.integers(0, _MOST_ADJECTIVES + 1))]
    colour = colour_of(picture)
    if random.uniform() < 0.1 and not whole:
        colour = None
    parts = {
        "a": " ".join(_pick(ADJECTIVES[name], random) for name in said),
        "c": _pick(COLOURS[colour], random) if colour else "",
        "n": _pick(FAMILY_NOUNS[picture.family], random),
    }
    text = _TEMPLATES[int(random.integers(len(_TEMPLATES)))].format(**parts)
    # Parts that were left out leave their commas and spaces behind.
    pieces = [" ".join(piece.split()) for piece in text.split(",")]
    concepts = frozenset([picture.family, *said, *([colour] if colour else [])])
    return Caption(", ".join(piece for piece in pieces if piece), concepts)


def name_one(picture: PictureAttributes, random: np.random.Generator) -> Caption:
    """One thing alone that is true of a picture, in a taught word."""
    concepts = sorted(concepts_of(picture))
    name = concepts[int(random.integers(len(concepts)))]
    return Caption(_pick(VOCABULARY[name], random), frozenset([name]))


def _pick(words: Words, random: np.random.Generator) -> str:
    return words.taught[int(random.integers(len(words.taught)))]
