"""Which sound came from which, so that a search can go back."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.files import write_text
from latent_resonance.contracts.text_files import parse_json, read_text
from latent_resonance.contracts.values import FloatArray

_FORMAT = "latent-resonance lineage"
_VERSION = 1
_LARGEST = 64 << 20


@dataclass(frozen=True, slots=True)
class Ancestor:
    """One sound of a search.

    Attributes:
        number: its own, from 0 on.
        parents: numbers of what it was drawn from; empty for a beginning.
        w: its place, float32 ``[w_dim]``.
        note: what was done, such as ``"query rain.wav"``.
        opinion: 1 liked, -1 disliked, 0 neither.
    """

    number: int
    parents: tuple[int, ...]
    w: FloatArray
    note: str = ""
    opinion: int = 0


@dataclass(slots=True)
class Lineage:
    """All sounds of a search, in the order in which they came.

    Attributes:
        bundle: name of the model.
        members: by number.
    """

    bundle: str
    members: list[Ancestor] = field(default_factory=list)

    def add(self, w: FloatArray, parents: Sequence[int] = (), note: str = "") -> int:
        """Add a sound; gives its number.

        Raises:
            InputError: a parent is unknown, or the place has another length than the others.
        """
        for parent in parents:
            self[parent]
        place = np.asarray(w, np.float32)
        if self.members and place.shape != self.members[0].w.shape:
            raise InputError(f"a place of this search has {len(self.members[0].w)} numbers")
        self.members.append(Ancestor(len(self.members), tuple(parents), place, note))
        return len(self.members) - 1

    def __getitem__(self, number: int) -> Ancestor:
        if not 0 <= number < len(self.members):
            raise InputError(f"this search has no sound {number}; it has {len(self.members)}")
        return self.members[number]

    def __len__(self) -> int:
        return len(self.members)

    def judge(self, number: int, opinion: int) -> None:
        """Say that a sound is liked (1), disliked (-1) or neither (0)."""
        if opinion not in {-1, 0, 1}:
            raise InputError(f"an opinion is -1, 0 or 1, not {opinion}")
        old = self[number]
        self.members[number] = Ancestor(old.number, old.parents, old.w, old.note, opinion)

    def complete(self, whole: Callable[[FloatArray], FloatArray]) -> None:
        """Give every place all the numbers that its model has by now."""
        self.members = [replace(one, w=whole(one.w)) for one in self.members]

    def path(self, number: int) -> list[int]:
        """From the beginning to ``number``, by first parents."""
        found = [number]
        while self[found[-1]].parents:
            found.append(self[found[-1]].parents[0])
        return found[::-1]

    def children(self, number: int) -> list[int]:
        """What was drawn from ``number``."""
        self[number]
        return [one.number for one in self.members if number in one.parents]

    def judged(self, opinion: int) -> list[FloatArray]:
        """Places of that opinion."""
        return [one.w for one in self.members if one.opinion == opinion]

    def table(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "format": _FORMAT,
            "version": _VERSION,
            "bundle": self.bundle,
            "sounds": [
                {
                    "number": one.number,
                    "parents": list(one.parents),
                    "w": spell_place(one.w),
                    "note": one.note,
                    "opinion": one.opinion,
                }
                for one in self.members
            ],
        }

    def save(self, path: Path) -> None:
        """Write a JSON file; raises OutputError."""
        write_text(path, json.dumps(self.table(), indent=1) + "\n")

    @classmethod
    def load(cls, path: Path) -> "Lineage":
        """Read one back.

        Raises:
            InputError: it cannot be read, or is not a lineage.
        """
        try:
            table = parse_json(read_text(path, "lineage", _LARGEST))
        except ValueError as error:
            raise InputError(f"{path} is not JSON") from error
        try:
            return cls._of(table)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InputError(f"{path} is not a lineage of this program") from error

    @classmethod
    def _of(cls, table: Any) -> "Lineage":
        if table["format"] != _FORMAT or table["version"] != _VERSION:
            raise ValueError
        made = cls(str(table["bundle"]))
        for row in table["sounds"]:
            parents = [int(parent) for parent in row["parents"]]
            number = made.add(read_place(row["w"]), parents, str(row["note"]))
            made.judge(number, int(row["opinion"]))
        return made


def spell_place(w: FloatArray) -> str:
    """A place as text: base64 of little-endian float32, exact."""
    return base64.b64encode(np.asarray(w, "<f4").tobytes()).decode()


def read_place(text: str) -> FloatArray:
    """The place that ``spell_place`` wrote.

    Raises:
        ValueError: it is not one, or not finite.
    """
    data = base64.b64decode(text, validate=True)
    w = np.frombuffer(data, "<f4").astype(np.float32)
    if not len(w) or not np.isfinite(w).all():
        raise ValueError("not a place")
    return w
