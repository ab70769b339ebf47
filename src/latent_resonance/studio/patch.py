"""A patch: all that is set on an instrument. Presets, takes, links and sessions carry it."""

from typing import Annotated

from pydantic import Field, StringConstraints

from latent_resonance.contracts.space import FloatArray, LatentSpace
from latent_resonance.engine.movement import USUAL_BPM, Bpm, Movement
from latent_resonance.engine.recipe import MapEntry
from latent_resonance.studio.schema import Schema

Name = Annotated[
    str, StringConstraints(min_length=1, max_length=100, pattern=r"^[\w][\w ./+#()-]*$")
]
"""Of a control, a place, an instrument: letters, digits and a little punctuation."""

Chosen = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""A word that was chosen, or free text such as a prompt: one line."""

Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e6, le=1e6)]

MOST_LATENT = 8192
MOST_CONTROLS = 512


class Place(Schema):
    """A place of the latent space: by its numbers, or as a blend of named places."""

    w: list[Number] | None = Field(
        default=None, max_length=MOST_LATENT, description="the place itself [latent_size]"
    )
    weights: dict[Name, Number] = Field(
        default_factory=dict,
        max_length=MOST_CONTROLS,
        description="named places and their shares; used when w is not given",
    )

    def found_in(self, space: LatentSpace) -> FloatArray:
        """The place as numbers, float32 ``[size]``.

        Raises:
            InputError: it has another length than the space's, or no weight above 0.
            UnknownNameError: no place has that name.
        """
        return space.at(self.weights if self.w is None else self.w)


class Patch(Schema):
    """What makes a sound again."""

    instrument: Name = Field(description="such as face, texture, notes")
    bundle: str | None = Field(
        default=None, max_length=200, description="another model than the instrument's own"
    )
    seed: int = Field(default=0, ge=0, lt=2**32)
    controls: dict[Name, Number] = Field(default_factory=dict, max_length=MOST_CONTROLS)
    choices: dict[Name, Chosen] = Field(
        default_factory=dict, max_length=32, description="such as instrument: cello"
    )
    place: Place | None = None
    map: dict[Name, MapEntry | None] = Field(
        default_factory=dict,
        max_length=MOST_CONTROLS,
        description="what moves a control beside the instrument's own lines, or in their place; "
        "null: nothing does",
    )
    moves: dict[Name, Movement] = Field(
        default_factory=dict,
        max_length=MOST_CONTROLS,
        description="what moves a control around its value",
    )
    tempo: Bpm = USUAL_BPM

    @property
    def opened_with(self) -> tuple[str, str | None, int]:
        """What an instrument has to be opened anew for; all else is set on it."""
        return self.instrument, self.bundle, self.seed
