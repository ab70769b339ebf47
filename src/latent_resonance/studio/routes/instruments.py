"""Instruments: what can be played, and patches that become instruments."""

from fastapi import APIRouter
from pydantic import Field

from latent_resonance.studio.cards import (
    KEEPING_PAGES,
    InstrumentCard,
    InstrumentDetails,
    card_of,
)
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.patch_recipe import save_recipe
from latent_resonance.studio.play.instrument import find_instrument
from latent_resonance.studio.routes.answers import TheStudio
from latent_resonance.studio.schema import Schema

router = APIRouter(prefix="/api")

_NOT_FOR_GUESTS = "it works on recordings, and a room keeps none of its guests"


class NewRecipe(Schema):
    """A patch that is to be an instrument."""

    name: str = Field(pattern=r"^[\w-]{1,60}$", description="of the recipe")
    patch: Patch


@router.get("/instruments")
def list_instruments(studio: TheStudio) -> list[InstrumentCard]:
    """All instruments, also those that lack something or are not for guests of a room."""
    cards = [instrument.card() for instrument in studio.instruments().values()]
    if studio.room is None:
        return cards
    refused = {"available": False, "missing": _NOT_FOR_GUESTS}
    return [
        card.model_copy(update=refused) if card.page in KEEPING_PAGES else card for card in cards
    ]


@router.get("/instruments/{name}")
def get_instrument(name: str, studio: TheStudio, bundle: str | None = None) -> InstrumentDetails:
    """Controls, choices and places of an instrument with its own or another bundle."""
    return find_instrument(studio.instruments(), name).details(bundle)


@router.post("/recipes", status_code=201)
def make_recipe(recipe: NewRecipe, studio: TheStudio) -> InstrumentCard:
    """Keep a patch as a recipe among the user's own: an instrument here and for ``resonance``."""
    find_instrument(studio.instruments(), recipe.patch.instrument)
    return card_of(save_recipe(recipe.name, recipe.patch).name)
