"""Textures: places that are asked for by sounds, prototypes, axes, sliders."""

import numpy as np
from fastapi import APIRouter
from pydantic import Field

from latent_resonance.bundles.find import list_bundles
from latent_resonance.contracts.errors import InputError, UnknownNameError
from latent_resonance.engine.exploration.request import Axis, PlaceRequest, Weighted
from latent_resonance.studio.patch import Name, Number, Place
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


class WishRequest(Schema):
    """What a sound shall be like; found in the order of these entries."""

    seed: int = Field(default=0, ge=0, lt=2**32)
    start: Place | None = Field(
        default=None, description="instead of the seed's place, such as where the sound is now"
    )
    sounds: list[Uuid] = Field(
        default_factory=list, max_length=16, description="uploads that it shall be like"
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
    heard: list[str] = Field(description="sliders whose attribute can be taken from a sound")
    prototypes: list[str]
    axes: dict[str, int] = Field(description="group to how many")
    starts: list[list[float]] = Field(description="example places to begin from")
    encoder: bool = Field(description="whether sounds can be dropped in")


@router.get("/{bundle}")
def get_texture(bundle: str, studio: TheStudio) -> TextureCard:
    """Sliders, prototypes, axes, examples."""
    with studio.laboratory.texture(known_bundle(bundle)) as texture:
        space = texture.space
        starts = space.examples if len(space.examples) else space.mean[None]
        return TextureCard(
            sliders=list(texture.sliders.names),
            heard=list(texture.measured),
            prototypes=list(space.offered),
            axes={group: len(rows) for group, rows in space.axes.items()},
            starts=[[round(float(x), 6) for x in row] for row in starts[:32]],
            encoder="encoder.onnx" in texture.bundle.members,
        )


@router.post("/{bundle}/place")
def find_place(bundle: str, wish: WishRequest, studio: TheStudio) -> Place:
    """The place that a wish asks for: dropped sounds, attribute transfer, sliders by ear."""
    with studio.laboratory.texture(known_bundle(bundle)) as texture:
        asked = make_request(wish, studio)
        if wish.start is None:
            return spell(texture.find(asked))
        if wish.sounds:
            raise InputError("a wish begins at a start or at sounds, not at both")
        return spell(texture.find(asked, start=wish.start.found_in(texture.space)))


def make_request(wish: WishRequest, studio: Studio) -> PlaceRequest:
    """The engine's own; raises InputError for what cannot be, 404 for uploads that are gone."""
    paths = []
    for upload in [*wish.sounds, *([wish.source] if wish.source else [])]:
        found = studio.uploads.find(upload) or missing("upload")
        if found.kind != "sound":
            raise InputError(f"{found.name} is no sound")
        paths.append(studio.uploads.path(found))
    return PlaceRequest(
        seed=wish.seed,
        prototypes=[Weighted(name, weight) for name, weight in wish.prototypes.items()],
        query=paths[: len(wish.sounds)],
        strength=wish.strength,
        axes=[Axis(axis.group, axis.number, axis.value) for axis in wish.axes],
        transfer=wish.transfer,
        source=paths[-1] if wish.source else None,
        settings=wish.settings,
    )


def known_bundle(name: str) -> str:
    """A name from the list only: a page names no paths."""
    known = list_bundles()
    if name not in known:
        raise UnknownNameError("bundle", name, known)
    return name


def spell(w: object) -> Place:
    """A place as the page gets it."""
    return Place(w=[round(float(x), 6) for x in np.asarray(w)])
