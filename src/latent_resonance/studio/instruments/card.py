"""What a page is told of an instrument before it plays."""

from typing import Literal

from pydantic import Field

from latent_resonance.contracts.values import ControlRange
from latent_resonance.studio.schema import Schema

Page = Literal["face", "texture", "notes", "chain"]
"""Which page plays it: its own, or the one that fits any chain of parts."""


Group = Literal["sensed", "meaning", "axis", "place", "sound"]


class ControlCard(Schema):
    """A slider, meter, MIDI target."""

    name: str
    low: float
    high: float
    rest: float
    unit: str
    description: str
    group: Group = Field(
        description="sensed: a performer's signal; meaning: a slider with a name that says what it "
        "does; axis: a direction without one; place: how much of a named place; sound: of the "
        "renderer"
    )

    @staticmethod
    def of(control: ControlRange, group: Group) -> "ControlCard":
        """A part's control."""
        return ControlCard(
            name=control.name,
            low=control.low,
            high=control.high,
            rest=control.rest,
            unit=control.unit,
            description=control.description,
            group=group,
        )


class InstrumentCard(Schema):
    """An instrument in the list."""

    name: str
    page: Page
    title: str
    description: str
    bundle: str = Field(description="the model it plays when no other is chosen")
    available: bool
    missing: str = Field(description="what to do when it is not available")


class InstrumentDetails(InstrumentCard):
    """An instrument with one of its bundles."""

    controls: list[ControlCard]
    choices: dict[str, list[str]] = Field(description="name of a choice to what can be chosen")
    places: list[str] = Field(description="named places of the model, for blends")
    latent_size: int
    midi: bool = Field(description="whether it plays MIDI messages")
    bundles: list[str] = Field(description="models that fit it")
