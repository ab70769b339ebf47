"""The prompt tower, and for words with a plain look what can be seen without learning.

The tower ranks pictures of a kind that it knows; led far up it, a search comes to pictures that it
misreads, such as beige ones for golden. Hue, light, contrast and edges can be measured instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.navigate.prompts.judge import Reading
from latent_resonance.navigate.prompts.looks import (
    LOOK_SIDE,
    LOOKS,
    SIZE,
    look_vector,
    see_looks,
    ways_of,
)
from latent_resonance.navigate.prompts.tower import PromptTower, shrink_pictures
from latent_resonance.navigate.prompts.words import WordTable

_VERSION = "looks-4"
_ALIKE = 0.8
"""Cosine of a word to those of a meaning from which it has that meaning."""
_TOWERS_SHARE = 0.5
"""How much the tower's own opinion counts beside a look."""
_GUESSED = 0.5
"""How much a word without a look counts, which the tower alone judges, beside one look; a look that
several words mean counts once."""
_FORM_OF = MappingProxyType({"haze": "soft", "shards": "jagged"})
"""What edges a kind of picture always has, as the synthetic ones do (``JAGGED_RANGES``): they are
measured beside what the tower says, and the word still counts as one that the tower judges."""

# Each line: a meaning, then words that captions use for it. A word has the meaning of the one that
# it is most like; those without a look only keep words from other ones.
_LINES = """
red: red scarlet ruby fiery
orange: orange copper tangerine
yellow: yellow golden gold sunny
green: green leafy jade
turquoise: turquoise teal cyan
blue: blue cobalt
purple: purple violet plum amethyst
pink: pink magenta rose
grey: grey gray colourless
multicoloured: multicoloured multicolored rainbow
vivid: vivid saturated intense
vibrant: vibrant lively
dark: dark night dim shadowy
bright: bright light pale shining
faint: faint flat
stark: stark bold
jagged: jagged angular pointed sharp geometric
soft: soft smooth round
large: large big wide coarse
fine: fine tiny dense small
detailed: detailed textured intricate
plain: plain clean simple
symmetric: symmetric mirrored mandala
aggressive: aggressive violent angry fierce
calm: calm peaceful quiet static
cells: cells pebbles cobblestones
flow: silk streams flow currents
haze: gradients glow haze blur
lines: lines threads beams
marble: marble swirls
rings: rings circles target
shards: shards splinters fragments
stars: stars blossoms flowers starbursts
waves: waves ripples crests
"""
_MEANINGS = tuple(
    (name, word)
    for name, _, said in (line.partition(": ") for line in _LINES.strip().splitlines())
    for word in said.split()
)


@dataclass(frozen=True, slots=True)
class LookingTower:
    """A judge; see the module.

    Attributes:
        tower: knows words and pictures.
    """

    tower: PromptTower

    @property
    def identity(self) -> str:
        """Another for other weights or another way to look."""
        return f"{self.tower.identity}-{_VERSION}"

    @property
    def side(self) -> int:
        """Pixels a side that it looks at."""
        return LOOK_SIDE

    def read(self, prompt: str) -> Reading:
        """Each word of a prompt that says something.

        Raises:
            InputError: it is empty or too long, or no word is known.
        """
        reading = self.tower.read(prompt)
        meanings = meanings_of(self.tower.words, reading.parts)
        looks = looks_of(meanings)
        asked = [look or form for look, form in zip(looks, _forms_of(meanings), strict=True)]
        vectors = np.zeros((len(asked), reading.vectors.shape[1] + SIZE), np.float32)
        for row, vector, look in zip(vectors, reading.vectors, asked, strict=True):
            row[: len(vector)] = vector
            if look:
                row[: len(vector)] *= _TOWERS_SHARE
                row[len(vector) :] = look_vector(look)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        ways = tuple(way for look in asked if look for way in ways_of(look))
        said = [looks.count(look) for look in looks]
        measured = np.array([bool(look) for look in looks])
        weights = np.where(measured, 1 / np.array(said), _GUESSED * reading.weights)
        return replace(reading, vectors=vectors, weights=weights.astype(np.float32), ways=ways)

    def embed_pictures(self, pictures: ByteArray) -> FloatArray:
        """``[n, size]`` for pictures uint8 ``[n, h, w, 3]``, from 128 pixels a side.

        Raises:
            ValueError: no pictures, or too small.
        """
        seen = see_looks(shrink_pictures(pictures, LOOK_SIDE))
        return np.concatenate([self.tower.embed_pictures(pictures), seen], axis=1)


def looks_of(meanings: Sequence[str]) -> list[str]:
    """Which of ``LOOKS`` each meaning is; ``""`` where none."""
    return [name if name in LOOKS else "" for name in meanings]


def meanings_of(table: WordTable, words: Sequence[str]) -> list[str]:
    """Which line of the meanings each word belongs to; ``""`` where none."""
    known = _unit(np.stack([table.vector(said) for _, said in _MEANINGS]))
    found = []
    for word in words:
        alike = known @ _unit(table.vector(word))
        best = int(np.argmax(alike))
        found.append(_MEANINGS[best][0] if alike[best] >= _ALIKE else "")
    return found


def _forms_of(meanings: Sequence[str]) -> list[str]:
    """The edges that go without saying, a look for each meaning; none where a word says which."""
    if any(name in _FORM_OF.values() for name in meanings):
        return [""] * len(meanings)
    return [_FORM_OF.get(name, "") for name in meanings]


def _unit(vectors: FloatArray) -> FloatArray:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-8), np.float32)
