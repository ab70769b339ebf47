"""What tells how well pictures fit a prompt: the same for the small tower and for CLIP."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.values import ByteArray, FloatArray

LONGEST_PROMPT = 500
"""Of what is read, in characters; more is refused."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A prompt as a judge understands it.

    Attributes:
        vectors: ``[parts, size]`` of length 1: what it asks for, each by itself.
        weights: ``[parts]``, above 0: how much each says.
        parts: the word or phrase of each.
        unknown: words that say nothing to the judge, each with a known one to try in its place, or
            with nothing.
        ways: names of directions that it asks for where a model has them, and how far: below 0
            down.
        cut: words at the end that are beyond the most that are read.
    """

    vectors: FloatArray
    weights: FloatArray
    parts: tuple[str, ...]
    unknown: Mapping[str, str] = field(default_factory=dict)
    ways: tuple[tuple[str, float], ...] = ()
    cut: tuple[str, ...] = ()


class PictureJudge(Protocol):
    """Puts prompts and pictures into one space, in which what fits points the same way."""

    @property
    def identity(self) -> str:
        """Another for other weights: what was kept of one judge is no use to another."""

    @property
    def side(self) -> int:
        """Pixels a side that it looks at; pictures need at least so many."""

    def read(self, prompt: str) -> Reading:
        """What a prompt asks for.

        Raises:
            InputError: nothing in it is known.
        """

    def embed_pictures(self, pictures: ByteArray) -> FloatArray:
        """``[n, size]`` for pictures uint8 ``[n, height, width, 3]`` in sRGB.

        Raises:
            ValueError: no pictures, or too small.
        """


def check_prompt(text: str) -> str:
    """A prompt on one line.

    Raises:
        InputError: it is empty, or longer than ``LONGEST_PROMPT``.
    """
    if len(text) > LONGEST_PROMPT:
        raise InputError(f"a prompt has at most {LONGEST_PROMPT} characters, not {len(text):,}")
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not plain:
        raise InputError("the prompt is empty: say what to see, such as 'peaceful soft blue'")
    return plain
