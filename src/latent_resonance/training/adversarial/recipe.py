"""What fixes an adversarial run."""

import json
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from latent_resonance.training.recipe import RunRecipe, Table


class Stage(Table):
    """A part of the run at one resolution; early ones are quick and find the large shapes."""

    resolution: int = Field(ge=8, description="of the shorter side")
    steps: int = Field(ge=1)
    adversarial: bool = Field(default=True, description="else reconstruction teaches alone")
    rate: float = Field(default=1.0, gt=0, description="factor of the generator's learning rate")


class DrawnPictures(Table):
    """Pictures of a bundle's random places."""

    bundle: str = Field(description="name or path")
    count: int = Field(ge=1)


class AdversarialRecipe(RunRecipe):
    """A generator of spectrograms or images against a discriminator."""

    free: ClassVar[frozenset[str]] = RunRecipe.free | {"compile"}

    family: Literal["stylegan2", "stylegan3", "dcgan"]
    material: Literal["spectrogram", "image"] = "spectrogram"
    resolution: int = Field(256, ge=32, description="height; bins of the spectrogram")
    columns: int = Field(0, ge=0, description="width; as high when 0")
    conditional: bool = Field(default=False, description="on the label")
    drawn: list[DrawnPictures] = Field(default=[], description="by other bundles; of images")
    mirror: bool = Field(default=False, description="half of the images, left to right")
    z_dim: int = Field(128, ge=2, le=2048)
    w_dim: int = Field(128, ge=2, le=2048)
    mapping_layers: int = Field(4, ge=1, le=16)
    channel_base: int = Field(2048, ge=64)
    channel_max: int = Field(128, ge=4)
    discriminator_base: int = Field(2048, ge=64)
    discriminator_max: int = Field(128, ge=4)
    axes: int = Field(0, ge=0, le=64, description="curves along time and frequency, stylegan2")
    speckle: bool = Field(
        default=False, description="the scatter of noise is drawn, not learned; stylegan2, sounds"
    )
    layers: int = Field(10, ge=4, description="of StyleGAN3")
    variant: Literal["t", "r"] = Field("t", description="of StyleGAN3")
    compile: bool = Field(
        default=False, description="the generator, by PyTorch's compiler; needs a C++ compiler"
    )
    half_precision: int = Field(0, ge=0, description="resolutions in half precision, on a GPU")
    stages: list[Stage] = Field(default=[], description="one at full resolution when empty")
    steps: int = Field(0, ge=0, description="in all; the stages' sum when they are given")
    batch: int = Field(16, ge=2)
    learning_rate: float = Field(0.002, gt=0)
    discriminator_rate: float = Field(0.002, gt=0)
    beta2: float = Field(0.99, gt=0, lt=1)
    relativistic: bool = False
    r1: float = Field(1.0, ge=0, description="gamma of the penalty on real pictures, at 256 x 256")
    r2: float = Field(0.0, ge=0, description="the same on made ones")
    penalty_every: int = Field(16, ge=1, description="steps between penalties")
    path_length: float = Field(0.0, ge=0)
    path_every: int = Field(8, ge=1)
    style_mixing: float = Field(0.0, ge=0, le=1)
    ema_kimg: float = Field(2.0, gt=0, description="half-life of the averaged generator")
    augment_kimg: float = Field(100.0, ge=0, description="how quickly p may rise; 0 keeps it")
    augment_start: float = Field(0.0, ge=0, le=1)
    reconstruction: float = Field(
        0.0, ge=0, description="weight of an encoder's reconstruction of half of each batch"
    )
    finest: float = Field(
        0.5, ge=0, description="weight of speckle's finest scale in the game; less is sharper"
    )
    place: float = Field(0.1, ge=0, description="the encoder finds the places of made pictures")
    place_noise: float = Field(0.2, ge=0, description="places are blurred by, in deviations")
    place_size: float = Field(0.02, ge=0, description="weight that keeps places near the origin")
    mapping_weight: float = Field(1.0, ge=0, description="the mapping leads to found places")
    near: float = Field(
        0.0, ge=0, lt=1, description="random places are found ones, blurred by so many deviations"
    )

    @model_validator(mode="after")
    def _whole(self) -> "AdversarialRecipe":
        if not self.stages:
            if not self.steps:
                raise ValueError("give steps, or stages")
            self.stages = [Stage(resolution=self.shorter, steps=self.steps)]
        if self.family != "stylegan2" and len(self.stages) > 1:
            raise ValueError("only stylegan2 grows by stages")
        if self.speckle and (self.family != "stylegan2" or self.material != "spectrogram"):
            raise ValueError("speckle is for spectrograms by stylegan2")
        sizes = [stage.resolution for stage in self.stages]
        if sizes != sorted(sizes) or sizes[-1] != self.shorter:
            raise ValueError(f"stages must not fall, and end at {self.shorter}")
        self.steps = sum(stage.steps for stage in self.stages)
        if self.reconstruction and (self.family != "stylegan2" or self.conditional):
            raise ValueError("reconstruction needs stylegan2 without labels: an encoder finds w")
        if self.near and not self.reconstruction:
            raise ValueError("near needs reconstruction: an encoder finds the places")
        if self.reconstruction and self.z_dim != self.w_dim:
            raise ValueError("with reconstruction, z_dim and w_dim must be the same")
        if not self.reconstruction and not all(stage.adversarial for stage in self.stages):
            raise ValueError("a stage that is not adversarial needs reconstruction")
        return self

    @model_validator(mode="after")
    def _of_images(self) -> "AdversarialRecipe":
        if self.material == "spectrogram" and (self.drawn or self.mirror):
            raise ValueError("drawn and mirror are for images")
        return self

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        return self.resolution, self.columns or self.resolution

    @property
    def shorter(self) -> int:
        """The shorter side."""
        return min(self.size)

    def facts(self) -> dict[str, str]:
        """As of every run; the last stage may grow longer."""
        stages = [stage.model_dump() for stage in self.stages]
        del stages[-1]["steps"]
        return super().facts() | {"size": str(self.size), "stages": json.dumps(stages)}

    def stage_at(self, step: int) -> tuple[int, int]:
        """Number of the stage that ``step`` lies in, and the step at which it began."""
        begin = 0
        for index, stage in enumerate(self.stages):
            if step < begin + stage.steps or index == len(self.stages) - 1:
                return index, begin
            begin += stage.steps
        raise ValueError("a recipe has at least one stage")
