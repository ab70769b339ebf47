"""Training recipes: what a model is trained on, how large it is, how long it takes."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from latent_resonance.contracts.files import read_toml


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CorpusFolder(_Table):
    """Sound files with a manifest.csv."""

    path: Path = Field(description="relative to where training is started")
    label: str = Field("instrument", description="column that says what a clip is")
    keep: dict[str, list[str]] = Field(default={}, description="column to the values to take")
    optional: bool = Field(default=False, description="train without it when it is absent")


class AnchorChoice(_Table):
    """A named place: the latent of one clip."""

    name: str
    labels: list[str] = Field(min_length=1, description="the first label that there is, is taken")
    pitch: float = Field(description="MIDI note; the nearest clip is taken")


class TrainingRecipe(_Table):
    """All that fixes a training run."""

    name: str
    family: str = Field(pattern="^autoencoder$")
    description: str = ""
    folders: list[CorpusFolder] = []
    synthetic: int = Field(0, ge=0, description="synthetic sounds beside the folders")
    anchors: list[AnchorChoice] = []
    attributions: dict[str, str] = Field(default={}, description="source to its authors")
    latent: int = Field(64, ge=2, le=512)
    hidden: int = Field(640, ge=8)
    channels: int = Field(160, ge=4)
    steps: int = Field(10_000, ge=1)
    batch: int = Field(32, ge=1)
    learning_rate: float = Field(1e-3, gt=0)
    divergence: float = Field(1e-3, ge=0, description="weight of the KL divergence")
    mixtures: float = Field(0.25, ge=0, le=1, description="share of samples that are two sounds")
    held_out: float = Field(0.05, ge=0, lt=1, description="share of clips kept for the metrics")
    ema: float = Field(0.999, ge=0, lt=1)
    save_every: int = Field(500, ge=1)
    seed: int = 0


def load_training_recipe(path: Path) -> TrainingRecipe:
    """Read a recipe.

    Raises:
        InputError: it cannot be read; names the entry.
    """
    return read_toml(path, TrainingRecipe, "recipe")
