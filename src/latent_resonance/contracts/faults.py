"""What is wrong with a table, in a reader's words: where the entry is, and why it is none."""

import difflib
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from latent_resonance.contracts.errors import behind_a_colon

Place = tuple[str | int, ...]

_SHAPES = {
    "model_type": "a table",
    "model_attributes_type": "a table",
    "dict_type": "a table",
    "mapping_type": "a table",
    "list_type": "a list",
    "tuple_type": "a list",
    "string_type": "text",
    "float_type": "a number",
    "float_parsing": "a number",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
}
# Deeper than any table of ours; each step may be one of the model's that nobody wrote.
_DEEPEST = 12


def place_in(written: Any, steps: Place) -> Place:
    """The steps of an error that are in the table itself.

    Without what the model adds on its way, such as the kinds of a choice, or the list around what
    stands alone.
    """
    return _kept(written, steps[:_DEEPEST])


def _kept(at: Any, steps: Place) -> Place:
    if not steps:
        return ()
    first, rest = steps[0], steps[1:]
    without = _kept(at, rest)
    found = isinstance(at, Mapping) and first in at
    listed = isinstance(at, list) and isinstance(first, int) and first < len(at)
    if not (found or listed):
        return without
    kept = (first, *_kept(at[first], rest))
    # The last step is the entry's own name, wherever it is one that was written.
    return max(kept, without, key=lambda one: (one[-1:] == steps[-1:], len(one)))


def spelled(place: Place) -> str:
    """A place as text, such as ``chain 2.map.rate``: entries of a list count from 1."""
    text = ""
    for step in place:
        text += f" {step + 1}" if isinstance(step, int) else f".{step}"
    return text.strip(" .")


def why(
    faults: Sequence[Mapping[str, Any]],
    model: type[BaseModel] | None = None,
    written: Mapping[str, Any] | None = None,
) -> str:
    """Why an entry is refused, of all that is wrong at its place.

    Args:
        faults: pydantic's; where one of several shapes would do, one for each.
        model: what the whole table must be, for names that there are.
        written: the whole table.
    """
    first = faults[0]
    context, kind = first.get("ctx") or {}, first["type"]
    if kind == "extra_forbidden":
        return "there is no such key" + _offer(first["loc"], model, written or {})
    if kind in _SHAPES:
        shapes = dict.fromkeys(_SHAPES[one["type"]] for one in faults if one["type"] in _SHAPES)
        return f"should be {' or '.join(shapes)}"
    if kind in {"too_long", "too_short"}:
        bound = "max_length" if kind == "too_long" else "min_length"
        least = "at most" if kind == "too_long" else "at least"
        count = context.get("actual_length")
        return f"has {'more' if count is None else count} entries, {least} {context[bound]}"
    if kind == "missing":
        return "is missing"
    if kind == "string_too_short" and context.get("min_length") == 1:
        return "is empty"
    return behind_a_colon(first["msg"])


def _offer(place: Place, model: type[BaseModel] | None, written: Mapping[str, Any]) -> str:
    names = sorted(_keys_at(model, place[:-1], written)) if model else []
    near = difflib.get_close_matches(str(place[-1]), names, n=1, cutoff=0.6)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; there is: {', '.join(names)}" if names else ""


def _keys_at(model: type[BaseModel], steps: Place, written: Mapping[str, Any]) -> set[str]:
    """Keys that a model takes at a place; at its top also those of a list that is left out."""
    at = list(_models(model))
    for step in steps:
        fields = [
            field
            for one in at
            for name, field in one.model_fields.items()
            if step in (name, field.alias)
        ]
        deeper = [one for field in fields for one in _models(field.annotation)]
        # Of a choice it is that kind alone.
        chosen = [one for one in at if step in _kinds(one)]
        at = deeper or chosen or at
    keys = {field.alias or name for one in at for name, field in one.model_fields.items()}
    for name, field in () if steps else model.model_fields.items():
        if name not in written and typing.get_origin(field.annotation) is list:
            keys |= {inner for one in _models(field.annotation) for inner in one.model_fields}
    return keys


def _kinds(model: type[BaseModel]) -> tuple[Any, ...]:
    kind = model.model_fields.get("kind")
    return typing.get_args(kind.annotation) if kind else ()


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """All models that an annotation holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        return
    for inner in (getattr(annotation, "__value__", None), *typing.get_args(annotation)):
        if inner is not None:
            yield from _models(inner)
