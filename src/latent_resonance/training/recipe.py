"""Training recipes: what a model is trained on, how large it is, how long it takes."""

import json
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Table(BaseModel):
    """Entries that are not known are refused."""

    model_config = ConfigDict(extra="forbid")


class CorpusFolder(Table):
    """Sound files with a manifest.csv, or what ``resonance data prepare`` made of a folder."""

    path: Path = Field(description="relative to where training is started")
    label: str = Field("instrument", description="column that says what a clip is")
    keep: dict[str, list[str]] = Field(default={}, description="column to the values to take")
    optional: bool = Field(default=False, description="train without it when it is absent")


class AnchorChoice(Table):
    """A named place: the latent of one clip."""

    name: str
    labels: list[str] = Field(min_length=1, description="the first label that there is, is taken")
    pitch: float = Field(description="MIDI note; the nearest clip is taken")


class RunRecipe(Table):
    """What every run has.

    Attributes:
        free: entries that may change when a run goes on: how far it goes, what it shows on the
            way, and what is only said of it.
    """

    free: ClassVar[frozenset[str]] = frozenset(
        {"steps", "save_every", "show_every", "description", "attributions"}
    )

    name: str
    family: str
    description: str = ""
    folders: list[CorpusFolder] = []
    synthetic: int = Field(0, ge=0, description="synthetic sounds or pictures beside the folders")
    attributions: dict[str, str] = Field(default={}, description="source to its authors")
    hop: int = Field(128, ge=1, description="samples between columns")
    batch: int = Field(32, ge=1)
    precision: str = Field("32-true", description="as Lightning Fabric names it, e.g. bf16-mixed")
    save_every: int = Field(500, ge=1, description="steps between checkpoints")
    show_every: int = Field(500, ge=1, description="steps between sample pictures")
    seed: int = 0

    def facts(self) -> dict[str, str]:
        """Entry to value, of all that steer a run: what a checkpoint of it keeps."""
        table = self.model_dump(exclude=set(self.free))
        # Folders may lie elsewhere when a run goes on.
        table["folders"] = [
            {"name": one.path.name, "label": one.label, "keep": one.keep} for one in self.folders
        ]
        return {name: _text(value) for name, value in table.items()}


def _text(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
    return str(value)


class TrainingRecipe(RunRecipe):
    """An autoencoder of held sounds."""

    free: ClassVar[frozenset[str]] = RunRecipe.free | {"anchors", "with_encoder"}

    family: Literal["autoencoder"]
    anchors: list[AnchorChoice] = []
    synthetic_sounds: Literal["held", "textures"] = "held"
    latent: int = Field(64, ge=2, le=512)
    hidden: int = Field(640, ge=8)
    channels: int = Field(160, ge=4)
    steps: int = Field(10_000, ge=1)
    learning_rate: float = Field(1e-3, gt=0)
    convolved: Literal["time", "plane"] = Field(
        "time", description="over time, frequency being dense; or over both"
    )
    variational: bool = Field(default=True, description="else the plain autoencoder")
    conditions: list[Literal["label", "pitch"]] = Field(
        default=[], description="what is asked of a sound, behind the latent in w"
    )
    with_encoder: bool = Field(default=False, description="encoder.onnx in the bundle")
    divergence: float = Field(1e-3, ge=0, description="weight of the KL divergence")
    mixtures: float = Field(0.25, ge=0, le=1, description="share of samples that are two sounds")
    held_out: float = Field(0.05, ge=0, lt=1, description="share of clips kept for the metrics")
    ema: float = Field(0.999, ge=0, lt=1)

    @model_validator(mode="after")
    def _whole(self) -> "TrainingRecipe":
        if self.conditions and self.mixtures:
            raise ValueError("two sounds at once have no one label or pitch: set mixtures = 0")
        if self.conditions and self.with_encoder:
            raise ValueError(
                "an encoder that must be told what it hears is not written: leave out with_encoder"
            )
        return self
