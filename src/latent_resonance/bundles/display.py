"""What people are shown of a bundle's places: ``display.json``, or what the names alone tell."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Self

from pydantic import Field, ValidationError, model_validator

from latent_resonance.bundles.manifest import Strict
from latent_resonance.contracts.errors import BundleError
from latent_resonance.contracts.members import DISPLAY
from latent_resonance.contracts.space import LatentSpace, Place
from latent_resonance.contracts.text_files import first_fault, parse_json

_LONGEST = 40
_MEMBER = f"the member '{DISPLAY}'"
_MOST_BYTES = 1 << 20
_HEADINGS = {
    "": "Places",
    "prototype": "Sounds",
    "label": "Sounds",
    "instrument": "Instruments",
    "family": "Families",
}


class ShownPlace(Strict):
    """How one place is shown."""

    title: str = Field(default="", max_length=_LONGEST, description="empty: made of the name")
    group: str = Field(default="", max_length=_LONGEST, description="heading; empty: by its kind")
    hidden: bool = False
    prompt: str = Field(default="", max_length=500, description="words that it was found by")
    x: float | None = Field(default=None, ge=0, le=1, description="on a map, from the left")
    y: float | None = Field(default=None, ge=0, le=1, description="from the top")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.x is None) != (self.y is None):
            raise ValueError("x and y go together")
        return self


class Display(Strict):
    """The whole of ``display.json``."""

    places: dict[str, ShownPlace]
    popular: list[str] = Field(default=[], max_length=64, description="places, in order")


def read_display(
    members: Mapping[str, bytes], space: LatentSpace, source: str = _MEMBER
) -> LatentSpace:
    """The space with titles, headings and positions for people.

    Places that the table leaves out, and all of a bundle without a table, get a title of their
    name and a heading of their kind; those of no kind are hidden where others have one.

    Args:
        members: with the table among them, if there is one.
        space: whose places it names.
        source: what errors call the table.

    Raises:
        BundleError: the table is none, names a place that is not there, or gives two one title.
    """
    table = _table(members[DISPLAY], source) if DISPLAY in members else Display(places={})
    for name in (*table.places, *table.popular):
        if name not in space.places:
            raise BundleError(f"{source}: there is no place '{name}'")
    kinds = any(place.kind for place in space.places.values())
    places = {
        name: _shown(
            name,
            place,
            table.places.get(name),
            hide=place.duplicate or (kinds and not place.kind),
        )
        for name, place in space.places.items()
    }
    shown = replace(space, places=places, popular=tuple(table.popular))
    _check_titles(shown, table, source)
    return shown


def with_shown(
    members: Mapping[str, bytes], space: LatentSpace, shown: Mapping[str, ShownPlace]
) -> dict[str, bytes]:
    """Members whose table shows some places so; the others as before.

    Raises:
        BundleError: the table is none, or two places have one title.
    """
    table = _table(members[DISPLAY]) if DISPLAY in members else Display(places={})
    made = Display(places={**table.places, **shown}, popular=table.popular)
    changed = {**members, DISPLAY: _spelled(made)}
    read_display(changed, space)
    return changed


def without_lost(members: Mapping[str, bytes], space: LatentSpace) -> dict[str, bytes]:
    """Members whose table names no place that ``space`` has not, after places were found anew.

    Raises:
        BundleError: the table is none.
    """
    if DISPLAY not in members:
        return dict(members)
    table = _table(members[DISPLAY])
    kept = Display(
        places={name: one for name, one in table.places.items() if name in space.places},
        popular=[name for name in table.popular if name in space.places],
    )
    return {**members, DISPLAY: _spelled(kept)}


def _spelled(table: Display) -> bytes:
    shown = table.model_dump(exclude_defaults=True)
    return json.dumps(shown, indent=1, ensure_ascii=False).encode()


def _table(text: bytes, source: str = _MEMBER) -> Display:
    if len(text) > _MOST_BYTES:
        raise BundleError(f"{source} is larger than 1 MiB")
    try:
        return Display.model_validate(parse_json(text))
    except ValidationError as error:
        where, reason = first_fault(error)
        raise BundleError(f"{source}, '{where or 'as a whole'}': {reason}") from error
    except ValueError as error:
        raise BundleError(f"{source} is not JSON: {error}") from error


def _shown(name: str, place: Place, entry: ShownPlace | None, *, hide: bool) -> Place:
    given = entry or ShownPlace(hidden=hide)
    return replace(
        place,
        title=given.title or _title(name),
        group=given.group or _HEADINGS.get(place.kind) or place.kind.capitalize(),
        hidden=given.hidden,
        prompt=given.prompt,
        at=None if given.x is None or given.y is None else (given.x, given.y),
    )


def _check_titles(space: LatentSpace, table: Display, source: str) -> None:
    taken: dict[str, str] = {}
    for name in space.shown:
        title = space.places[name].title
        if title in taken and {name, taken[title]} & table.places.keys():
            raise BundleError(f"{source}: '{taken[title]}' and '{name}' are both called '{title}'")
        taken[title] = name
    for name in table.popular:
        if name not in space.shown:
            raise BundleError(f"{source}: '{name}' is popular, but hidden")


def _title(name: str) -> str:
    """``electric_piano`` as ``Electric piano``, ``family/brass`` as ``Brass family``."""
    kind, _, plain = name.rpartition("/")
    words = plain.replace("_", " ").strip()
    return (words[:1].upper() + words[1:] + (" family" if kind == "family" else ""))[:_LONGEST]
