"""Takes: recorded sound, with its patch inside."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import FileResponse

from latent_resonance.contracts.errors import MediaError
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.routes.answers import TheStudio, attachment, missing, safe_name
from latent_resonance.studio.schema import Schema
from latent_resonance.studio.store.ids import Uuid
from latent_resonance.studio.store.presets import Label
from latent_resonance.studio.store.takes import Take
from latent_resonance.studio.take_files import read_patch

router = APIRouter(prefix="/api/takes")


class TakeName(Schema):
    """What a take is to be called."""

    name: Label


@router.get("")
def list_takes(studio: TheStudio) -> list[Take]:
    """All takes, the latest first."""
    return studio.takes.list()


@router.get("/patch")
def get_patch_of_upload(studio: TheStudio, upload: Annotated[Uuid, Query()]) -> Patch | None:
    """The patch inside a sound file that was dropped; null for a sound of somebody else's."""
    found = studio.uploads.find(upload) or missing("upload")
    try:
        return read_patch(studio.uploads.path(found))
    except MediaError:
        return None


@router.get("/{take}")
def get_take(take: Uuid, studio: TheStudio) -> Take:
    """A take; 404 where there is none."""
    return studio.takes.find(take) or missing("take")


@router.put("/{take}")
def rename_take(take: Uuid, new: TakeName, studio: TheStudio) -> Take:
    """Give a take another name; 404 where there is none."""
    return studio.takes.rename(take, new.name) or missing("take")


@router.delete("/{take}", status_code=204)
def remove_take(take: Uuid, studio: TheStudio) -> Response:
    """Forget it, the sound too."""
    if not studio.takes.remove(take):
        missing("take")
    return Response(status_code=204)


@router.get("/{take}/sound", response_class=FileResponse)
def take_sound(take: Uuid, studio: TheStudio) -> FileResponse:
    """The sound file, as an attachment."""
    found = studio.takes.find(take) or missing("take")
    path = studio.takes.path(take)
    if not path.is_file():
        missing("sound")
    return attachment(path, safe_name(found.name, ".wav"))
