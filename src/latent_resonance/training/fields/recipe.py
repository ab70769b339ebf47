"""The recipe of ``fields``: sizes, seeds, and its named places."""

from typing import Literal

from pydantic import Field

from latent_resonance.networks.fields.layout import CONTROLS, FAMILIES
from latent_resonance.training.recipe import RunRecipe, Table

_Amount = dict[Literal[CONTROLS], float]  # type: ignore[valid-type]
_Share = dict[Literal[FAMILIES], float]  # type: ignore[valid-type]


class NamedPlace(Table):
    """A place for people: a random one, with some of it set by hand."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    prompt: str = Field("", max_length=500, description="what it shows, in words, for people")
    seed: int = Field(ge=0, description="of all that is not set")
    hue: float | None = Field(None, ge=-1, le=1, description="named hue in half turns; -1 is red")
    controls: _Amount = Field(default={}, description="each -1..1")
    families: _Share = Field(default={}, description="what it is made of; none: of the seed")


class FieldsRecipe(RunRecipe):
    """A network of coordinates; nothing is trained."""

    family: Literal["fields"]
    weights_seed: int = Field(3, ge=0, description="that the network's weights are drawn from")
    size: tuple[int, int] = Field((256, 256), description="usual height and width, in pixels")
    examples: int = Field(256, ge=16, description="random places that the bundle carries")
    places: list[NamedPlace] = Field([], description="named ones, for people")
