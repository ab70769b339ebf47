"""Names that a page gives are looked up in lists; none is ever a path."""

from latent_resonance.bundles.find import list_bundles, open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import UnknownNameError
from latent_resonance.engine.recipe import Recipe, list_recipes, read_recipe


def known_bundle(name: str) -> str:
    """``name``, where a bundle of the list has it; raises UnknownNameError."""
    known = list_bundles()
    if name not in known:
        raise UnknownNameError("bundle", name, known)
    return name


def known_recipe(name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        UnknownNameError: none has it.
        InputError: its file cannot be read.
    """
    known = list_recipes()
    if name not in known:
        raise UnknownNameError("instrument", name, known)
    return read_recipe(known[name])


def bundle_for(asked: str | None, own: str) -> Bundle:
    """The bundle that a page asked for; else a recipe's own, which may be a path.

    Raises:
        UnknownNameError: no bundle has that name.
        BundleError: it cannot be used.
    """
    return open_bundle(known_bundle(asked) if asked else own)
