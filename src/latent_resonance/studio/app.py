"""The application: routes behind the guard."""

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from latent_resonance.contracts.errors import (
    AssemblyError,
    BundleError,
    DeviceError,
    InputError,
    MissingPartError,
    OutputError,
    ResonanceError,
    UnknownNameError,
    in_a_line,
)
from latent_resonance.contracts.text_files import first_fault
from latent_resonance.studio.ceilings import TooMuchError
from latent_resonance.studio.guard.access import Access
from latent_resonance.studio.guard.guard import Guard
from latent_resonance.studio.openapi import ROUTERS
from latent_resonance.studio.pages import add_pages, static_folder
from latent_resonance.studio.studio import Studio

# The first that fits.
_STATUS: tuple[tuple[type[ResonanceError], int], ...] = (
    (UnknownNameError, 404),
    (BundleError, 422),
    (InputError, 422),
    (MissingPartError, 503),
    (DeviceError, 503),
    (OutputError, 507),
    (AssemblyError, 422),
    (TooMuchError, 429),
    (ResonanceError, 500),
)


def create_app(studio: Studio, access: Access, static: Path | None = None) -> Guard:
    """All of it, behind the guard.

    Args:
        studio: closed when the server ends.
        access: who may come in.
        static: the built pages; where the package has them when not given.
    """
    return Guard(create_routes(studio, static), access)


def create_routes(studio: Studio, static: Path | None = None) -> FastAPI:
    """What the guard is around; not to be served without it."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        news = None
        if studio.room is not None:
            news = asyncio.create_task(studio.room.follow_news(studio.players))
        yield
        if news is not None:
            news.cancel()
        studio.close()

    app = FastAPI(
        title="Latent Resonance studio",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    app.state.studio = studio
    for router in ROUTERS:
        app.include_router(router)
    add_pages(app, static or static_folder())
    app.add_exception_handler(RequestValidationError, _say_what_is_wrong)
    app.add_exception_handler(ResonanceError, _say_why)
    app.add_exception_handler(OSError, _say_why)
    app.add_exception_handler(ClientDisconnect, _say_nothing)
    return app


def _say_what_is_wrong(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it
    where, said = first_fault(error)
    return JSONResponse({"detail": f"{where}: {said}"}, 422)


def _say_nothing(_: Request, __: Exception) -> JSONResponse:
    """Nobody is there any more to read it."""
    return JSONResponse({"detail": "the rest of this never came"}, 400)


def _say_why(request: Request, error: Exception) -> JSONResponse:
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return JSONResponse({"detail": "the studio cannot keep this: the disk is full"}, 507)
    studio: Studio = request.app.state.studio
    return JSONResponse({"detail": studio.uploads.by_name(in_a_line(error))}, status)
