"""Songs: MIDI files that are read for a page, as the body of a request; nothing is kept."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response

from latent_resonance.contracts.errors import MediaError
from latent_resonance.studio.routes.answers import FILE_BODY
from latent_resonance.studio.song import Song, read_song

router = APIRouter(prefix="/api/songs")

# A file of a megabyte takes seconds of a core: what plays goes on beside one, not beside many.
_ONE_AT_A_TIME = asyncio.Semaphore(1)


@router.post("", openapi_extra=FILE_BODY, response_model=Song)
async def read_midi_song(
    request: Request, name: Annotated[str, Query(min_length=1, max_length=200)]
) -> Response:
    """What a MIDI file plays; 422 where it cannot be played."""
    # The guard has seen that it is not too long.
    data = await request.body()
    try:
        async with _ONE_AT_A_TIME:
            told = await asyncio.to_thread(lambda: read_song(data, name).model_dump_json())
    except MediaError as error:
        raise HTTPException(422, str(error)) from error
    return Response(told, media_type="application/json")
