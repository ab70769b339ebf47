"""Gives a bundle names for people; its networks and tensors stay as they are, byte for byte."""

from pathlib import Path
from typing import Any

from latent_resonance.bundles.display import ShownPlace, read_display
from latent_resonance.bundles.read import read_bundle
from latent_resonance.bundles.write import rewrite_bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.members import DISPLAY
from latent_resonance.contracts.space import LatentSpace


def name_places(bundle: Path, table: Path, output: Path) -> None:
    """Write ``output``: the bundle with a table of names in place of its own.

    Args:
        bundle: a bundle's file or folder.
        table: JSON as ``display.json`` has it.
        output: may be ``bundle``, where that is a file.

    Raises:
        InputError: there is no such table.
        BundleError: it is none, or does not fit the bundle's places.
        OutputError: the bundle cannot be written; nothing is left half-written.
    """
    opened = read_bundle(bundle)
    try:
        text = table.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {table}: {error.strerror or error}") from error
    members = {**opened.members, DISPLAY: text}
    read_display(members, opened.space, str(table))
    rewrite_bundle(output, opened, members)


def shown_table(space: LatentSpace) -> dict[str, Any]:
    """All that a table would say of a space, as JSON values."""
    places = {
        name: ShownPlace(
            title=place.title,
            group=place.group,
            hidden=place.hidden,
            prompt=place.prompt,
            x=place.at[0] if place.at else None,
            y=place.at[1] if place.at else None,
        ).model_dump(exclude_defaults=True)
        for name, place in space.places.items()
    }
    return {"places": places, "popular": list(space.popular)}
