"""The recipe of a latent diffusion."""

from typing import ClassVar, Literal

from pydantic import Field

from latent_resonance.training.recipe import RunRecipe, Table


class PromptPlace(Table):
    """A named place: a prompt, and the seed of its noise."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    prompt: str = Field(min_length=1, max_length=500)
    seed: int = Field(ge=0)


class DiffusionRecipe(RunRecipe):
    """An autoencoder first, then a rectified flow over its latents; all pictures are drawn."""

    free: ClassVar[frozenset[str]] = RunRecipe.free | {"sampling_steps", "guidance", "places"}

    family: Literal["latent_diffusion"]
    size: int = Field(256, ge=64, multiple_of=64, description="pixels a side")
    composed: int = Field(9000, ge=8, description="pictures of clear forms on a ground")
    autoencoder_pictures: int = Field(2400, ge=8, description="of all, to learn latents from")
    autoencoder_steps: int = Field(3000, ge=1)
    autoencoder_batch: int = Field(16, ge=4)
    autoencoder_rate: float = Field(2e-3, gt=0)
    channels: int = Field(96, ge=8, multiple_of=8, description="of the autoencoder")
    widths: tuple[int, int, int] = Field((96, 160, 192), description="of the velocity network")
    text: int = Field(192, ge=32, multiple_of=32, description="width of its text encoder")
    tokens: int = Field(12, ge=1, le=64, description="most words of a prompt")
    frequent: int = Field(12_000, ge=0, description="words in the bundle beside those taught")
    steps: int = Field(5000, ge=1)
    learning_rate: float = Field(1.5e-3, gt=0)
    ema: float = Field(0.998, ge=0, lt=1)
    without_caption: float = Field(0.12, ge=0, lt=1, description="share, for guidance")
    sampling_steps: int = Field(8, ge=1, description="that the bundle proposes")
    guidance: float = Field(2.0, ge=1, description="that the bundle proposes")
    places: list[PromptPlace] = Field([], description="named ones, for people")
