"""Prompts as rows of numbers, one for each word in its place, for models that read word by word.

A row is the word's static vector and, behind it, numbers with a plain meaning (a colour's OKLab
value, a form, a mood) where the word has one; so order counts, unlike in `words.py`.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from latent_resonance.contracts.errors import BundleError, InputError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.navigate.prompts.judge import LONGEST_PROMPT, Reading
from latent_resonance.navigate.prompts.words import split_text

WORDS = "words.safetensors"
"""The member of a bundle that holds the table."""

COLOUR_AT = slice(2, 5)
"""Where a word's plain numbers hold the OKLab value of the colour that it names: lightness, a, b;
zeros in words that name none."""

_SAYS = 0.25  # length from which a word's vector says something, as in `read_words.py`
_ALIKE_SPELLED = 0.72


@dataclass(frozen=True, slots=True)
class TokenTable:
    """The words that one model knows.

    Attributes:
        rows: word to its row; those with plain meanings come first.
        vectors: int8 ``[words, static]``, in units of ``step``.
        numbers: float32 ``[explicit, plain]``, of the first rows; the rest has its first number 1.
        step: see above.
        tokens: most words of a prompt.
        known: how many of the first words may be suggested.
    """

    rows: Mapping[str, int]
    vectors: np.ndarray
    numbers: FloatArray
    step: float
    tokens: int
    known: int

    @property
    def size(self) -> int:
        """How many numbers a word has: those of its vector and those with a plain meaning."""
        return int(self.vectors.shape[1] + self.numbers.shape[1])

    @property
    def hue(self) -> slice | None:
        """Where a row has a and b of its word's colour; None where the table has no colours."""
        static, plain = self.vectors.shape[1], self.numbers.shape[1]
        if plain < COLOUR_AT.stop:
            return None
        return slice(static + COLOUR_AT.start + 1, static + COLOUR_AT.stop)

    def row(self, word: str) -> FloatArray | None:
        """``[size]`` of a word in lower case; none where it says nothing."""
        index = self.rows.get(word)
        if index is None:
            return None
        out = np.zeros(self.size, np.float32)
        static = self.vectors.shape[1]
        out[:static] = self.vectors[index] * np.float32(self.step)
        if index < len(self.numbers):
            out[static:] = self.numbers[index]
        else:
            if np.linalg.norm(out[:static]) < _SAYS:
                return None
            out[static] = 1
        return out


def tokens_of(table: TokenTable, prompt: str) -> tuple[FloatArray, Reading]:
    """A prompt as rows of words, ``[tokens, size]``, zeros after the last, and what was understood.

    The empty prompt is none at all: zeros. Words beyond the table's most are not read, but told.

    Raises:
        InputError: it is too long, or has words of which none is known.
    """
    if len(prompt) > LONGEST_PROMPT:
        raise InputError(f"a prompt has at most {LONGEST_PROMPT} characters, not {len(prompt)}")
    if prompt.strip() and not split_text(prompt):
        raise InputError("a prompt needs at least one word")
    words = split_text(prompt)
    parts, found, unknown = [], [], {}
    for word in words:
        row = table.row(word)
        if row is not None:
            parts.append(word)
            found.append(row)
        elif word not in SILENT:
            unknown[word] = suggest_word(table, word)
    if words and not found:
        tries = sorted({word for word in unknown.values() if word}) or ["calm", "red", "circles"]
        raise InputError(f"no word of '{' '.join(words)[:60]}' is known: try {', '.join(tries)}")
    out = np.zeros((table.tokens, table.size), np.float32)
    kept = found[: table.tokens]
    if kept:
        out[: len(kept)] = kept
    vectors = out[: len(kept)]
    lengths = np.linalg.norm(vectors, axis=1)
    unit = vectors / np.maximum(lengths, 1e-8)[:, None]
    return out, Reading(
        np.asarray(unit, np.float32),
        np.minimum(lengths, 1),
        tuple(parts[: len(kept)]),
        unknown,
        cut=tuple(parts[len(kept) :]),
    )


SILENT = frozenset(
    {
        *("a", "an", "as", "at", "by", "for", "from", "into", "is", "it", "its", "like", "or"),
        *("that", "the", "their", "this", "to", "very", "some", "few", "many", "my"),
        *("atmosphere", "colour", "color", "coloured", "colored", "form", "forms", "image", "mood"),
        *("painting", "pattern", "patterns", "picture", "scene", "shape", "shapes", "style"),
    }
)
"""Words that any picture would answer to: they are no part of what is asked."""


def suggest_word(table: TokenTable, word: str) -> str:
    """A known word that is spelled nearly so; or none."""
    known = list(table.rows)[: table.known]
    return next(iter(difflib.get_close_matches(word, known, n=1, cutoff=_ALIKE_SPELLED)), "")


def load_tokens(data: bytes) -> TokenTable:
    """The table of a bundle's member.

    Raises:
        BundleError: it holds none.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        return _table(load(data))
    except (SafetensorError, KeyError, IndexError, ValueError) as error:
        raise BundleError(f"{WORDS} holds no table of words: {error}") from error


def _table(tensors: Mapping[str, np.ndarray]) -> TokenTable:
    words = tensors["words"].tobytes().decode("utf-8").split("\n")
    vectors, numbers = tensors["vectors"], tensors["numbers"].astype(np.float32)
    if vectors.dtype != np.int8 or vectors.ndim != 2 or numbers.ndim != 2:
        raise ValueError("its tables have another form")
    if len(words) != len(vectors) or len(numbers) > len(words) or not numbers.shape[1]:
        raise ValueError("it has not as many vectors as words")
    tokens, known = (int(value) for value in tensors["sizes"])
    step = float(tensors["step"][0])
    if tokens < 1 or not (np.isfinite(step) and np.isfinite(numbers).all()):
        raise ValueError("its numbers are out of range")
    return TokenTable({w: k for k, w in enumerate(words)}, vectors, numbers, step, tokens, known)


def save_tokens(table: TokenTable) -> bytes:
    """The member that ``load_tokens`` reads."""
    from safetensors.numpy import save

    return bytes(
        save(
            {
                "words": np.frombuffer("\n".join(table.rows).encode(), np.uint8),
                "vectors": np.ascontiguousarray(table.vectors),
                "numbers": table.numbers.astype(np.float16),
                "step": np.array([table.step], np.float32),
                "sizes": np.array([table.tokens, table.known], np.int32),
            }
        )
    )
