"""What a text-to-image model is to those who paint with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from latent_resonance.contracts.values import ByteArray, FloatArray

OnStep = Callable[[int, int], None]
"""``(done, of)`` after each step of the sampler, 1..of; what it raises cancels the picture."""


@dataclass(frozen=True, slots=True)
class PromptReading:
    """What a model makes of a prompt, in its words.

    Attributes:
        understood: words that move the picture.
        unknown: words that say nothing to it.
        cut: words at the end that are beyond the longest prompt that it reads.
        tries: of unknown words, a known one to try in its place, or nothing.
    """

    understood: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    tries: Mapping[str, str] = field(default_factory=dict)


class TextToImage(Protocol):
    """A model that is ready to paint.

    The same noise, prompt, steps and guidance give the same bytes on the same machine.

    Attributes:
        name: what it is called in a recipe: a bundle, a folder, ``OWNER/NAME`` of the hub.
        noise_shape: channels, rows, columns of the noise that it starts from.
        picture_size: height and width in pixels.
        steps: how many it wants where nothing is asked for.
        guidance: how strongly the prompt pulls where nothing is asked for; 1 is not at all
            beyond what the words do by themselves.
    """

    name: str
    noise_shape: tuple[int, int, int]
    picture_size: tuple[int, int]
    steps: int
    guidance: float

    def read(self, prompt: str) -> PromptReading:
        """Which words of a prompt it will follow; paints nothing."""
        ...

    def paint(
        self,
        noise: FloatArray,
        prompt: str,
        *,
        steps: int,
        guidance: float,
        on_step: OnStep | None = None,
    ) -> ByteArray:
        """One picture.

        Args:
            noise: Gaussian, of deviation 1, of ``noise_shape``.
            prompt: may be empty.
            steps: of the sampler, 1 or more.
            guidance: 1 or more; models that were distilled for one value keep to it.
            on_step: told after each step. What it raises passes through within one step, and
                the model can paint again afterwards.

        Returns:
            uint8 ``[height, width, 3]``.

        Raises:
            InputError: noise of another shape or with NaN, or steps or guidance out of range;
                before anything is computed.
        """
        ...

    def close(self) -> None:
        """Release the weights; safe to call twice."""
        ...
