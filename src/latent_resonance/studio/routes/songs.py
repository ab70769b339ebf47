"""Songs: MIDI files that are read for a page, as the body of a request; nothing is kept."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request

from latent_resonance.contracts.errors import MediaError
from latent_resonance.studio.routes.answers import FILE_BODY
from latent_resonance.studio.song import Song, read_song

router = APIRouter(prefix="/api/songs")


@router.post("", openapi_extra=FILE_BODY)
async def read_midi_song(
    request: Request, name: Annotated[str, Query(min_length=1, max_length=200)]
) -> Song:
    """What a MIDI file plays; 422 where it cannot be played."""
    # The guard has seen that it is not too long.
    data = await request.body()
    try:
        return await asyncio.to_thread(read_song, data, name)
    except MediaError as error:
        raise HTTPException(422, str(error)) from error
