"""Moves a slider by measuring: goes where the attribute map says, and corrects on the way.

A map of attributes is never exact; a generator and its measures are quick. The way is walked in a
few legs; after each the sound is measured, and the slope is brought in line with the measurement
(Broyden 1965). So a slider's 3 is 3 measured steps at any place, and the others stay.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.navigate.latent_space.attribute_map import AttributeMap, least_move

Doubles = npt.NDArray[np.float64]

ROUNDS = 7
_LEG = 1.25
# What is missing of a step of 0.3 deviations of random sounds is not heard; with what others moved,
# as `badness` counts it, so much may be left.
_NEAR, _LEFT = 0.3, 0.4
_LONGEST = 1.2
# What else moves counts less than what a slider shall move: at the edge of what the model can
# make, a bit of another attribute is better than a slider that does nothing.
_OTHERS = 0.2
# How loosely the others are held on the way: tightly held ones cost effect, loose ones leak.
_SOFT = 40.0


@dataclass(slots=True)
class _Walk:
    """Where it stands, and what it knows of the slope beyond the map."""

    place: FloatArray
    given: Doubles
    correction: Doubles

    def go(self, known: AttributeMap, missing: Doubles, soft: Doubles) -> Doubles:
        """Move so as to make up for ``missing``; gives the move."""
        slope = known.slope(self.given) + self.correction
        move = least_move(slope, missing, _LONGEST, soft)
        self.place, self.given = known.shift(self.place, move), self.given + move
        return move

    def learn(self, known: AttributeMap, move: Doubles, change: Doubles) -> None:
        """Bring the slope in line with what ``move`` did."""
        length = float(move @ move)
        if length > 1e-12:
            middle = known.slope(self.given - move / 2) + self.correction
            self.correction = self.correction + np.outer(change - middle @ move, move) / length


def steer(
    w: FloatArray,
    change: Doubles,
    known: AttributeMap,
    measure: Callable[[FloatArray], Doubles],
    begin: Doubles | None = None,
    rounds: int = ROUNDS,
) -> FloatArray:
    """The place near ``w`` whose measured attributes differ by ``change`` steps.

    Args:
        w: where all sliders are 0, ``[w_dim]``.
        change: in steps of the sliders, ``[attributes]``.
        known: which way to go.
        measure: a place to its attributes ``[attributes]``, in their own units.
        begin: what ``measure(w)`` gives, where it is known.
        rounds: sounds that may be made after the first; fewer where one is near enough, and 0
            trusts the map.

    Returns:
        The best place measured on the way, float32 ``[w_dim]``.
    """
    furthest = float(np.abs(change).max(initial=0))
    if furthest == 0 or rounds < 1:
        return known.move(w, change)
    start = here = (measure(w) if begin is None else begin) / known.steps
    turned = change != 0
    soft = np.where(turned, 1.0, _SOFT)

    def badness(reached: Doubles) -> float:
        missed = np.abs(start + change - reached)
        return float(missed[turned].max() + _OTHERS * missed[~turned].max(initial=0))

    shape = (len(known.steps), len(known.axes))
    walk = _Walk(np.asarray(w, np.float32), known.enter(w), np.zeros(shape))
    # The legs to 2 are, to the last bit, those on the way to 4: what was heard there is known.
    way = change / furthest
    # All that is measured on the way counts: where the model cannot go on, the end is the furthest
    # it came. Legs are as long for any value, so a slider's 2 lies on its way to 4.
    best, least = walk.place, badness(here)
    for number in range(1, rounds + 1):
        target = start + way * min(furthest, number * _LEG)
        move = walk.go(known, target - here, soft)
        before, here = here, measure(walk.place) / known.steps
        walk.learn(known, move, here - before)
        now = badness(here)
        if now < least:
            best, least = walk.place, now
        near = np.abs(start + change - here)[turned].max() < _NEAR
        if near and now < _LEFT:
            break
    return best
