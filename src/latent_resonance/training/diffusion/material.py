"""Pictures with captions: composed ones, and some of the corpus' families; drawn from seeds."""

from collections.abc import Callable, Iterator

import numpy as np

from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.data.synthetic.pictures.attributes import draw_attributes
from latent_resonance.data.synthetic.pictures.captions import caption
from latent_resonance.data.synthetic.pictures.composed.composition import draw_composition
from latent_resonance.data.synthetic.pictures.composed.draw import draw_composition_picture
from latent_resonance.data.synthetic.pictures.composed.lexicon import SHAPES
from latent_resonance.data.synthetic.pictures.composed.phrases import say_composition
from latent_resonance.data.synthetic.pictures.composed.plan import draw_plan
from latent_resonance.data.synthetic.pictures.draw import draw_picture
from latent_resonance.navigate.prompts.words import split_text
from latent_resonance.training.diffusion.recipe import DiffusionRecipe
from latent_resonance.training.diffusion.words import make_table

_FAMILIES = ("cells", "flow", "gradients", "marble", "shards")
"""Of the corpus, those that say nothing else than composed pictures do by the same words."""
_SEED_STEP = 1_000_003
_WITHOUT_VECTOR, _WITHOUT_MEANING = 0.25, 0.1


class CaptionedPictures:
    """All pictures of a recipe by number; the same for its seed.

    Attributes:
        table: the words of its captions.
    """

    def __init__(self, recipe: DiffusionRecipe) -> None:
        self._size = recipe.size
        self._first = recipe.seed * _SEED_STEP
        composed = [
            draw_composition(self._first + k, list(SHAPES)[k % len(SHAPES)])
            for k in range(recipe.composed)
        ]
        others = [
            draw_attributes(self._first + k, _FAMILIES[k % len(_FAMILIES)])
            for k in range(recipe.synthetic)
        ]
        self.composed, self._others = composed, others
        self.table = make_table(recipe.tokens, recipe.frequent)
        self._rows: dict[str, FloatArray | None] = {}

    def __len__(self) -> int:
        return len(self.composed) + len(self._others)

    def draw(self, number: int) -> ByteArray:
        """The picture, uint8 ``[size, size, 3]``."""
        if number < len(self.composed):
            return draw_composition_picture(self.composed[number], self._size)
        return draw_picture(self._others[number - len(self.composed)], self._size, 1)

    def plan(self, number: int, random: np.random.Generator) -> FloatArray:
        """The plan that the picture was drawn by; any, of one that was drawn by none."""
        return self.composed[number].plan if number < len(self.composed) else draw_plan(random)

    def mixed(self, count: int, on_each: Callable[[], None] | None = None) -> Iterator[ByteArray]:
        """``count`` pictures evenly over all kinds."""
        for number in np.linspace(0, len(self) - 1, min(count, len(self))).astype(int):
            yield self.draw(int(number))
            if on_each:
                on_each()

    def say(self, number: int, random: np.random.Generator) -> str:
        """A caption of the picture, another at each call."""
        if number < len(self.composed):
            return say_composition(self.composed[number], random)
        return caption(self._others[number - len(self.composed)], random).text

    def words(self, number: int, random: np.random.Generator) -> FloatArray:
        """A caption as rows ``[tokens, size]``, some without the vector or the plain meaning.

        So either of them alone suffices: for words without a plain meaning, and for those that no
        caption holds.
        """
        out = np.zeros((self.table.tokens, self.table.size), np.float32)
        static = self.table.vectors.shape[1]
        index = 0
        for word in split_text(self.say(number, random)):
            if word not in self._rows:
                self._rows[word] = self.table.row(word)
            row = self._rows[word]
            if row is None or index == len(out):
                continue
            out[index] = row
            if row[static + 1 :].any():
                share = random.uniform()
                if share < _WITHOUT_VECTOR:
                    out[index, :static] = 0
                elif share < _WITHOUT_VECTOR + _WITHOUT_MEANING:
                    out[index, static + 1 :] = 0
            index += 1
        return out
