"""Jobs: long work, told of as it goes on."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse, StreamingResponse

from latent_resonance.studio.jobs.again import same_request
from latent_resonance.studio.jobs.recipes import RecipeCard, list_training
from latent_resonance.studio.jobs.requests import JobRequest, PrepareJob, TrainJob, names_files
from latent_resonance.studio.jobs.requirements import Requirement, list_requirements
from latent_resonance.studio.jobs.work_order import promised_bundles, work_order
from latent_resonance.studio.routes.answers import TheStudio, attachment, missing
from latent_resonance.studio.store.ids import Uuid
from latent_resonance.studio.store.jobs import ENDED, Job
from latent_resonance.studio.studio import Studio

router = APIRouter(prefix="/api/jobs")

_HEARTBEAT_SECONDS = 15.0


@router.get("")
def list_jobs(studio: TheStudio) -> list[Job]:
    """All jobs, the latest first."""
    return studio.jobs.list()


@router.post("", status_code=202)
def start_job(request: JobRequest, studio: TheStudio) -> Job:
    """Begin; it goes on whether a page looks or not."""
    return _start(request, studio)


def _start(request: JobRequest, studio: Studio) -> Job:
    if isinstance(request, PrepareJob) and not studio.local:
        raise HTTPException(403, "folders are named by those at the studio's own machine only")
    if isinstance(request, TrainJob) and not studio.local and names_files(request.changes):
        raise HTTPException(403, "away from the studio's own machine, changes are numbers only")
    promised = promised_bundles(studio.jobs.list())
    order = work_order(request, studio.uploads, studio.takes, studio.presets, promised)
    studio.usage.count(f"job {request.kind}")
    return studio.jobs.start(request.kind, request.model_dump(mode="json"), order)


@router.get("/recipes")
def list_training_recipes() -> list[RecipeCard]:
    """What a training can begin from: the recipes that ship."""
    return list_training()


@router.get("/requirements")
def list_job_requirements() -> list[Requirement]:
    """Whether each kind of work can be done here, and what mends it where it cannot."""
    return list_requirements()


@router.get("/{job}")
def get_job(job: Uuid, studio: TheStudio) -> Job:
    """How far a job is; 404 where there is none."""
    return studio.jobs.find(job) or missing("job")


@router.post("/{job}/cancel")
def cancel_job(job: Uuid, studio: TheStudio) -> Job:
    """End it; what it wrote is removed."""
    if not studio.jobs.cancel(job):
        missing("job")
    return get_job(job, studio)


@router.post("/{job}/retry", status_code=202)
def retry_job(job: Uuid, studio: TheStudio) -> Job:
    """A new job of the same request; only for what failed, was cancelled or interrupted."""
    found = studio.jobs.find(job) or missing("job")
    return _start(same_request(found, studio.uploads), studio)


@router.delete("", status_code=204)
def remove_ended_jobs(studio: TheStudio) -> Response:
    """Forget all that ended, and their files; what waits or runs goes on."""
    studio.jobs.remove_ended()
    return Response(status_code=204)


@router.delete("/{job}", status_code=204)
def remove_job(job: Uuid, studio: TheStudio) -> Response:
    """Forget it and its files; one that runs is ended."""
    if not studio.jobs.remove(job):
        missing("job")
    return Response(status_code=204)


@router.get("/{job}/events", response_class=StreamingResponse)
async def job_events(job: Uuid, request: Request, studio: TheStudio) -> StreamingResponse:
    """Server-sent events: `job` with a Job as JSON, first as it stands, then at each change."""
    if studio.jobs.find(job) is None:
        missing("job")
    return StreamingResponse(
        _events(studio, job, request),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@router.get("/{job}/files/{name}", response_class=FileResponse)
def job_file(job: Uuid, name: str, studio: TheStudio) -> FileResponse:
    """One of its files by a name from its list, as an attachment."""
    found = studio.jobs.find(job) or missing("job")
    files: dict[str, str] = found.result.get("files", {})
    if name not in files:
        missing("file")
    path = studio.jobs.folder(job) / Path(files[name]).name
    if not path.is_file():
        missing("file")
    return attachment(path, path.name)


async def _events(studio: Studio, job: str, request: Request) -> AsyncIterator[str]:
    changed = studio.jobs.watch(job, asyncio.get_running_loop())
    try:
        while studio.jobs.tells and not await request.is_disconnected():
            changed.clear()
            found = studio.jobs.find(job)
            if found is None:
                return
            yield f"event: job\ndata: {found.model_dump_json()}\n\n"
            if found.state in ENDED:
                return
            try:
                await asyncio.wait_for(changed.wait(), _HEARTBEAT_SECONDS)
            except TimeoutError:
                yield ": still here\n\n"
    finally:
        studio.jobs.unwatch(job, changed)
