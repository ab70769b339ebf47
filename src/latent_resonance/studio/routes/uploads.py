"""Uploads: files that were dropped on a page, as the body of a request."""

import asyncio
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response

from latent_resonance.bundles.foreign.guarded import NETWORK_FILES
from latent_resonance.contracts.errors import MediaError
from latent_resonance.studio.jobs.look_into import FileReport, look_into
from latent_resonance.studio.jobs.requirements import check_import
from latent_resonance.studio.pictures.waveform import Waveform, draw_waveform
from latent_resonance.studio.routes.answers import FILE_BODY, TheStudio, missing
from latent_resonance.studio.store.ids import Uuid, new_id
from latent_resonance.studio.store.uploads import Upload, kind_of

router = APIRouter(prefix="/api/uploads")


@router.get("")
def list_uploads(studio: TheStudio) -> list[Upload]:
    """All uploaded files, the latest first."""
    return studio.uploads.list()


@router.post("", status_code=201, openapi_extra=FILE_BODY)
async def add_upload(
    request: Request,
    studio: TheStudio,
    name: Annotated[str, Query(min_length=1, max_length=200)],
) -> Upload:
    """Keep a file: the name says what it is, the server chooses where it lies."""
    kind = kind_of(name)
    if kind is None:
        raise HTTPException(
            415,
            f"the studio has no use for {name}: sounds, MIDI, .csv, videos, "
            f".resonance, .resonance-set and {', '.join(NETWORK_FILES)} are what it takes",
        )
    check_import(Path(name).suffix.lower())
    # The guard has seen that it says how long it is, and ends it where that is not true.
    studio.uploads.check_room(int(request.headers.get("content-length") or 0))
    upload = new_id()
    shown = name.replace("\\", "/").rsplit("/", 1)[-1]
    partial = studio.uploads.folder / f".{upload}.partial"
    try:
        size = await _receive(request, partial)
        if size:
            return await asyncio.to_thread(studio.uploads.add, upload, shown, kind, size, partial)
    finally:
        partial.unlink(missing_ok=True)
    raise HTTPException(422, f"{shown} is empty")


@router.get("/{upload}/check")
def check_upload(upload: Uuid, studio: TheStudio) -> FileReport:
    """What a model file is and whether it can be imported; nothing in it is run."""
    found = studio.uploads.find(upload)
    if found is None or not studio.uploads.path(found).is_file():
        missing("upload")
    if found.kind not in {"model", "network"}:
        told = ", ".join((".resonance", *NETWORK_FILES))
        raise HTTPException(422, f"{found.name} is no model: {told} are taken")
    return look_into(studio.uploads.path(found), found.name)


@router.get("/{upload}/waveform")
def get_waveform(upload: Uuid, studio: TheStudio) -> Waveform:
    """How long a sound or a video is, and its peaks; 422 where there is no sound in it."""
    found = studio.uploads.find(upload) or missing("upload")
    path = studio.uploads.path(found)
    try:
        return draw_waveform(path)
    except MediaError as error:
        # Told by the player's name of it, not the server's.
        raise HTTPException(422, str(error).replace(str(path), found.name)) from error


@router.delete("/{upload}", status_code=204)
def remove_upload(upload: Uuid, studio: TheStudio) -> Response:
    """Forget it, the file too."""
    if not studio.uploads.remove(upload):
        missing("upload")
    return Response(status_code=204)


async def _receive(request: Request, path: Path) -> int:
    """The body as a new file; gives its bytes."""
    size = 0
    with path.open("xb") as file:
        async for piece in request.stream():
            size += file.write(piece)
    return size
