"""Changes to a recipe of a training, checked before the training has its turn."""

from collections.abc import Sequence
from pathlib import Path

from latent_resonance.contracts.errors import InputError


def check_changes(recipe: Path, changes: Sequence[str]) -> None:
    """Refuse what the training would refuse when its turn comes.

    Args:
        recipe: one that ships.
        changes: each ``entry=value``.

    Raises:
        InputError: one is not written so, or the recipe does not take it; says which.
    """
    from latent_resonance.training.run import load_training_recipe, parse_changes

    for change in changes:
        name, found, _ = change.partition("=")
        if not found or not name.isidentifier():
            raise InputError(f"'{change}' is no change: write name=value, such as latent=16")
    load_training_recipe(
        recipe, parse_changes(changes), called=f"the recipe '{recipe.stem}' with your changes"
    )
