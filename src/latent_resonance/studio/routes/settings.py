"""Settings, and counts of use; both stay on this machine."""

from fastapi import APIRouter, Response

from latent_resonance.studio.routes.answers import TheStudio
from latent_resonance.studio.store.settings import Settings, UsageCount

router = APIRouter(prefix="/api")


@router.get("/settings")
def get_settings(studio: TheStudio) -> Settings:
    """All settings, as they are kept."""
    return studio.settings.get()


@router.put("/settings")
def put_settings(settings: Settings, studio: TheStudio) -> Settings:
    """All of them; engine, device and threads are heard from the next opened instrument on."""
    studio.settings.put(settings)
    return settings


@router.get("/usage")
def list_usage(studio: TheStudio) -> list[UsageCount]:
    """What was used how often."""
    return studio.usage.list()


@router.delete("/usage", status_code=204)
def forget_usage(studio: TheStudio) -> Response:
    """Forget what was used; counting begins anew."""
    studio.usage.forget()
    return Response(status_code=204)
