"""The table of words of one model: static vectors of the prompt tower, plain meanings behind."""

import numpy as np

from latent_resonance.data.synthetic.pictures.composed.lexicon import (
    GROUNDS,
    MOODS,
    NAMES,
    SHAPES,
    explicit_numbers,
)
from latent_resonance.data.synthetic.pictures.vocabulary import VOCABULARY
from latent_resonance.navigate.prompts.tokens import SILENT, TokenTable
from latent_resonance.navigate.prompts.tower import load_tower
from latent_resonance.navigate.prompts.words import split_text

_LARGER = 4.0
"""Of vectors of length 1 in 64 numbers: about half a unit each, as the plain numbers have."""


def make_table(tokens: int, frequent: int) -> TokenTable:
    """Words with plain meanings, those of the captions, and so many of the tower's first.

    A form, ground or mood that no caption holds has the mean vector of those that mean the same.
    """
    tower = load_tower().words
    plain = explicit_numbers()
    captions = {
        word
        for words in VOCABULARY.values()
        for phrase in (*words.taught, *words.held_out)
        for word in split_text(phrase)
    }
    named = [*plain, *sorted(captions - set(plain) - SILENT)]
    seen = set(named) | SILENT
    rest = [word for word in list(tower.rows)[:frequent] if word not in seen]
    words = [*named, *rest]
    vectors = {word: tower.vector(word) for word in words}
    for group in (SHAPES, GROUNDS, MOODS):
        for said in group.values():
            # A vector that training never showed leads away from the form that its numbers name.
            alike = np.stack([vectors[word] for word in said.taught]).mean(axis=0)
            vectors.update(dict.fromkeys(said.held_out, alike))
    static = np.stack(list(vectors.values())) * _LARGER
    step = float(np.float32(np.abs(static).max() / 127))
    numbers = np.zeros((len(named), len(NAMES)), np.float32)
    numbers[:, 0] = 1
    for row, word in enumerate(plain):
        numbers[row] = plain[word].astype(np.float16)  # as a bundle stores it
    return TokenTable(
        {word: row for row, word in enumerate(words)},
        np.rint(static / step).astype(np.int8),
        numbers,
        step,
        tokens,
        len(named),
    )
