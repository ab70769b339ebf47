"""Which words of a prompt a table of words knows, and what to try in place of the others."""

import difflib
from collections import Counter

import numpy as np

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.navigate.prompts.judge import Reading, check_prompt
from latent_resonance.navigate.prompts.words import WordTable, split_text

_SAYS = 0.25
"""Length from which a word's vector says something; half of all words are below 0.1."""
_GUESSES = 0.6
"""The same for a word that is only guessed from its pieces."""
_SURE = 1.0
_ALIKE_SPELLED = 0.72
_ALIKE_MEANT = 0.85
_SILENT = frozenset(
    {
        *("a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "is", "it", "its"),
        *("like", "of", "on", "or", "that", "the", "their", "this", "to", "over", "under", "very"),
        # What any picture has or is.
        *("with", "atmosphere", "background", "colour", "color", "form", "forms", "image", "mood"),
        *("pattern", "patterns", "picture", "scene", "shape", "shapes", "style", "texture"),
    }
)


def read_words(table: WordTable, text: str) -> Reading:
    """A prompt as the words that say something, each a part by itself.

    Raises:
        InputError: it is empty or too long, has no word, or none that is known.
    """
    words = dict.fromkeys(split_text(check_prompt(text)))
    if not words:
        raise InputError("a prompt needs at least one word")
    vectors, lengths, parts, unknown = [], [], [], {}
    for word in words:
        vector = table.vector(word)
        length = float(np.linalg.norm(vector))
        if word in _SILENT:
            continue
        if length < (_SAYS if word in table.rows else _GUESSES):
            unknown[word] = suggest(table, word)
            continue
        parts.append(word)
        vectors.append(vector / length)
        lengths.append(min(length, _SURE))
    if not parts:
        tries = sorted({word for word in unknown.values() if word}) or ["calm", "red", "jagged"]
        said = " ".join(words)[:60]
        raise InputError(f"no word of '{said}' is known: try {', '.join(tries)}")
    return Reading(np.stack(vectors), np.array(lengths, np.float32), tuple(parts), unknown)


def suggest(table: WordTable, word: str) -> str:
    """A known word to try: one spelled nearly so or, for a real word, meant nearly so; or none."""
    known = list(table.rows)[: table.known]
    if word not in table.rows:
        near = difflib.get_close_matches(word, known, n=3, cutoff=_ALIKE_SPELLED)
        # Letters that only changed places are the likelier slip.
        return max(near, key=lambda one: _shared(one, word), default="")
    vectors = _unit(np.stack([table.vector(one) for one in known]))
    alike = vectors @ _unit(table.vector(word))
    alike[[one == word for one in known]] = -1
    best = int(np.argmax(alike))
    return known[best] if alike[best] >= _ALIKE_MEANT else ""


def _shared(one: str, other: str) -> float:
    common = (Counter(one) & Counter(other)).total()
    return common / max(len(one), len(other))


def _unit(x: FloatArray) -> FloatArray:
    return np.asarray(x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-8), np.float32)
