"""The OpenAPI document, the same for every version of FastAPI that writes it."""

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from latent_resonance.studio.routes import (
    instruments,
    jobs,
    machine,
    models,
    moods,
    play,
    presets,
    searches,
    sessions,
    sets,
    settings,
    songs,
    takes,
    textures,
    uploads,
    voice_takes,
    voices,
)

ROUTERS: tuple[APIRouter, ...] = (
    instruments.router,
    sessions.router,
    searches.router,
    textures.router,
    presets.router,
    takes.router,
    uploads.router,
    sets.router,
    models.router,
    moods.router,
    voice_takes.router,
    voices.router,
    jobs.router,
    settings.router,
    songs.router,
    machine.router,
    play.router,
)


def operation_id(route: APIRoute) -> str:
    """The route function's name as TypeScript writes names; also the client's."""
    first, *rest = route.name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def openapi_document() -> dict[str, Any]:
    """Paths and schemas; what FastAPI adds by itself and changes from time to time is left out."""
    app = FastAPI(title="Latent Resonance studio", generate_unique_id_function=operation_id)
    for router in ROUTERS:
        app.include_router(router)
    document = app.openapi()
    for methods in document["paths"].values():
        for operation in methods.values():
            operation["responses"].pop("422", None)
            operation["summary"] = operation.pop("description", operation["summary"])
    schemas = document["components"]["schemas"]
    for added in ("HTTPValidationError", "ValidationError"):
        schemas.pop(added, None)
    document.pop("info")
    cleaned: dict[str, Any] = without_titles(document)
    return {"openapi": document["openapi"], "info": _INFO, **cleaned}


_INFO = {"title": "Latent Resonance studio", "version": "1"}


def without_titles(value: Any) -> Any:
    """Pydantic titles every property with its own name."""
    if isinstance(value, dict):
        return {
            key: without_titles(one)
            for key, one in value.items()
            if not (key == "title" and isinstance(one, str))
        }
    return [without_titles(one) for one in value] if isinstance(value, list) else value
