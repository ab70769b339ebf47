"""Arguments of the Python functions as they come in: what is of a wrong type is told in a line."""

import math
import operator
import os
import reprlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.parts import Sensor
from latent_resonance.engine.recipe import Recipe


def number(name: str, value: Any) -> float:
    """A finite number; raises InputError."""
    found = _float(value)
    if not math.isfinite(found):
        raise _refused(name, "a finite number", value)
    return found


def whole(name: str, value: Any) -> int:
    """A whole number, also as 2.0; raises InputError."""
    try:
        return operator.index(value)
    except TypeError:
        found = _float(value)
    if not found.is_integer():
        raise _refused(name, "a whole number", value)
    return int(found)


def number_or_none(name: str, value: Any) -> float | None:
    """As ``number``, where it is given."""
    return None if value is None else number(name, value)


def whole_or_none(name: str, value: Any) -> int | None:
    """As ``whole``, where it is given."""
    return None if value is None else whole(name, value)


def numbers(name: str, given: Any) -> dict[str, float]:
    """Numbers by name; none where None. Raises InputError."""
    return {key: number(f"{name} {key}", value) for key, value in _table(name, given).items()}


def texts(name: str, given: Any) -> dict[str, str]:
    """Texts by name; none where None. Raises InputError."""
    found = _table(name, given)
    for key, value in found.items():
        if not isinstance(value, str):
            raise _refused(f"{name} {key}", "a text", value)
    return found


def spelled(name: str, value: Any) -> str:
    """A name or a path as text; raises InputError."""
    try:
        found = os.fspath(value)
    except TypeError:
        found = b""
    if not isinstance(found, str):
        raise _refused(name, "a name or a path", value)
    return found


def file_path(name: str, value: Any) -> Path:
    """A path; raises InputError."""
    return Path(spelled(name, value))


def file_paths(name: str, value: Any) -> list[Path]:
    """Paths, where one alone may stand for a list of one; raises InputError."""
    if isinstance(value, (str, os.PathLike)):
        return [file_path(name, value)]
    if not isinstance(value, Iterable):
        raise _refused(name, "a path or several", value)
    return [file_path(name, one) for one in value]


def recipe_or_name(value: Any) -> str | Recipe:
    """What names an instrument, as text, or a recipe; raises InputError."""
    if isinstance(value, Recipe):
        return value
    return spelled("recipe", value)


def own_sensor(value: Any) -> Sensor:
    """A sensor that a script made.

    Raises:
        InputError: it is its class, or nothing that is read as a sensor.
    """
    if isinstance(value, type):
        raise InputError(f"sense: give an object, {value.__name__}(), not the class")
    if not all(callable(getattr(value, name, None)) for name in ("prepare", "read")):
        raise _refused("sense", "the name of a sense, or a Sensor", value)
    made: Sensor = value
    return made


def _float(value: Any) -> float:
    """NaN for what is no number; a text is none."""
    try:
        return math.nan if isinstance(value, (str, bytes)) else float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _table(name: str, given: Any) -> dict[str, Any]:
    if given is None:
        return {}
    if not (isinstance(given, Mapping) and all(isinstance(key, str) for key in given)):
        raise _refused(name, "a dict by control", given)
    return dict(given)


def _refused(name: str, wanted: str, value: Any) -> InputError:
    return InputError(f"{name}: {wanted} is wanted, not {reprlib.repr(value)}")
