"""A job's request as an order for the process that does it: paths in place of ids."""

import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, get_args

from pydantic import Field

from latent_resonance.bundles.find import list_bundles, open_bundle
from latent_resonance.contracts.errors import InputError, UnknownNameError
from latent_resonance.navigate.prompts.judge import check_prompt
from latent_resonance.studio.factory_presets import factory_preset
from latent_resonance.studio.jobs.changes import check_changes
from latent_resonance.studio.jobs.recipes import training_recipes
from latent_resonance.studio.jobs.requests import (
    FilmJob,
    FinishJob,
    ImportJob,
    JobRequest,
    MoodJob,
    PrepareJob,
    RenderJob,
    ShareJob,
    TrainJob,
)
from latent_resonance.studio.jobs.requirements import check_ready
from latent_resonance.studio.names import known_bundle, known_recipe
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.schema import Schema
from latent_resonance.studio.store.jobs import ENDED, Job
from latent_resonance.studio.store.presets import NewPreset, Presets
from latent_resonance.studio.store.takes import Takes
from latent_resonance.studio.store.uploads import Uploads

_PLAYS = {"midi", "video", "controls"}
_MAKERS = TrainJob | ImportJob | MoodJob
"""Requests whose job makes a bundle called ``name``."""


class KeptTake(Schema):
    """A take that something is made of."""

    sound: Path
    name: str = Field(description="of what is made, without its ending")
    patch: Patch


class WorkOrder(Schema):
    """What the worker reads from its standard input."""

    request: JobRequest
    upload: Path | None = None
    take: KeptTake | None = None
    recipe: Path | None = None
    presets: list[NewPreset] = Field(default_factory=list)
    folder: Path = Field(default=Path(), description="where results go; set when it starts")


def work_order(
    request: JobRequest,
    uploads: Uploads,
    takes: Takes,
    presets: Presets,
    promised: Collection[str] = (),
) -> WorkOrder:
    """Checked as far as it can be before the work begins.

    Args:
        request: what is asked for.
        uploads: where its upload is.
        takes: where its take is.
        presets: where its presets are, but for those that ship.
        promised: names of bundles that jobs which have not ended will make.

    Raises:
        InputError: an upload of the wrong kind, a bundle of that name is there or promised, a
            change that the recipe of a training cannot take.
        MissingPartError: what it needs is not installed.
        UnknownNameError: there is no such upload, recipe, take, preset, instrument or bundle.
    """
    _check_free(request, promised)
    given: dict[str, Any] = {}
    if isinstance(request, FilmJob | FinishJob):
        given = {"take": _take(takes, request.take, pictures=isinstance(request, FilmJob))}
    elif isinstance(request, TrainJob):
        given = {"recipe": _training(request)}
    elif isinstance(request, PrepareJob):
        _check_folder(request)
    elif isinstance(request, ImportJob):
        given = {"upload": _imported(uploads, request)}
    elif isinstance(request, ShareJob):
        given = {"presets": _presets(presets, request.presets)}
    elif isinstance(request, MoodJob):
        _check_mood(request)
    else:
        given = {"upload": _performance(uploads, request)}
    return WorkOrder(request=request, **given)


def _training(request: TrainJob) -> Path:
    known = training_recipes()
    if request.recipe not in known:
        raise UnknownNameError("training recipe", request.recipe, known)
    check_ready(request)
    path = known[request.recipe]
    check_changes(path, request.changes)
    return path


def _check_folder(request: PrepareJob) -> None:
    if not Path(request.folder).is_dir():
        raise InputError(f"there is no folder {request.folder} on the studio's machine")
    check_ready(request)


def _imported(uploads: Uploads, request: ImportJob) -> Path:
    file = _file(uploads, request.upload, _IMPORTS)
    check_ready(request, file.suffix)
    return file


def _check_mood(request: MoodJob) -> None:
    bundle = open_bundle(known_bundle(request.bundle))
    if bundle.kind != "image":
        raise InputError(f"'{request.bundle}' makes no pictures: moods are places of those that do")
    check_prompt(request.prompt)


def _performance(uploads: Uploads, request: RenderJob) -> Path | None:
    known_recipe(request.patch.instrument)
    if request.patch.bundle:
        known_bundle(request.patch.bundle)
    upload = None if request.upload is None else _file(uploads, request.upload, _PLAYS)
    if upload is None and request.seconds is None:
        raise InputError("say how many seconds to render: nothing was given that has an end")
    return upload


def _presets(presets: Presets, wanted: Iterable[str]) -> list[NewPreset]:
    made = []
    for one in wanted:
        found = factory_preset(one) or presets.find(one)
        if found is None:
            raise UnknownNameError("preset", one, [])
        made.append(NewPreset(**{name: getattr(found, name) for name in NewPreset.model_fields}))
    return made


def _take(takes: Takes, take: str, *, pictures: bool = False) -> KeptTake:
    found = takes.find(take)
    if found is None:
        raise UnknownNameError("take", take, [])
    if pictures and not found.pictures:
        raise InputError(f"the take '{found.name}' has sound only")
    name = re.sub(r"[^\w -]", "-", found.name).strip(" -")[:60] or "take"
    return KeptTake(sound=takes.path(take), name=name, patch=found.patch)


_IMPORTS = {"network", "model"}


def _file(uploads: Uploads, upload: str, kinds: set[str]) -> Path:
    found = uploads.find(upload)
    if found is None:
        raise UnknownNameError("upload", upload, [])
    if found.kind not in kinds:
        raise InputError(
            f"{found.name} is a {found.kind} file; this takes {', '.join(sorted(kinds))}"
        )
    return uploads.path(found)


def _check_free(request: JobRequest, promised: Collection[str]) -> None:
    if not isinstance(request, _MAKERS):
        return
    name = request.name
    if name in list_bundles():
        raise InputError(f"there is a bundle '{name}' already: choose another name")
    if name in promised:
        raise InputError(f"a job makes a bundle '{name}' already: choose another name")


def promised_bundles(jobs: Iterable[Job]) -> set[str]:
    """Names of the bundles that jobs will make which have not ended."""
    kinds = {one.model_fields["kind"].default for one in get_args(_MAKERS)}
    making = (job for job in jobs if job.state not in ENDED and job.kind in kinds)
    return {str(job.request["name"]) for job in making}


def describe_order(order: WorkOrder) -> dict[str, Any]:
    """As JSON for the worker."""
    return order.model_dump(mode="json")
