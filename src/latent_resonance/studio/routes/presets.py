"""Presets: patches with names. Those of the factory come first, and stay as they are."""

from fastapi import APIRouter, HTTPException, Response

from latent_resonance.studio.factory_presets import (
    embedded_preview,
    factory_preset,
    factory_presets,
)
from latent_resonance.studio.pictures.previews import draw_preview, made_of
from latent_resonance.studio.routes.answers import TheStudio, missing
from latent_resonance.studio.store.ids import Uuid
from latent_resonance.studio.store.presets import NewPreset, Preset
from latent_resonance.studio.studio import Studio

router = APIRouter(prefix="/api/presets")


@router.get("")
def list_presets(studio: TheStudio, instrument: str | None = None) -> list[Preset]:
    """All, or an instrument's: the factory's in their order, then the player's by name."""
    shipped = [p for p in factory_presets() if instrument in {None, p.patch.instrument}]
    return [*shipped, *studio.presets.list(instrument)]


@router.post("", status_code=201)
def make_preset(preset: NewPreset, studio: TheStudio) -> Preset:
    """Keep a patch under a name."""
    return studio.presets.add(preset)


@router.get("/{preset}")
def get_preset(preset: Uuid, studio: TheStudio) -> Preset:
    """A preset that ships or is kept; 404 where there is none."""
    return _find(preset, studio)


@router.get("/{preset}/preview", response_class=Response)
def preset_preview(preset: Uuid, studio: TheStudio) -> Response:
    """Six seconds of it: a grey PNG, 768 x 160, row 0 the highest of 40 Hz to 8 kHz.

    Of an instrument of pictures a strip of what it leads through, in colours.
    """
    found = _find(preset, studio)
    path = embedded_preview(found)
    if found.factory and path.is_file():
        return _picture(path.read_bytes())
    engine = studio.engine()
    return _picture(studio.pictures.picture(made_of(found), lambda: draw_preview(found, engine)))


@router.put("/{preset}")
def put_preset(preset: Uuid, new: NewPreset, studio: TheStudio) -> Preset:
    """Change name, tags and patch of a kept preset; those that ship stay as they are."""
    _refuse_factory(preset)
    return studio.presets.change(preset, new) or missing("preset")


@router.delete("/{preset}", status_code=204)
def remove_preset(preset: Uuid, studio: TheStudio) -> Response:
    """Delete a kept preset; those that ship stay."""
    _refuse_factory(preset)
    if not studio.presets.remove(preset):
        missing("preset")
    return Response(status_code=204)


def _find(preset: str, studio: Studio) -> Preset:
    return factory_preset(preset) or studio.presets.find(preset) or missing("preset")


def _refuse_factory(preset: str) -> None:
    found = factory_preset(preset)
    if found is not None:
        raise HTTPException(403, f"'{found.name}' ships with the program: save it as your own")


def _picture(data: bytes) -> Response:
    return Response(data, media_type="image/png", headers={"Cache-Control": "private, no-cache"})
