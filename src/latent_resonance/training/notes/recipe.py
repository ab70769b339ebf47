"""What fixes a run of the notes' autoencoder."""

from typing import ClassVar, Literal

from pydantic import Field

from latent_resonance.training.recipe import AnchorChoice, RunRecipe


class NotesRecipe(RunRecipe):
    """A conditional variational autoencoder of notes."""

    free: ClassVar[frozenset[str]] = RunRecipe.free | {"anchors"}

    family: Literal["note_autoencoder"]
    merge: dict[str, str] = Field(default={}, description="label to the family it joins")
    anchors: tuple[AnchorChoice, ...] = ()
    latent: int = Field(32, ge=2, le=512)
    hidden: int = Field(320, ge=16)
    channels: int = Field(128, ge=8)
    partials: int = Field(128, ge=8, le=512)
    bands: int = Field(64, ge=8, le=512)
    variational: bool = Field(default=True, description="else the plain autoencoder")
    divergence: float = Field(1e-3, ge=0, description="weight of the KL divergence")
    scatter: bool = Field(
        default=False, description="the scatter of noise is drawn when notes are made"
    )
    convergence: float = Field(0.15, ge=0, description="weight of the spectral convergence")
    steps: int = Field(10_000, ge=1)
    learning_rate: float = Field(1e-3, gt=0)
    ema: float = Field(0.999, ge=0, lt=1)
