"""Gives one sound an attribute of another and leaves the rest of it alone."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.navigate.latent_space.directions import HIGH, LOW, Sliders


@dataclass(frozen=True, slots=True)
class Transferred:
    """Where a transfer ended.

    Attributes:
        w: the place.
        value: of the slider that leads there.
        reached: the attribute there, in its own unit.
    """

    w: FloatArray
    value: float
    reached: float


def transfer(
    w: FloatArray,
    sliders: Sliders,
    name: str,
    wanted: float,
    step: float,
    measure: Callable[[FloatArray], float],
    rounds: int = 4,
) -> Transferred:
    """Turn one slider until the sound has the wanted attribute, as near as its range allows.

    The first guess is the slider's unit; each measurement then corrects it by the secant.

    Args:
        w: the place to change, ``[w_dim]``.
        sliders: of the space.
        name: of the slider.
        wanted: of the attribute, in its own unit.
        step: what the slider's 1 is in that unit.
        measure: a place to its attribute.
        rounds: sounds that may be made on the way.
    """
    sliders.check({name: 0.0})
    best = Transferred(np.asarray(w, np.float32), 0.0, measure(w))
    tried = [(0.0, best.reached)]
    slope = step
    value = 0.0
    for _ in range(rounds):
        last_value, last = tried[-1]
        value = float(np.clip(last_value + (wanted - last) / slope, LOW, HIGH))
        if any(abs(value - before) < 0.02 for before, _ in tried):
            break
        place = sliders.move(w, {name: value})
        reached = measure(place)
        tried.append((value, reached))
        if abs(reached - wanted) < abs(best.reached - wanted):
            best = Transferred(place, value, reached)
        measured = (reached - last) / (value - last_value)
        # A slope that has turned, or is flat, would throw the next guess away.
        slope = float(np.clip(measured, step / 4, step * 4))
    return best
