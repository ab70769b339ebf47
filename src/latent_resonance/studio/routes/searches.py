"""Searches: children of what was given, liked and disliked, with a way back."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import APIRouter, Response
from pydantic import Field

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.engine.exploration.explorer import Explorer
from latent_resonance.engine.exploration.request import PlaceRequest
from latent_resonance.engine.exploration.search import Search
from latent_resonance.navigate.latent_space.lineage import Lineage, read_place
from latent_resonance.studio.names import known_bundle
from latent_resonance.studio.patch import Place
from latent_resonance.studio.play.instrument import find_instrument
from latent_resonance.studio.routes.answers import TheStudio, missing
from latent_resonance.studio.routes.textures import spell
from latent_resonance.studio.schema import Schema
from latent_resonance.studio.store.ids import Uuid
from latent_resonance.studio.studio import Studio

router = APIRouter(prefix="/api/sessions/{session}/search")

_MOST_SOUNDS = 5000


class SearchSound(Schema):
    """One sound of a search; send its place over the socket to hear it."""

    number: int
    parents: list[int] = Field(description="what it was drawn from; none for a beginning")
    place: Place
    note: str
    opinion: int = Field(description="1 liked, -1 disliked, 0 neither")


class SearchNow(Schema):
    """A search as it stands: its sounds and what was said of them."""

    bundle: str
    sounds: list[SearchSound] = Field(description="by number, in the order in which they came")


class Beginning(Schema):
    """A place or a seed to begin with."""

    place: Place | None = None
    seed: int = Field(default=0, ge=0, lt=2**32)
    note: str = Field(default="", max_length=200)


class Example(Schema):
    """A sound to begin with; it counts as liked."""

    upload: Uuid


class ChildrenRequest(Schema):
    """Variations of some sounds, or of all that is liked when none is named."""

    parents: list[int] = Field(default_factory=list, max_length=64)
    count: int = Field(default=8, ge=1, le=64)
    strength: float = Field(default=1.0, ge=0.05, le=20, description="how close to them")


class Opinion(Schema):
    """What the player thinks of a sound."""

    opinion: int = Field(ge=-1, le=1)


@router.get("")
def get_search(session: Uuid, studio: TheStudio) -> SearchNow:
    """All sounds and where they come from."""
    bundle = open_bundle(_bundle(session, studio)).name
    return _told(_lineage(session, studio, bundle))


@router.delete("", status_code=204)
def clear_search(session: Uuid, studio: TheStudio) -> Response:
    """Drop the search of a session, so that the next one begins anew."""
    studio.searches.remove(session, open_bundle(_bundle(session, studio)).name)
    return Response(status_code=204)


@router.post("/beginnings", status_code=201)
def begin_search(session: Uuid, beginning: Beginning, studio: TheStudio) -> SearchSound:
    """A place, such as the one that plays, or a seed's."""
    with _search(session, studio) as (search, explorer):
        if beginning.place is None:
            number = search.begin(PlaceRequest(seed=beginning.seed))
        else:
            w = beginning.place.found_in(explorer.space)
            number = search.lineage.add(w, note=beginning.note or "a place")
    return _told(search.lineage).sounds[number]


@router.post("/examples", status_code=201)
def add_example(session: Uuid, example: Example, studio: TheStudio) -> SearchSound:
    """A sound that was dropped in."""
    found = studio.uploads.find(example.upload) or missing("upload")
    if found.kind != "sound":
        raise InputError(f"{found.name} is no sound")
    with _search(session, studio) as (search, explorer):
        # Told by the player's name of it, not the server's.
        w = explorer.example(studio.uploads.path(found))
        number = search.lineage.add(w, note=f"example {found.name}")
        search.judge(number, 1)
    return _told(search.lineage).sounds[number]


@router.post("/children", status_code=201)
def add_children(session: Uuid, asked: ChildrenRequest, studio: TheStudio) -> list[SearchSound]:
    """Draw variations; the same search gives the same ones."""
    with _search(session, studio) as (search, _):
        numbers = search.children(asked.parents, asked.count, asked.strength)
    sounds = _told(search.lineage).sounds
    return [sounds[number] for number in numbers]


@router.put("/sounds/{number}")
def judge_sound(session: Uuid, number: int, given: Opinion, studio: TheStudio) -> SearchSound:
    """Liked, disliked, or neither."""
    with _search(session, studio) as (search, _):
        search.judge(number, given.opinion)
    return _told(search.lineage).sounds[number]


def _bundle(session: str, studio: Studio) -> str:
    found = studio.sessions.find(session) or missing("session")
    patch = found.patch
    own = find_instrument(studio.instruments(), patch.instrument).card().bundle
    return known_bundle(patch.bundle or own)


def _lineage(session: str, studio: Studio, bundle: str) -> Lineage:
    """What was kept; each bundle that the session plays has its own."""
    made = Lineage(bundle)
    kept = studio.searches.find(session, bundle)
    if kept is None:
        return made
    for row in kept["sounds"]:
        number = made.add(read_place(row["w"]), row["parents"], row["note"])
        made.judge(number, row["opinion"])
    return made


@contextmanager
def _search(session: str, studio: Studio) -> Iterator[tuple[Search, Explorer]]:
    """The session's search; what is added to it is kept."""
    with studio.explorers.of(_bundle(session, studio)) as explorer:
        lineage = _lineage(session, studio, explorer.bundle.name)
        if len(lineage) > _MOST_SOUNDS:
            raise InputError(f"this search has {len(lineage)} sounds: begin a new one")
        search = Search(explorer, lineage=lineage)
        yield search, explorer
        studio.searches.keep(session, search.lineage.table())


def _told(lineage: Lineage) -> SearchNow:
    return SearchNow(
        bundle=lineage.bundle,
        sounds=[
            SearchSound(
                number=one.number,
                parents=list(one.parents),
                place=spell(one.w),
                note=one.note,
                opinion=one.opinion,
            )
            for one in lineage.members
        ],
    )
