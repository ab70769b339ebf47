"""What statistics of voices are learned from, and how."""

from pathlib import Path

from pydantic import Field

from latent_resonance.training.recipe import Table


class VoiceRecipe(Table):
    """A corpus of voices, its imagined takes, and sizes."""

    folder: Path = Field(description="with a manifest.csv")
    speaker_column: str = Field("speaker", description="of the manifest; empty: each clip is one")
    keep: dict[str, list[str]] = Field({}, description="column to the values that are taken")
    hold_back_one_in: int = Field(5, ge=2, description="speakers that are never learned from")
    takes: int = Field(8, ge=1, description="of each clip, as if recorded again")
    voice_size: int = Field(64, ge=2, le=99, description="directions of who speaks")
    words_size: int = Field(96, ge=2, le=512, description="directions of what is said")
    ridge: float = Field(0.02, gt=0, description="added to the variance within what is said")
    voice_ridge: float = Field(0.02, gt=0, description="added to the variance within a voice")
    other_words: float = Field(
        2.0, ge=0, description="weight of what other words change, beside other takes"
    )
    timbre: float = Field(
        1.0, gt=0, description="weight of the timbre's numbers beside the speaker encoder's"
    )
    emphasis: float = Field(1.0, ge=0, le=4, description="of reliable directions of who speaks")
    seed: int = Field(0, ge=0)
