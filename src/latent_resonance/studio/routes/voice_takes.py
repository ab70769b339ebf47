"""Recorded voices and their pictures; none of it leaves this machine by itself."""

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from latent_resonance.studio.names import known_bundle
from latent_resonance.studio.pictures.waveform import Waveform, draw_waveform
from latent_resonance.studio.routes.answers import TheStudio, attachment, missing, safe_name
from latent_resonance.studio.routes.takes import TakeName
from latent_resonance.studio.schema import Schema
from latent_resonance.studio.store.ids import Uuid
from latent_resonance.studio.store.voice_takes import PictureRequest, VoiceTake
from latent_resonance.studio.voice_painter import Painting
from latent_resonance.studio.voice_sound import keep_sound

router = APIRouter(prefix="/api/voice-takes")


class RecordedVoice(Schema):
    """A recording that was uploaded."""

    upload: Uuid


@router.get("")
def list_voice_takes(studio: TheStudio) -> list[VoiceTake]:
    """All recorded voices, the latest first."""
    return studio.voice_takes.list()


@router.post("", status_code=201)
def add_voice_take(recorded: RecordedVoice, studio: TheStudio) -> VoiceTake:
    """Keep a recording as a take; 422 with one line for silence, or less than 0.3 s."""
    found = studio.uploads.find(recorded.upload) or missing("upload")
    return keep_sound(studio.voice_takes, studio.uploads.path(found), found.name)


@router.get("/{take}")
def get_voice_take(take: Uuid, studio: TheStudio) -> VoiceTake:
    """A recorded voice, and its picture where it has one; 404 where there is none."""
    return studio.voice_takes.find(take) or missing("take")


@router.put("/{take}")
def rename_voice_take(take: Uuid, new: TakeName, studio: TheStudio) -> VoiceTake:
    """Give a recorded voice another name; 404 where there is none."""
    return studio.voice_takes.rename(take, new.name) or missing("take")


@router.delete("/{take}", status_code=204)
def remove_voice_take(take: Uuid, studio: TheStudio) -> Response:
    """Forget it, its sound and its picture too."""
    studio.voice_painter.forget(take)
    if not studio.voice_takes.remove(take):
        missing("take")
    return Response(status_code=204)


@router.get("/{take}/painting")
def get_painting(take: Uuid, studio: TheStudio) -> Painting | None:
    """How far its latest picture is; null where none was asked for since the studio began."""
    get_voice_take(take, studio)
    return studio.voice_painter.find(take)


@router.post("/{take}/painting", status_code=202)
def begin_painting(take: Uuid, asked: PictureRequest, studio: TheStudio) -> Painting:
    """Paint its picture anew, beside all that plays; the one before stays until then."""
    get_voice_take(take, studio)
    known_bundle(asked.bundle)
    return studio.voice_painter.begin(take, asked)


@router.delete("/{take}/painting", status_code=204)
def cancel_painting(take: Uuid, studio: TheStudio) -> Response:
    """End it within one step of the model."""
    studio.voice_painter.cancel(take) or missing("painting")
    return Response(status_code=204)


@router.get("/{take}/waveform")
def get_voice_waveform(take: Uuid, studio: TheStudio) -> Waveform:
    """The peaks of its sound."""
    get_voice_take(take, studio)
    return draw_waveform(studio.voice_takes.sound(take))


@router.get("/{take}/sound", response_class=FileResponse)
def voice_take_sound(take: Uuid, studio: TheStudio) -> FileResponse:
    """Its sound as a WAV file, as an attachment."""
    found = get_voice_take(take, studio)
    path = studio.voice_takes.sound(take)
    return attachment(path, safe_name(found.name, ".wav")) if path.is_file() else missing("sound")


@router.get("/{take}/picture", response_class=FileResponse)
def voice_take_picture(take: Uuid, studio: TheStudio) -> FileResponse:
    """Its picture: a PNG that carries how it was made."""
    found = get_voice_take(take, studio)
    if found.picture is None:
        missing("picture")
    return FileResponse(
        studio.voice_takes.picture(take),
        filename=safe_name(found.name, ".png"),
        media_type="image/png",
        headers={"Cache-Control": "private, no-cache"},
        content_disposition_type="inline",
    )
