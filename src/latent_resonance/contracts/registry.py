"""Finds parts by name: built-in ones from the files of a room, others from entry points.

Listing imports nothing: a built-in part is a file whose name is the part's name; a third
party's is an entry point in the group ``latent_resonance.<room>`` that names a module with
``Options`` and ``Part``.
"""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from pydantic import ValidationError

from latent_resonance.contracts.errors import (
    AssemblyError,
    InputError,
    UnknownNameError,
    in_a_line,
)
from latent_resonance.contracts.text_files import first_fault

Room = Literal["sense", "navigate", "models", "render", "stage"]
ROOMS: tuple[Room, ...] = ("sense", "navigate", "models", "render", "stage")

_PACKAGE = "latent_resonance"
OWN = "latent-resonance"
"""Where the parts of this package come from."""


@dataclass(frozen=True, slots=True)
class PartEntry:
    """Where a part is to be found. ``module`` is its import path; ``origin`` who ships it."""

    room: Room
    name: str
    module: str
    origin: str

    def load(self) -> ModuleType:
        """Import the part's module and check that it has what a part needs.

        Raises:
            AssemblyError: the module cannot be imported or lacks ``Options`` or ``Part``.
        """
        try:
            module = importlib.import_module(self.module)
        except Exception as error:  # what a third party's module raises is not known
            raise AssemblyError(
                f"the {self.room} part '{self.name}' from {self.origin} cannot be imported: "
                f"{in_a_line(error)}"
            ) from error
        for needed in ("Options", "Part"):
            if not hasattr(module, needed):
                raise AssemblyError(
                    f"the {self.room} part '{self.name}' from {self.origin} has no {needed}"
                )
        return module

    def make(self, options: Mapping[str, Any] | None = None, *inputs: Any) -> Any:
        """Build the part from plain option values; nothing is opened yet.

        Args:
            options: values for the part's ``Options``.
            inputs: what else the role's constructor takes (a model takes its bundle).

        Raises:
            UnknownNameError: it has no option of that name; offers the nearest.
            InputError: an option is out of range; says which.
        """
        return self.load().Part(self.options(options), *inputs)

    def options(self, given: Mapping[str, Any] | None = None) -> Any:
        """The part's ``Options`` with these values; raises as ``make`` does."""
        kind = self.load().Options
        try:
            return kind(**(given or {}))
        except ValidationError as error:
            where, reason = first_fault(error, given, kind)
            if error.errors()[0]["type"] == "extra_forbidden" and "." not in where:
                raise UnknownNameError(
                    f"option of the {self.room} part '{self.name}'", where, kind.model_fields
                ) from error
            raise InputError(
                f"{self.room} '{self.name}', option '{where or 'options'}': {reason}"
            ) from error


def list_parts(room: Room) -> dict[str, PartEntry]:
    """All parts of a room by name, sorted; built-in names win over a third party's."""
    found = {}
    for point in entry_points(group=f"{_PACKAGE}.{room}"):
        origin = point.dist.name if point.dist else "an unknown package"
        found[point.name] = PartEntry(room, point.name, point.value, origin)
    return dict(sorted({**found, **_built_in(room)}.items()))


@cache  # a studio opens many players, each of four parts or more
def _built_in(room: Room) -> dict[str, PartEntry]:
    group = f"{_PACKAGE}.{room}"
    spec = find_spec(group)
    folders = (spec and spec.submodule_search_locations) or ()
    names = [path.stem for folder in folders for path in Path(folder).glob("*.py")]
    return {
        name: PartEntry(room, name, f"{group}.{name}", OWN)
        for name in names
        if not name.startswith("_")
    }


def find_part(room: Room, name: str) -> PartEntry:
    """The part of that name.

    Raises:
        UnknownNameError: there is none; offers the nearest.
    """
    built_in = _built_in(room)
    if name in built_in:  # without a look at every installed package
        return built_in[name]
    known = list_parts(room)
    if name not in known:
        raise UnknownNameError(f"{room} part", name, known)
    return known[name]
