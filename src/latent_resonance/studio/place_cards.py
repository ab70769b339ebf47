"""The named places of a model as people see them."""

from pydantic import Field

from latent_resonance.contracts.space import LatentSpace
from latent_resonance.studio.schema import Schema


class PlaceCard(Schema):
    """A named place."""

    name: str = Field(description="as patches and blends call it")
    title: str
    group: str = Field(description="the heading it stands under")


def place_cards(space: LatentSpace) -> list[PlaceCard]:
    """All that are not hidden."""
    return [
        PlaceCard(name=name, title=space.places[name].title, group=space.places[name].group)
        for name in space.shown
    ]
