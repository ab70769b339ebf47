"""What a sensor gives as it can be played: numbers that are none count as not given."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from latent_resonance.contracts.values import Controls, FloatArray

_V = TypeVar("_V", float, FloatArray)


def good_controls(given: Any, before: Controls | None) -> Controls:
    """The controls where values, vectors and place are finite; else with the last good ones.

    What was never good is left out: NaN would stay in every state that it is averaged into.

    Args:
        given: by a sensor, now.
        before: what this gave for the same sensor last.

    Raises:
        TypeError: they are no controls, or a value is no number.
    """
    if not isinstance(given, Controls):
        raise TypeError(f"read gave {_kind(given)}, not Controls")
    last = before or Controls(0.0)
    values = _good(given.values, last.values, math.isfinite)
    vectors = _good(given.vectors, last.vectors, _all_finite)
    place = given.place
    if place is not None and not _all_finite(place):
        place = last.place
    if values is given.values and vectors is given.vectors and place is given.place:
        return given
    return replace(given, values=values, vectors=vectors, place=place)


def _good(
    given: Mapping[str, _V], last: Mapping[str, _V], finite: Callable[[_V], bool]
) -> Mapping[str, _V]:
    """The same mapping where every value is finite."""
    bad = []
    for name, value in given.items():
        try:
            if not finite(value):
                bad.append(name)
        except (TypeError, ValueError) as error:
            raise TypeError(f"read gave {_kind(value)} as '{name}', not a number") from error
    if not bad:
        return given
    good = {name: value for name, value in given.items() if name not in bad}
    return good | {name: last[name] for name in bad if name in last}


def _all_finite(numbers: FloatArray) -> bool:
    return bool(np.isfinite(numbers).all())


def _kind(value: Any) -> str:
    return "None" if value is None else f"a {type(value).__name__}"
