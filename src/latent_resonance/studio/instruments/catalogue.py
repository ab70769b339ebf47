"""All instruments by name: the recipes that ship, notes, and what others add."""

from collections.abc import Mapping

from latent_resonance.contracts.errors import UnknownNameError
from latent_resonance.engine.recipe import list_recipes
from latent_resonance.studio.instruments.chain import ChainInstrument
from latent_resonance.studio.instruments.notes import NotesInstrument
from latent_resonance.studio.instruments.player import Instrument
from latent_resonance.studio.instruments.texture import TextureInstrument


def list_instruments() -> dict[str, Instrument]:
    """In the order in which pages show them."""
    chains: dict[str, Instrument] = {
        name: ChainInstrument(name, "face" if name == "face" else "chain")
        for name in list_recipes()
    }
    return {**chains, "texture": TextureInstrument(), "notes": NotesInstrument()}


def find_instrument(known: Mapping[str, Instrument], name: str) -> Instrument:
    """By name; raises UnknownNameError."""
    if name not in known:
        raise UnknownNameError("instrument", name, known)
    return known[name]
