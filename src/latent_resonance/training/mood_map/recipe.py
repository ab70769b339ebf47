"""The recipe of a map from music to moods."""

from typing import Literal

from pydantic import Field

from latent_resonance.training.recipe import RunRecipe


class MoodMapRecipe(RunRecipe):
    """Learns from sound files alone; no labels are needed."""

    family: Literal["mood_map"]
    hidden: int = Field(24, ge=2, le=256, description="width of the two layers between")
    steps: int = Field(3000, ge=1)
    learning_rate: float = Field(3e-3, gt=0)
    songs_in_batch: int = Field(16, ge=2, description="drawn with repetition where there are fewer")
    jitter: float = Field(0.15, ge=0, description="noise on each measure, in deviations")
    contrast: float = Field(1.0, ge=0, description="weight: passages of a song near, others far")
    order: float = Field(1.0, ge=0, description="weight: driving and bright music further up")
    evenness: float = Field(4.0, ge=0, description="weight: every stretch of each axis is used")
    smoothness: float = Field(4.0, ge=0, description="weight: slow in time")
    held_out: float = Field(0.2, ge=0, lt=0.9, description="end of each file kept for the figures")
