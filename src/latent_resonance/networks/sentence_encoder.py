"""A BERT sentence encoder in the layout of sentence-transformers, as all-MiniLM-L6-v2 has it.

Devlin et al. 2019, "BERT"; Reimers and Gurevych 2019, "Sentence-BERT": the mean of the last layer's
tokens, scaled to length 1. It reads published weights and is never trained here.
"""

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn.functional import gelu, layer_norm, linear, normalize

_EPSILON = 1e-12
_CLASS, _END, _UNKNOWN = "[CLS]", "[SEP]", "[UNK]"


def split_word(word: str, vocabulary: Mapping[str, int]) -> list[int]:
    """The longest pieces of a lower-case word that a vocabulary has, from the left (WordPiece)."""
    pieces: list[int] = []
    begin = 0
    while begin < len(word):
        end = len(word)
        while end > begin and ("##" * (begin > 0) + word[begin:end]) not in vocabulary:
            end -= 1
        if end == begin:
            return [vocabulary[_UNKNOWN]]
        pieces.append(vocabulary["##" * (begin > 0) + word[begin:end]])
        begin = end
    return pieces


class SentenceEncoder:
    """Texts to vectors.

    Args:
        weights: of the published model, by their published names.
        vocabulary: piece to its row.
        heads: of attention.
    """

    def __init__(
        self, weights: Mapping[str, Tensor], vocabulary: Mapping[str, int], heads: int = 12
    ) -> None:
        self._weights = {name: value.float() for name, value in weights.items()}
        self._vocabulary = vocabulary
        self._heads = heads
        names = [name.split(".")[2] for name in weights if name.startswith("encoder.layer.")]
        self._layers = len(set(names))
        self.size = int(weights["embeddings.word_embeddings.weight"].shape[1])

    @torch.no_grad()
    def encode(self, texts: Sequence[str]) -> Tensor:
        """``[n, size]`` of length 1; words are parted by spaces, in lower case."""
        rows = [self._tokens(text) for text in texts]
        out = torch.zeros(len(texts), self.size)
        # Texts of one length at a time need no padding.
        for length in sorted({len(row) for row in rows}):
            at = [index for index, row in enumerate(rows) if len(row) == length]
            out[at] = self._run(torch.tensor([rows[index] for index in at]))
        return out

    def _tokens(self, text: str) -> list[int]:
        words = [split_word(word, self._vocabulary) for word in text.lower().split()]
        inner = [piece for word in words for piece in word]
        return [self._vocabulary[_CLASS], *inner, self._vocabulary[_END]]

    def _norm(self, x: Tensor, name: str) -> Tensor:
        return layer_norm(
            x,
            (self.size,),
            self._weights[f"{name}.weight"],
            self._weights[f"{name}.bias"],
            _EPSILON,
        )

    def _linear(self, x: Tensor, name: str) -> Tensor:
        return linear(x, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])

    def _run(self, tokens: Tensor) -> Tensor:
        count, length = tokens.shape
        table = "embeddings.{}_embeddings.weight"
        x = self._weights[table.format("word")][tokens]
        x = x + self._weights[table.format("position")][:length]
        x = x + self._weights[table.format("token_type")][0]
        x = self._norm(x, "embeddings.LayerNorm")
        for layer in range(self._layers):
            name = f"encoder.layer.{layer}"
            query, key, value = (
                self._linear(x, f"{name}.attention.self.{part}")
                .view(count, length, self._heads, -1)
                .transpose(1, 2)
                for part in ("query", "key", "value")
            )
            scores = query @ key.transpose(2, 3) / math.sqrt(query.shape[-1])
            mixed = (torch.softmax(scores, -1) @ value).transpose(1, 2).reshape(x.shape)
            mixed = self._linear(mixed, f"{name}.attention.output.dense")
            x = self._norm(mixed + x, f"{name}.attention.output.LayerNorm")
            wide = gelu(self._linear(x, f"{name}.intermediate.dense"))
            x = self._norm(
                self._linear(wide, f"{name}.output.dense") + x, f"{name}.output.LayerNorm"
            )
        return normalize(x.mean(1), dim=1)
