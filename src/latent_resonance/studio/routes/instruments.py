"""Instruments: what can be played."""

from fastapi import APIRouter

from latent_resonance.studio.instruments.card import InstrumentCard, InstrumentDetails
from latent_resonance.studio.instruments.catalogue import find_instrument
from latent_resonance.studio.routes.answers import TheStudio

router = APIRouter(prefix="/api/instruments")


@router.get("")
def list_instruments(studio: TheStudio) -> list[InstrumentCard]:
    """All instruments, also those that lack something."""
    return [instrument.card() for instrument in studio.instruments.values()]


@router.get("/{name}")
def get_instrument(name: str, studio: TheStudio, bundle: str | None = None) -> InstrumentDetails:
    """Controls, choices and places of an instrument with its own or another bundle."""
    return find_instrument(studio.instruments, name).details(bundle)
