"""What is said where a recipe has nothing to learn from, or not what it asks of it."""

from collections.abc import Iterable

from latent_resonance.contracts.errors import InputError


def nothing_to_see(what: str, kept_back: int) -> str:
    """The reason: nothing is there, or all that is there is kept back.

    Args:
        what: ``sounds``, ``notes`` or ``pictures``.
        kept_back: how many are, by their names or by the recipe's ``held_out``.
    """
    if kept_back:
        return (
            f"all {what} of the recipe, {kept_back}, are among the few that training keeps back "
            "to be judged by: add more"
        )
    drawn = ", drawn" if what == "pictures" else ""
    return f"the recipe names no {what}: add folders{drawn} or synthetic = N"


def demand_labels(labels: Iterable[str], asked: str) -> None:
    """Refuse material of which nothing has a label.

    Args:
        labels: of the material, empty where there is none.
        asked: the recipe's entry that needs them.

    Raises:
        InputError: there is none.
    """
    if not any(labels):
        raise InputError(
            f"{asked} needs labels and nothing has one: put files into sub-folders, or name the "
            "manifest's column with label = in [[folders]]"
        )
