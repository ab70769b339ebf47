"""Instruments: what can be played, and patches that become instruments."""

from fastapi import APIRouter, HTTPException, Response
from pydantic import Field

from latent_resonance.studio.cards import (
    KEEPING_PAGES,
    InstrumentCard,
    InstrumentDetails,
    card_of,
)
from latent_resonance.studio.own_instruments import is_own, remove_instrument, rename_instrument
from latent_resonance.studio.patch import Patch
from latent_resonance.studio.patch_recipe import save_recipe
from latent_resonance.studio.play.instrument import find_instrument
from latent_resonance.studio.routes.answers import TheStudio
from latent_resonance.studio.schema import Schema
from latent_resonance.studio.studio import Studio

router = APIRouter(prefix="/api")

_NOT_FOR_GUESTS = "it works on recordings, and a room keeps none of its guests"


class NewRecipe(Schema):
    """A patch that is to be an instrument."""

    name: str = Field(pattern=r"^[\w-]{1,60}$", description="of the recipe")
    patch: Patch


class NewName(Schema):
    """What a recipe is to be called."""

    name: str = Field(max_length=200, description="1 to 60 letters, digits, _ and -")


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


@router.put("/recipes/{name}")
def rename_recipe(name: str, new: NewName, studio: TheStudio) -> InstrumentCard:
    """Call an instrument of the user's own otherwise; its presets, sessions and takes follow.

    What plays it plays on.
    """
    _own(name, studio)
    rename_instrument(name, new.name, studio.database)
    studio.players.rename_instrument(name, new.name)
    return card_of(new.name)


@router.delete("/recipes/{name}", status_code=204)
def remove_recipe(name: str, studio: TheStudio) -> Response:
    """Delete an instrument of the user's own and its presets; takes stay, what plays it ends."""
    _own(name, studio)
    remove_instrument(name, studio.database)
    studio.players.end_instrument(name)
    return Response(status_code=204)


def _own(name: str, studio: Studio) -> None:
    find_instrument(studio.instruments(), name)
    if not is_own(name):
        raise HTTPException(403, f"'{name}' belongs to the program: it stays as it is")
