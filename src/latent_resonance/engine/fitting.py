"""Parts for a model that nobody wrote a recipe for, or that takes the place of a recipe's own."""

from pathlib import Path
from typing import Any

from latent_resonance.bundles.find import list_bundles, open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import ResonanceError, UnknownNameError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.registry import find_part
from latent_resonance.engine.recipe import (
    ChainRecipe,
    PartChoice,
    Recipe,
    is_recipe,
    list_recipes,
    list_variants,
    load_recipe,
)


def find_instrument(name_or_path: str) -> tuple[Recipe, Bundle | None]:
    """A recipe, or a bundle with the parts that fit it; by name or from a path.

    Of a recipe and a bundle of the same name, the recipe is taken.

    Returns:
        The recipe, and the bundle where it is one's own.

    Raises:
        UnknownNameError: nothing has that name.
        InputError: the file cannot be read as a recipe.
        BundleError: the bundle cannot be used.
    """
    if is_recipe(name_or_path) or name_or_path.endswith(".toml"):
        return load_recipe(name_or_path), None
    # "" would be the current folder.
    there = bool(name_or_path) and Path(name_or_path).exists()
    if name_or_path not in list_bundles() and not there:
        known = {**list_recipes(), **list_variants(), **list_bundles()}
        raise UnknownNameError("instrument or bundle", name_or_path, known)
    bundle = open_bundle(name_or_path)
    return recipe_for(bundle, name_or_path), bundle


def find_recipe(name_or_path: str) -> Recipe:
    """As ``find_instrument``, the recipe alone."""
    return find_instrument(name_or_path)[0]


def recipe_for(bundle: Bundle, name: str) -> Recipe:
    """The parts that fit a bundle of which nobody said how to play it, by hand."""
    parts = _any_place(bundle)
    if bundle.space.plays_notes:
        parts |= {
            "navigate": PartChoice(part="keyboard"),
            "render": PartChoice(part="note_voices"),
        }
    chain = ChainRecipe.model_validate({"bundle": name, **parts})
    return Recipe(name=bundle.name, sense=[PartChoice(part="sliders")], chain=[chain])


def on_bundle(recipe: Recipe, bundle: str | None) -> Recipe:
    """The recipe whose first renderer takes what a bundle makes, if it is of the other kind.

    Args:
        recipe: of any instrument.
        bundle: a name or a path; None for the recipe's own. One that cannot be opened changes
            nothing: who plays it says why.
    """
    chain = recipe.chain[0]
    if bundle is None:
        return recipe
    try:
        opened = open_bundle(bundle)
        takes = find_part("render", chain.render.part).load().Part.accepts
    except ResonanceError:
        return recipe
    if type(opened.format) in takes:
        return recipe
    fitting = ways_to_play(chain, opened)[1]
    return recipe.model_copy(update={"chain": [fitting, *recipe.chain[1:]]})


def ways_to_play(recipe: ChainRecipe, bundle: Bundle) -> list[ChainRecipe]:
    """A recipe's chain for another model than its own, the nearest to the recipe first.

    Its own parts; its own navigator before a renderer that fits the model, where a face shall move
    pictures as it moves sound; both as they fit, where what plays notes gets a model of textures.
    With another renderer, stages are those of what it gives.
    """
    parts = _any_place(bundle)
    shown = {name: part for name, part in parts.items() if name != "navigate"}
    return [recipe, recipe.model_copy(update=shown), recipe.model_copy(update=parts)]


def _any_place(bundle: Bundle) -> dict[str, Any]:
    """Parts for what a place sounds or looks like, whatever is sensed."""
    pictures = isinstance(bundle.format, PictureFormat)
    sliders = bundle.space.directions or bundle.space.axes
    return {
        "navigate": PartChoice(part="semantic" if sliders else "blend"),
        "render": PartChoice(part="frames" if pictures else "living_spectrogram"),
        "stage": [usual_stage(bundle.format)],
    }


def usual_stage(gives: object) -> PartChoice:
    """Where a format is played live if nobody says where."""
    return PartChoice(part="window" if isinstance(gives, PictureFormat) else "speaker")
