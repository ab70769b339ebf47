"""Moves a slider by ear: goes where the attribute map says, listens, and corrects.

A map of attributes is never exact; a generator and its measures are quick. A few rounds of
Broyden's method (1965) on measured sounds bring the attribute to where the slider stands and the
others back to where they were.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.navigate.latent_space.attribute_map import AttributeMap, least_move

Doubles = npt.NDArray[np.float64]

ROUNDS = 4
_NEAR_ENOUGH = 0.15
_LONGEST = 1.0


def steer(
    w: FloatArray,
    change: Doubles,
    known: AttributeMap,
    listen: Callable[[FloatArray], Doubles],
    begin: Doubles | None = None,
    rounds: int = ROUNDS,
) -> FloatArray:
    """The place near ``w`` whose measured attributes differ by ``change`` steps.

    Args:
        w: where all sliders are 0, ``[w_dim]``.
        change: in steps of the sliders, ``[attributes]``.
        known: which way to go.
        listen: a place to its attributes ``[attributes]``, in their own units.
        begin: what ``listen(w)`` gives, where it is known.
        rounds: sounds that may be made; 0 trusts the map.

    Returns:
        The best place heard, float32 ``[w_dim]``.
    """
    place = known.move(w, change)
    if not np.any(change) or rounds < 1:
        return place
    target = (listen(w) if begin is None else begin) / known.steps + change
    given = known.enter(place)
    slope = known.slope(given)
    best, least_missed = place, np.inf
    last_given: Doubles | None = None
    last_heard: Doubles | None = None
    for _ in range(rounds):
        heard = listen(place) / known.steps
        missing = target - heard
        missed = float(np.abs(missing).max())
        if missed < least_missed:
            best, least_missed = place, missed
        if missed < _NEAR_ENOUGH:
            break
        if last_given is not None and last_heard is not None:
            moved = given - last_given
            length = float(moved @ moved)
            if length > 1e-12:
                slope = slope + np.outer(heard - last_heard - slope @ moved, moved) / length
        last_given, last_heard = given, heard
        given = given + least_move(slope, missing, _LONGEST)
        place = known.leave(given)
    return best
