"""Flags from the Options of a recipe's parts, and back."""

import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import click
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from latent_resonance.contracts.errors import InputError, behind_a_colon
from latent_resonance.contracts.registry import Room, find_part
from latent_resonance.engine.recipe import PartChoice, Recipe
from latent_resonance.engine.setup import Setup

_SHOWN = 80  # characters of a value that is refused
_ROOMS: tuple[tuple[Room, str], ...] = (("navigate", "navigator"), ("render", "renderer"))


def part_options(recipe: Recipe) -> dict[str, list[click.Option]]:
    """Flags of the first chain's navigator and renderer, by the heading of their group."""
    groups: dict[str, list[click.Option]] = {}
    taken: set[str] = set()
    for room, word in _ROOMS:
        choice: PartChoice = getattr(recipe.chain[0], room)
        options = []
        for name, field in _fields(room, choice):
            flag = _flag(name, field)
            if flag in taken:
                continue
            taken.add(flag)
            options.append(_option(room, name, flag, field, choice))
        groups[f"Options of the {word} '{choice.part}'"] = options
    return groups


def take_part_options(recipe: Recipe, chosen: dict[str, Any]) -> dict[Room, dict[str, Any]]:
    """What was given of these flags, by room; takes all of them out of ``chosen``."""
    found: dict[Room, dict[str, Any]] = {room: {} for room, _ in _ROOMS}
    for room, _ in _ROOMS:
        for name, field in _fields(room, getattr(recipe.chain[0], room)):
            value = chosen.pop(_key(room, name), None)
            if value is None:
                continue
            kind = _plain(field)
            if kind is list:
                value = _several(_flag(name, field), field, value)
            elif isinstance(kind, tuple):
                value = next(one for one in kind if str(one) == value)
            found[room][name] = value
        _check(room, getattr(recipe.chain[0], room), found[room])
    return found


def flags_given(recipe: Recipe, setup: Setup) -> dict[str, str]:
    """Flags of the parts' options that a setup has, by the options' names."""
    given: dict[Room, Mapping[str, Any]] = {"navigate": setup.navigate, "render": setup.render}
    return {
        name: _flag(name, field)
        for room, _ in _ROOMS
        for name, field in _fields(room, getattr(recipe.chain[0], room))
        if name in given[room]
    }


def _check(room: Room, choice: PartChoice, given: Mapping[str, Any]) -> None:
    """Refuse values out of range by the names of their flags.

    Raises:
        InputError: one is; says which.
    """
    options: type[BaseModel] = find_part(room, choice.part).load().Options
    try:
        options(**{**choice.options, **given})
    except ValidationError as error:
        for one in error.errors():
            name = str(one["loc"][0]) if one["loc"] else ""
            if name in given:
                flag = _flag(name, options.model_fields[name])
                value = given[name]
                text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
                shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
                raise InputError(f"{flag} {shown}: {behind_a_colon(one['msg'])}") from error


def flag_of(name: str, field: FieldInfo) -> str | None:
    """The flag of a navigator's or renderer's option; None of one that a recipe alone sets."""
    return None if _plain(field) is None else _flag(name, field)


def _fields(room: Room, choice: PartChoice) -> list[tuple[str, FieldInfo]]:
    """The options of a part that a flag can give."""
    model: type[BaseModel] = find_part(room, choice.part).load().Options
    return [(n, f) for n, f in model.model_fields.items() if flag_of(n, f)]


def _flag(name: str, field: FieldInfo) -> str:
    extra = field.json_schema_extra
    own = extra.get("flag") if isinstance(extra, dict) else None
    return str(own) if own else f"--{name.replace('_', '-')}"


def _key(room: Room, name: str) -> str:
    return f"{room}_{name}"


def _option(room: Room, name: str, flag: str, field: FieldInfo, choice: PartChoice) -> click.Option:
    kind = _plain(field)
    default = choice.options.get(name, field.get_default(call_default_factory=True))
    shown = default not in (None, [], ()) and not isinstance(default, bool)
    text = (field.description or name.replace("_", " ")).rstrip(".") + "."
    options: dict[str, Any] = {"help": text[:1].upper() + text[1:]}
    if shown:
        options["help"] += f"  [default: {default}]"
    if kind is bool:
        return click.Option([f"{flag}/--no-{flag[2:]}", _key(room, name)], default=None, **options)
    if isinstance(kind, tuple):
        options["type"] = click.Choice([str(one) for one in kind])
    elif kind is list:
        options |= {"type": str, "metavar": "A,B,..."}
    else:
        options["type"] = kind
    return click.Option([flag, _key(room, name)], **options)


def _plain(field: FieldInfo) -> Any:
    """int, float, str, bool, Path, a tuple of choices, ``list`` for several; None for all else."""
    annotation = field.annotation
    if typing.get_origin(annotation) in {typing.Union, types.UnionType}:
        kinds = [one for one in typing.get_args(annotation) if one is not type(None)]
        annotation = kinds[0] if len(kinds) == 1 else None
    if annotation in {int, float, str, bool, Path}:
        return annotation
    if typing.get_origin(annotation) is Literal:
        return typing.get_args(annotation)
    several = {list[float], tuple[float, ...], list[int], list[str]}
    return list if annotation in several else None


def _several(flag: str, field: FieldInfo, text: str) -> list[float] | list[str]:
    if field.annotation == list[str]:
        return [part.strip() for part in text.split(",") if part.strip()]
    try:
        return [float(part) for part in text.split(",")]
    except ValueError as error:
        raise InputError(f"{flag} {text}: write numbers with commas, like 0.3,-1") from error
