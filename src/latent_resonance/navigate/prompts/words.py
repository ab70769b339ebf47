"""Texts as sums of static word vectors: a table of frequent words, pieces of words for the rest.

Pieces are hashed after Bojanowski et al. 2017, "Enriching word vectors with subword information".
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from latent_resonance.contracts.values import FloatArray

_LENGTHS = (3, 4, 5)
_MOST_WORDS = 64  # of one text; what follows is not read


def hash_pieces(word: str, buckets: int) -> list[int]:
    """Rows of the pieces of a word, of three to five letters and whole, its ends marked."""
    marked = f"<{word}>"
    pieces = {marked[i : i + n] for n in _LENGTHS for i in range(len(marked) - n + 1)} | {marked}
    return sorted(zlib.crc32(piece.encode()) % buckets for piece in pieces)


def split_text(text: str) -> list[str]:
    """The words of a text, in lower case, without marks; at most the first 64."""
    return re.findall(r"[^\W\d_]+", text.lower())[:_MOST_WORDS]


@dataclass(frozen=True, slots=True)
class WordTable:
    """Vectors of words in the tower's space; a longer one says more.

    Attributes:
        rows: word to its row.
        vectors: int8 ``[words, size]``, in units of ``step``.
        pieces: int8 ``[buckets, size]``, in units of ``piece_step``; their mean is a word's vector.
        step: see above.
        piece_step: see above.
        known: how many of the first words are surely about looks: taught, colours, and others.
    """

    rows: Mapping[str, int]
    vectors: np.ndarray
    pieces: np.ndarray
    step: float
    piece_step: float
    known: int = 0

    def vector(self, word: str) -> FloatArray:
        """``[size]`` of a word in lower case."""
        row = self.rows.get(word)
        if row is not None:
            return np.asarray(self.vectors[row] * np.float32(self.step), np.float32)
        pieces = self.pieces[hash_pieces(word, len(self.pieces))].astype(np.float32)
        return np.asarray(pieces.mean(0) * np.float32(self.piece_step), np.float32)

    def encode(self, text: str) -> FloatArray | None:
        """``[size]``, the sum over a text's words; none where it has no word."""
        words = split_text(text)
        return np.sum([self.vector(word) for word in words], axis=0) if words else None
