"""Text files of others, read within bounds: TOML, JSON and CSV end in a value or in one line."""

import csv
import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.faults import Place, place_in, spelled, why
from latent_resonance.contracts.files import open_regular

M = TypeVar("M", bound=BaseModel)

_MOST_TEXT = 4 << 20
_MOST_TABLE = 512 << 20
# Dotted keys cost tomllib the square of their parts.
_MOST_PARTS = 100
_BETWEEN_KEYS = re.compile(r"[=,{}\[\]\n]")
_MOST_SHOWN = 200


def read_text(path: Path, what: str, most_bytes: int = _MOST_TEXT) -> str:
    """A text file in UTF-8, with or without its mark.

    Args:
        path: a regular file.
        what: its name in messages, such as ``"recipe"``.
        most_bytes: larger ones are refused unread.

    Raises:
        InputError: it cannot be read, is too large, or is not UTF-8.
    """
    try:
        with open_regular(path) as file:
            data = file.read(most_bytes + 1)
    except OSError as error:
        raise InputError(f"cannot read the {what} {path}: {error.strerror or error}") from error
    if len(data) > most_bytes:
        raise InputError(f"the {what} {path} is larger than {most_bytes >> 20} MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"the {what} {path} is not text in UTF-8: {error}") from error


def parse_toml(text: str) -> dict[str, Any]:
    """A TOML document.

    Raises:
        ValueError: it is not valid, or nested or dotted beyond reason; the message is one line.
    """
    if any(piece.count(".") > _MOST_PARTS for piece in _BETWEEN_KEYS.split(text)):
        raise ValueError(f"a key has more than {_MOST_PARTS} parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except ValueError as error:
        raise ValueError(_one_line(error)) from error


def parse_json(text: str | bytes) -> Any:
    """A JSON document.

    Raises:
        ValueError: it is not valid, or nested beyond reason; the message is one line.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except ValueError as error:
        raise ValueError(_one_line(error)) from error


class Faulty(Protocol):
    """An error of pydantic, or FastAPI's of a request."""

    def errors(self) -> Sequence[Any]:
        """All that is wrong, each with ``loc`` and ``msg``."""


def first_fault(
    error: Faulty,
    written: Mapping[str, Any] | None = None,
    model: type[BaseModel] | None = None,
) -> tuple[str, str]:
    """Where the first wrong entry of a table is, empty for the table as a whole, and why.

    Args:
        error: what is wrong with it.
        written: the table, where the model may hold it in another shape than it is written in.
        model: what the table must be, to offer the nearest of its keys.
    """
    faults = error.errors()
    # A name that is mistyped lacks too; the slip is what to tell.
    slips = [one for one in faults if one["type"] == "extra_forbidden"]
    first = slips[0] if slips and faults[0]["type"] == "missing" else faults[0]
    if written is None:
        return ".".join(str(step) for step in first["loc"]), why([first], model)
    places = [_place(written, one) for one in faults]
    place = _place(written, first)
    # Of the shapes that an entry may have, the one that it has is refused further inside.
    inside = [one for one in places if one[: len(place)] == place] if place else [place]
    place = max(inside, key=len)
    there = [one for one, at in zip(faults, places, strict=True) if at == place]
    return spelled(place), why(there, model, written)


def _place(written: Mapping[str, Any], fault: Mapping[str, Any]) -> Place:
    steps: Place = tuple(fault["loc"])
    if fault["type"] == "missing":
        return (*place_in(written, steps[:-1]), *steps[-1:])
    return place_in(written, steps)


def read_toml(path: Path, model: type[M], what: str) -> M:
    """A TOML file as a checked model.

    Args:
        path: the file.
        model: what it must be.
        what: its name in messages, such as ``"recipe"``.

    Raises:
        InputError: it cannot be read, is not TOML, or an entry is wrong; names the entry.
    """
    return parse_model(read_text(path, what), path, model, what)


def parse_model(text: str, path: Path, model: type[M], what: str) -> M:
    """TOML as a checked model.

    Args:
        text: of the file.
        path: of the file, for messages.
        model: what it must be.
        what: its name in messages, such as ``"recipe"``.

    Raises:
        InputError: it is not TOML, or an entry is wrong; names the entry.
    """
    try:
        table = parse_toml(text)
    except ValueError as error:
        raise InputError(f"{path} is not valid TOML: {error}") from error
    try:
        return model.model_validate(table)
    except ValidationError as error:
        where, said = first_fault(error, table, model)
        at = f", '{where[:_MOST_SHOWN]}'" if where else ""
        raise InputError(f"the {what} {path}{at}: {_one_line(said)}") from error
    except RecursionError as error:
        raise InputError(f"the {what} {path} is nested too deeply") from error


def parse_csv(lines: Iterable[str]) -> list[list[str]]:
    """Rows of cells.

    Raises:
        ValueError: a quote or a cell is not as CSV has it; the message is one line.
    """
    try:
        return list(csv.reader(lines))
    except csv.Error as error:
        raise ValueError(_one_line(error)) from error


def read_csv(path: Path, what: str) -> list[dict[str, str]]:
    """A table with a line of names first; cells that a row lacks are empty, cells beyond it left.

    Raises:
        InputError: it cannot be read, is not CSV, or has two columns of one name.
    """
    text = read_text(path, what, _MOST_TABLE)
    try:
        rows = [row for row in parse_csv(text.splitlines(keepends=True)) if row]
    except ValueError as error:
        raise InputError(f"the {what} {path} is not a CSV file: {error}") from error
    if not rows:
        return []
    names = rows[0]
    if len(set(names)) != len(names):
        raise InputError(f"the {what} {path} has two columns of one name")
    width = len(names)
    return [dict(zip(names, (*row, *[""] * (width - len(row))), strict=False)) for row in rows[1:]]


def _one_line(said: object) -> str:
    """What a reader says, without what it quotes at length."""
    text = " ".join(str(said).split())
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."
