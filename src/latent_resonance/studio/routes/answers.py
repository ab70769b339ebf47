"""What the routes share: the studio they belong to, refusals, files as attachments."""

from pathlib import Path
from typing import Annotated, NoReturn, cast

from fastapi import Depends, HTTPException, Request
from fastapi.responses import FileResponse

from latent_resonance.studio.studio import Studio


def get_studio(request: Request) -> Studio:
    """The one that this application was made for."""
    return cast("Studio", request.app.state.studio)


TheStudio = Annotated[Studio, Depends(get_studio)]

FILE_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
"""What a route says of itself where the request's body is a file."""


def missing(what: str) -> NoReturn:
    """404 with one line."""
    raise HTTPException(404, f"there is no such {what}")


def attachment(path: Path, name: str) -> FileResponse:
    """A file of the player's: saved, never shown, whatever is in it."""
    return FileResponse(
        path,
        filename=name,
        media_type="application/octet-stream",
        headers={"Cache-Control": "private, no-store"},
        content_disposition_type="attachment",
    )


def safe_name(name: str, suffix: str) -> str:
    """A file name for the player's own disk, made of a title."""
    kept = "".join(letter if letter.isalnum() or letter in " -_." else "-" for letter in name)
    return (kept.strip(" .-") or "sound")[:80] + suffix
