"""Textures: places that are asked for by sounds, prototypes, axes, sliders."""

from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query, Response
from pydantic import Field

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.members import ENCODER
from latent_resonance.engine.exploration.differences import difference_words
from latent_resonance.engine.exploration.request import Axis, PlaceRequest, Weighted
from latent_resonance.studio.names import known_bundle
from latent_resonance.studio.patch import MOST_LATENT, Name, Number, Place
from latent_resonance.studio.pictures.thumbnails import draw_tile, tile_made_of
from latent_resonance.studio.routes.answers import TheStudio, missing
from latent_resonance.studio.schema import Schema
from latent_resonance.studio.store.ids import Uuid
from latent_resonance.studio.studio import Studio

router = APIRouter(prefix="/api/textures")


class AxisMove(Schema):
    """A move along one axis of SeFa or PCA."""

    group: Name
    number: int = Field(ge=1, le=4096)
    value: float = Field(ge=-10, le=10)


class PlaceQuery(Schema):
    """What a sound is to be like; applied in the order of these entries."""

    seed: int = Field(default=0, ge=0, lt=2**32)
    start: Place | None = Field(
        default=None, description="instead of the seed's place, such as where the sound is now"
    )
    sounds: list[Uuid] = Field(
        default_factory=list, max_length=16, description="uploads that it is to be like"
    )
    strength: float = Field(default=1.0, ge=0.05, le=20, description="how close to them")
    prototypes: dict[Name, Number] = Field(default_factory=dict, max_length=64)
    axes: list[AxisMove] = Field(default_factory=list, max_length=64)
    transfer: list[Name] = Field(
        default_factory=list, max_length=16, description="attributes to take from source"
    )
    source: Uuid | None = None
    settings: dict[Name, Number] = Field(
        default_factory=dict, max_length=64, description="slider to -5..5"
    )


class TextureCard(Schema):
    """What a texture bundle can be asked for."""

    sliders: list[str]
    measured: list[str] = Field(description="sliders whose attribute can be taken from a sound")
    prototypes: list[str]
    axes: dict[str, int] = Field(description="group to how many")
    starts: list[list[float]] = Field(description="example places to begin from")
    encoder: bool = Field(description="whether sounds can be dropped in")


class Comparison(Schema):
    """A place beside others, such as a child beside its parents."""

    place: Place
    others: list[Place] = Field(
        default_factory=list, max_length=64, description="none: the named place that is nearest"
    )


class Difference(Schema):
    """How a place sounds beside others."""

    words: list[str] = Field(description="such as brighter, shorter; none where nothing is heard")
    nearest: str = Field(description="the named place that is nearest; empty where none has a name")


@router.get("/{bundle}")
def get_texture(bundle: str, studio: TheStudio) -> TextureCard:
    """Sliders, prototypes, axes, examples."""
    with studio.explorers.of(known_bundle(bundle)) as explorer:
        space = explorer.space
        starts = space.examples if len(space.examples) else space.mean[None]
        return TextureCard(
            sliders=list(explorer.sliders.names),
            measured=list(explorer.measured),
            prototypes=list(space.offered),
            axes={group: len(rows) for group, rows in space.axes.items()},
            starts=[[round(float(x), 6) for x in row] for row in starts[:32]],
            encoder=ENCODER in explorer.bundle.members,
        )


@router.post("/{bundle}/place")
def find_place(bundle: str, query: PlaceQuery, studio: TheStudio) -> Place:
    """The place that is asked for: by dropped sounds, attribute transfer, sliders as measured."""
    with studio.explorers.of(known_bundle(bundle)) as explorer:
        asked = make_request(query, studio)
        if query.start is None:
            return spell(explorer.find(asked))
        if query.sounds:
            raise InputError("a place is asked for from a start or from sounds, not from both")
        return spell(explorer.find(asked, start=query.start.found_in(explorer.space)))


@router.post("/{bundle}/compare")
def compare_places(bundle: str, asked: Comparison, studio: TheStudio) -> Difference:
    """How a place differs from others in words, and which named place is nearest."""
    with studio.explorers.of(known_bundle(bundle)) as explorer:
        space = explorer.space
        w = asked.place.found_in(space)
        nearest = min(
            space.shown, key=lambda name: float(np.sum((space.place(name) - w) ** 2)), default=""
        )
        others = [one.found_in(space) for one in asked.others]
        if not others and nearest:
            others = [space.place(nearest)]
        words = (
            difference_words(explorer.window(w), [explorer.window(one) for one in others])
            if others
            else []
        )
    return Difference(words=words, nearest=nearest)


@router.get("/{bundle}/thumbnail", response_class=Response)
def get_place_thumbnail(
    bundle: str, w: Annotated[str, Query(max_length=16 * MOST_LATENT)], studio: TheStudio
) -> Response:
    """A place by its numbers, with commas between them: a grey PNG of 96 x 60."""
    opened = open_bundle(known_bundle(bundle))
    place = _place(w).found_in(opened.space)

    def draw() -> bytes:
        with studio.explorers.of(opened.name) as explorer:
            return draw_tile(explorer, place)

    return Response(
        studio.pictures.picture(tile_made_of(opened, place), draw),
        media_type="image/png",
        headers={"Cache-Control": "private, no-cache"},
    )


def _place(text: str) -> Place:
    try:
        return Place(w=[float(one) for one in text.split(",")])
    except ValueError:  # pydantic's as well
        raise InputError("a place is numbers with commas between them, from -1e6 to 1e6") from None


def make_request(query: PlaceQuery, studio: Studio) -> PlaceRequest:
    """The engine's own; raises InputError for what cannot be, 404 for uploads that are gone."""
    paths = []
    for upload in [*query.sounds, *([query.source] if query.source else [])]:
        found = studio.uploads.find(upload) or missing("upload")
        if found.kind != "sound":
            raise InputError(f"{found.name} is no sound")
        paths.append(studio.uploads.path(found))
    return PlaceRequest(
        seed=query.seed,
        prototypes=[Weighted(name, weight) for name, weight in query.prototypes.items()],
        query=paths[: len(query.sounds)],
        strength=query.strength,
        axes=[Axis(axis.group, axis.number, axis.value) for axis in query.axes],
        transfer=query.transfer,
        source=paths[-1] if query.source else None,
        settings=query.settings,
    )


def spell(w: object) -> Place:
    """A place as the page gets it."""
    return Place(w=[round(float(x), 6) for x in np.asarray(w)])
