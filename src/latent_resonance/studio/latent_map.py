"""The latent space in two dimensions: a bundle's named places on a plane."""

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.space import LatentSpace
from latent_resonance.studio.map_layout import HEIGHT, WIDTH, Layout, as_given, lay_out
from latent_resonance.studio.place_cards import PlaceCard, place_cards
from latent_resonance.studio.schema import Schema


class MapPoint(PlaceCard):
    """A named place on the map."""

    x: float = Field(ge=0, le=1, description="of its middle, from the left")
    y: float = Field(ge=0, le=1, description="of its middle, from the top")


class MapGroup(Schema):
    """A heading on the map."""

    title: str
    x: float = Field(description="of its left edge, from the left")
    y: float = Field(description="of its middle, from the top")


class LatentMap(Schema):
    """Places laid out for a plane of 1040 x 455 pixels; tiles of 66 x 60 do not overlap.

    A point between places is a blend of the nearest three.
    """

    points: list[MapPoint]
    groups: list[MapGroup]
    scale: float = Field(description="of the tiles; below 1 where there are too many: zoom in")


def draw_map(bundle: Bundle) -> LatentMap:
    """As the bundle places them, else by their principal components."""
    cards = place_cards(bundle.space)
    if not cards:
        return LatentMap(points=[], groups=[], scale=1.0)
    layout = _layout(bundle.space, cards)
    plane = np.array([WIDTH, HEIGHT])
    return LatentMap(
        points=[
            MapPoint(**dict(card), x=round(float(x), 4), y=round(float(y), 4))
            for card, (x, y) in zip(cards, layout.tiles / plane, strict=True)
        ],
        groups=[
            MapGroup(title=title, x=round(x / WIDTH, 4), y=round(y / HEIGHT, 4))
            for title, (x, y) in layout.headings.items()
        ],
        scale=round(layout.scale, 4),
    )


def _layout(space: LatentSpace, cards: Sequence[PlaceCard]) -> Layout:
    groups = [card.group for card in cards]
    given = [space.places[card.name].at for card in cards]
    if all(given):
        return as_given(np.array(given, np.float64) * (WIDTH, HEIGHT), groups)
    return lay_out(np.array([space.place(card.name) for card in cards]), groups)
