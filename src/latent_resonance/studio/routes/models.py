"""Models: the bundles on this machine."""

import shutil
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import Field

from latent_resonance.bundles.find import (
    check,
    describe,
    find_bundle,
    list_bundles,
    open_bundle,
    user_folder,
)
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import BundleError, ResonanceError
from latent_resonance.contracts.members import FOLD, PREVIEW
from latent_resonance.engine.recipe import list_recipes
from latent_resonance.networks.fields.shading.passes import passes
from latent_resonance.studio.cards import fits, page_chain
from latent_resonance.studio.find_places import FoundPlace, find_places
from latent_resonance.studio.latent_map import LatentMap, draw_map
from latent_resonance.studio.names import known_bundle, known_recipe
from latent_resonance.studio.patch import Place
from latent_resonance.studio.pictures import places
from latent_resonance.studio.pictures.places import draw_places
from latent_resonance.studio.pictures.thumbnails import draw_thumbnails, made_of, read_tiles
from latent_resonance.studio.place_cards import place_cards
from latent_resonance.studio.random_place import random_place
from latent_resonance.studio.routes.answers import TheStudio
from latent_resonance.studio.schema import Schema
from latent_resonance.studio.studio import Studio

router = APIRouter(prefix="/api/models")


class ModelCard(Schema):
    """A bundle in the list."""

    name: str
    kind: str
    family: str
    latent_size: int
    description: str
    licence: str
    places: int
    removable: bool = Field(description="the player's own, not one that ships")
    preview: bool = Field(description="whether it carries a sound to listen to")
    broken: str = Field(description="what is wrong with it, if something is")


class ModelDetails(ModelCard):
    """A bundle and all that it tells of itself."""

    facts: dict[str, Any]
    bytes: int
    good: bool
    instruments: list[str] = Field(description="that play it, the best fitting first")


class Drawing(Schema):
    """How a page draws the pictures of a coordinate network: a fold, then WebGL2 (GLSL ES 3.00)."""

    latent_size: int
    numbers: int = Field(description="in the packet that the fold makes of w")
    blocks: list[int] = Field(description="vec4s of each uniform block, Block0 and on; filled so")
    channels: int = Field(description="targets of the first pass, S0 and on of the second")
    coarse: int = Field(description="pixels of the second pass along one of the first")
    trunk: str = Field(description="fragment shader of the first pass; size: of the whole picture")
    head: str = Field(description="fragment shader of the second pass")
    single: str = Field(description="both in one, for few targets or none of floats; slower")


@router.get("")
def list_models() -> list[ModelCard]:
    """All that a name reaches; a damaged one says so."""
    return [_card(name) for name in list_bundles()]


@router.get("/{name}")
def get_model(name: str) -> ModelDetails:
    """Its data, licences, controls, metrics, after all checks."""
    opened = _open(name)
    found = check(name)
    return ModelDetails(
        **dict(_card(name)),
        facts=describe(opened),
        bytes=found["bytes"],
        good=found["good"],
        instruments=_instruments(name),
    )


@router.get("/{name}/preview", response_class=Response)
def model_preview(name: str) -> Response:
    """A second each of a few of its places, as FLAC; 404 for a bundle that carries none."""
    opened = _open(name)
    if PREVIEW not in opened.members:
        raise HTTPException(404, f"'{name}' carries no preview")
    return Response(opened.members[PREVIEW], media_type="audio/flac")


@router.get("/{name}/drawing")
def get_drawing(name: str) -> Drawing:
    """How a page draws its pictures by itself; 404 for models whose pictures are drawn here."""
    opened = _open(name)
    _fold(opened)
    return Drawing(latent_size=opened.latent_size, **asdict(passes()))


@router.get("/{name}/fold", response_class=Response)
def model_fold(name: str) -> Response:
    """The network that makes a packet of w, as ONNX; it belongs to ``drawing``."""
    return Response(_fold(_open(name)), media_type="application/octet-stream")


@router.get("/{name}/map")
def get_map(name: str) -> LatentMap:
    """Its named places on a plane, without overlap, and the headings of their groups."""
    return draw_map(_open(name))


@router.get("/{name}/thumbnails", response_class=Response)
def get_thumbnails(name: str, studio: TheStudio) -> Response:
    """The map's places in its order: a grey PNG of 96 x 60 tiles, one below the other."""
    return Response(
        _thumbnails(_open(name), studio),
        media_type="image/png",
        headers={"Cache-Control": "private, no-cache"},
    )


@router.get("/{name}/pictures", response_class=Response)
def get_pictures(name: str, studio: TheStudio) -> Response:
    """A model of pictures: its shown places as a JPEG of 160 x 100 tiles, one below the other."""
    opened, engine = _open(name), studio.engine()
    made = studio.pictures.picture(places.made_of(opened), lambda: draw_places(opened, engine))
    return Response(made, media_type="image/jpeg", headers={"Cache-Control": "private, no-cache"})


@router.get("/{name}/find")
def find_in_model(name: str, words: str, studio: TheStudio) -> list[FoundPlace]:
    """Places by words, the best first: titles, headings, and bright, dark, tonal, noisy,
    rhythmic, steady, long, short.
    """
    opened = _open(name)
    tiles = read_tiles(_thumbnails(opened, studio))
    return find_places(words, place_cards(opened.space), tiles, opened.space.popular)


@router.get("/{name}/random")
def get_random_place(name: str, seed: Annotated[int, Query(ge=0, lt=2**32)]) -> Place:
    """A place that the seed leads to, for notes a timbre near recorded ones."""
    return random_place(_open(name), seed)


@router.delete("/{name}", status_code=204)
def remove_model(name: str) -> Response:
    """Delete a bundle of the player's own."""
    path = find_bundle(known_bundle(name))
    if path.parent != user_folder():
        raise HTTPException(403, f"'{name}' belongs to the program")
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    return Response(status_code=204)


def _instruments(bundle: str) -> list[str]:
    """Names of recipes: those that are made for the bundle, then those that can play it."""
    own, others = [], []
    for name in list_recipes():
        try:
            chain = page_chain(known_recipe(name))
        except ResonanceError:
            continue
        if chain.bundle == bundle:
            own.append(name)
        elif fits(chain, bundle):
            others.append(name)
    return own + others


def _fold(opened: Bundle) -> bytes:
    if not opened.any_size or FOLD not in opened.members:
        raise HTTPException(404, f"pages cannot draw '{opened.name}' by themselves")
    return opened.members[FOLD]


def _thumbnails(opened: Bundle, studio: Studio) -> bytes:
    engine = studio.engine()
    return studio.pictures.picture(made_of(opened), lambda: draw_thumbnails(opened, engine))


def _open(name: str) -> Bundle:
    return open_bundle(known_bundle(name))


def _card(name: str) -> ModelCard:
    removable = list_bundles()[name].parent == user_folder()
    try:
        opened = open_bundle(name)
    except BundleError as error:
        return ModelCard(
            name=name,
            kind="",
            family="",
            latent_size=0,
            description="",
            licence="",
            places=0,
            removable=removable,
            preview=False,
            broken=str(error),
        )
    return ModelCard(
        name=name,
        kind=opened.kind,
        family=opened.family,
        latent_size=opened.latent_size,
        description=str(opened.facts.get("description", "")),
        licence=str(opened.facts.get("licence", "")),
        places=len(opened.space.offered),
        removable=removable,
        preview=PREVIEW in opened.members,
        broken="",
    )
