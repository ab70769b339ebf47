"""Presets: patches with names."""

from fastapi import APIRouter, Response

from latent_resonance.studio.routes.answers import TheStudio, missing
from latent_resonance.studio.store.ids import Uuid
from latent_resonance.studio.store.presets import NewPreset, Preset

router = APIRouter(prefix="/api/presets")


@router.get("")
def list_presets(studio: TheStudio, instrument: str | None = None) -> list[Preset]:
    """All, or an instrument's."""
    return studio.presets.list(instrument)


@router.post("", status_code=201)
def make_preset(preset: NewPreset, studio: TheStudio) -> Preset:
    """Keep a patch under a name."""
    return studio.presets.add(preset)


@router.get("/{preset}")
def get_preset(preset: Uuid, studio: TheStudio) -> Preset:
    """One."""
    return studio.presets.find(preset) or missing("preset")


@router.put("/{preset}")
def put_preset(preset: Uuid, new: NewPreset, studio: TheStudio) -> Preset:
    """Another name, other tags, another patch."""
    return studio.presets.change(preset, new) or missing("preset")


@router.delete("/{preset}", status_code=204)
def remove_preset(preset: Uuid, studio: TheStudio) -> Response:
    """Forget it."""
    if not studio.presets.remove(preset):
        missing("preset")
    return Response(status_code=204)
