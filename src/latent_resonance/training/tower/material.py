"""Pictures with captions, and which caption is true of which picture."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from latent_resonance.data.synthetic.pictures.captions import Caption, caption, name_one
from latent_resonance.data.synthetic.pictures.corpus import make_pictures
from latent_resonance.data.synthetic.pictures.vocabulary import VOCABULARY, concepts_of
from latent_resonance.navigate.prompts.tower import PICTURE_SIDE
from latent_resonance.navigate.prompts.words import split_text

CONCEPTS = tuple(VOCABULARY)
TAUGHT = tuple(
    sorted(
        {
            word
            for words in VOCABULARY.values()
            for phrase in words.taught
            for word in split_text(phrase)
        }
    )
)
"""All words of captions."""
_ROWS = {word: row for row, word in enumerate(TAUGHT)}
_SHORT = 0.35  # share of captions that say one thing alone


@dataclass(frozen=True, slots=True)
class Batch:
    """Pictures with as many captions.

    Attributes:
        pictures: ``[n, 3, 64, 64]`` in -1..1.
        rows: of the captions' words in ``TAUGHT``, one caption after another.
        starts: ``[n]``, where each caption begins among them.
        true: ``[captions, pictures]``, 1 where all that a caption says is true of a picture.
        concepts: ``[pictures, concepts]``, 1 where true.
    """

    pictures: Tensor
    rows: Tensor
    starts: Tensor
    true: Tensor
    concepts: Tensor


def says(said: frozenset[str]) -> np.ndarray:
    """A set of concepts as bool ``[concepts]``."""
    return np.array([name in said for name in CONCEPTS])


def rows_of(texts: list[str]) -> tuple[Tensor, Tensor]:
    """Rows of the words of captions, and where each caption begins among them."""
    rows = [[_ROWS[word] for word in split_text(text) if word in _ROWS] for text in texts]
    starts = np.cumsum([0, *(len(row) for row in rows[:-1])])
    return torch.tensor([one for row in rows for one in row]), torch.from_numpy(starts)


class CaptionedPictures:
    """Synthetic pictures, drawn once; captions are written anew for each batch.

    Args:
        count: how many pictures.
        seed: of the pictures.
    """

    def __init__(self, count: int, seed: int) -> None:
        made = list(make_pictures(count, PICTURE_SIDE, seed))
        self.attributes = [picture for picture, _ in made]
        self.pixels = np.stack([pixels for _, pixels in made])
        self.concepts = np.stack([says(concepts_of(picture)) for picture in self.attributes])

    def batch(self, count: int, random: np.random.Generator) -> Batch:
        """``count`` pictures, all or none of them mirrored and turned, each with a caption."""
        chosen = random.integers(len(self.pixels), size=count)
        pixels = self.pixels[chosen].astype(np.float32).transpose(0, 3, 1, 2) / 127.5 - 1
        if random.uniform() < 0.5:
            pixels = pixels[..., ::-1]
        if random.uniform() < 0.5:
            pixels = pixels.transpose(0, 1, 3, 2)
        captions = [self._caption(index, random) for index in chosen]
        rows, starts = rows_of([one.text for one in captions])
        said, concepts = np.stack([says(one.says) for one in captions]), self.concepts[chosen]
        true = ~(said[:, None] & ~concepts[None]).any(2)
        return Batch(
            torch.from_numpy(np.ascontiguousarray(pixels)),
            rows,
            starts,
            torch.from_numpy(true.astype(np.float32)),
            torch.from_numpy(concepts.astype(np.float32)),
        )

    def _caption(self, index: int, random: np.random.Generator) -> Caption:
        picture = self.attributes[index]
        return name_one(picture, random) if random.uniform() < _SHORT else caption(picture, random)
