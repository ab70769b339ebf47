"""Sets that were dropped on a page: shown first, then opened; checked as the command line does."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, HTTPException, Response
from pydantic import Field

from latent_resonance.contracts.errors import BundleError, InputError, in_a_line
from latent_resonance.studio.routes.answers import TheStudio, missing
from latent_resonance.studio.schema import Schema
from latent_resonance.studio.sharing.open_set import Plan, open_set, plan_opening
from latent_resonance.studio.sharing.set_file import read_set
from latent_resonance.studio.store.ids import Uuid
from latent_resonance.studio.store.uploads import Upload
from latent_resonance.studio.studio import Studio

router = APIRouter(prefix="/api/sets")

# A set is read into memory whole.
_one_at_a_time = threading.Lock()


class SetPreset(Schema):
    """A preset that a set brings."""

    name: str
    instrument: str
    line: str
    replaces: bool = Field(description="there is one of its name that is something else")
    picture: int | None = Field(description="its number among the set's pictures, if it has one")


class SetReport(Schema):
    """What opening a set comes to."""

    presets: list[SetPreset]
    recipes: list[str]
    bundles: list[str]
    replaced: list[str] = Field(
        description="what is here in another form: 'preset texture/rain', 'recipe mine'"
    )
    here_already: int = Field(description="how many things of it are here as they are")
    notes: list[str] = Field(description="models that it lacks, other versions, where it sends to")


@router.get("/{upload}")
def look_into_set(upload: Uuid, studio: TheStudio) -> SetReport:
    """What it brings and what it would replace; nothing is written, nothing in it is run."""
    found = _find(upload, studio)
    with _told_by_name(found, studio):
        return _report(plan_opening(studio.uploads.path(found), studio.presets))


@router.get("/{upload}/pictures/{number}", response_class=Response)
def set_picture(upload: Uuid, number: int, studio: TheStudio) -> Response:
    """A preset's picture, as `/api/presets/{preset}/preview` has it."""
    found = _find(upload, studio)
    with _told_by_name(found, studio):
        data = _pictures(studio.uploads.path(found)).get(number)
    if data is None:
        missing("picture")
    return Response(data, media_type="image/png", headers={"Cache-Control": "private, no-cache"})


@router.post("/{upload}/open")
def take_set(upload: Uuid, studio: TheStudio, replace: bool = False) -> SetReport:
    """Make all of it the player's own, or nothing; the upload is forgotten then.

    422 where it would replace something and `replace` does not say so.
    """
    found = _find(upload, studio)
    with _told_by_name(found, studio):
        path = studio.uploads.path(found)
        plan = open_set(path, replace=replace, presets=studio.presets)
    studio.uploads.remove(upload)
    return _report(plan)


def _find(upload: str, studio: Studio) -> Upload:
    found = studio.uploads.find(upload)
    if found is None or not studio.uploads.holds(upload):
        missing("upload")
    if found.kind != "set":
        raise HTTPException(422, f"{found.name} is no set: a .resonance-set is taken")
    return found


@contextmanager
def _told_by_name(upload: Upload, studio: Studio) -> Iterator[None]:
    """One set at a time; refusals tell the player's name of the file, not the server's."""
    try:
        with _one_at_a_time:
            yield
    except (BundleError, InputError) as error:
        line = in_a_line(error)
        raise HTTPException(
            422, line.replace(str(studio.uploads.path(upload)), upload.name)
        ) from error


@lru_cache(maxsize=1)
def _pictures(path: Path) -> dict[int, bytes]:
    """Those of the set that is shown; uploads do not change."""
    return dict(read_set(path).pictures)


def _report(plan: Plan) -> SetReport:
    replaced = set(plan.replaced)
    return SetReport(
        presets=[
            SetPreset(
                name=one.name,
                instrument=one.patch.instrument,
                line=one.line,
                replaces=f"preset {one.patch.instrument}/{one.name}" in replaced,
                picture=plan.pictures.get(index),
            )
            for index, one in enumerate(plan.presets)
        ],
        recipes=sorted(plan.recipes),
        bundles=sorted(plan.bundles),
        replaced=plan.replaced,
        here_already=plan.same,
        notes=plan.notes,
    )
