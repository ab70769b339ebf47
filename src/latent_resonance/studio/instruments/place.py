"""Places that the page chooses itself: by numbers, or as a blend of named ones."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from latent_resonance.contracts.errors import InputError, UnknownNameError
from latent_resonance.contracts.parts import Navigator
from latent_resonance.contracts.values import ControlRange, Controls, FloatArray, Latent, Spec
from latent_resonance.studio.patch import Place


def blend(name: str, places: Mapping[str, FloatArray], size: int, place: Place) -> FloatArray:
    """The place as numbers ``[size]``.

    Args:
        name: of the bundle, for messages.
        places: that have names.
        size: of the latent.
        place: by numbers, or by weights of named places.

    Raises:
        InputError: there are not as many numbers as the latent has, or no weight above 0.
        UnknownNameError: no place has that name.
    """
    if place.w is not None:
        if len(place.w) != size:
            raise InputError(f"a place of '{name}' has {size} numbers, not {len(place.w)}")
        return np.asarray(place.w, np.float32)
    for wanted in place.weights:
        if wanted not in places:
            raise UnknownNameError("place", wanted, places)
    weights = {wanted: max(0.0, weight) for wanted, weight in place.weights.items()}
    total = sum(weights.values())
    if total <= 0:
        raise InputError("a blend of places needs a weight above 0")
    mixed = sum(weight / total * places[wanted] for wanted, weight in weights.items())
    return np.asarray(mixed, np.float32)


class Standing:
    """A navigator that stays at one place; how it is played goes on as the wrapped one says.

    The state is the wrapped one's, so that a performance can go in and out of it.
    """

    latency_seconds = 0.0

    def __init__(self, inner: Navigator, w: FloatArray) -> None:
        self._inner = inner
        self._w = w

    @property
    def listens(self) -> Sequence[ControlRange]:
        """As the wrapped one's."""
        return self._inner.listens

    @property
    def play_controls(self) -> Sequence[ControlRange]:
        """As the wrapped one's."""
        return self._inner.play_controls

    def prepare(self, spec: Spec) -> None:
        """The wrapped one was prepared."""

    def reset(self) -> None:
        """Nothing is kept here."""

    def close(self) -> None:
        """Nothing is held."""

    def start(self) -> Any:
        """As the wrapped one's."""
        return self._inner.start()

    def step(self, state: Any, controls: Controls, dt_seconds: float) -> tuple[Latent, Any]:
        """The wrapped one moves; its place is not taken."""
        latent, after = self._inner.step(state, controls, dt_seconds)
        return Latent(self._w, latent.play), after
