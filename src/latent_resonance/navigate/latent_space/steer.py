"""Moves a slider by measuring: goes where the attribute map says, and corrects on the way.

A map of attributes is never exact, and a sound takes long to make. So the map is walked in many
short moves, each by the slope where it is, as far as it says that the change is reached; there the
sound is measured, the map is brought in line with the measurement (Broyden 1965), and what is still
missing is walked from there, or, where it went astray, from the best place so far by half as much
(a trust region; Nocedal and Wright 2006, chapter 4). So a slider's 3 is 3 measured steps at any
place, and the others stay.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.navigate.latent_space.attribute_map import AttributeMap, least_move

Doubles = npt.NDArray[np.float64]

ROUNDS = 4
_NEAR_ENOUGH = 0.15
# Of a leg, and of each of its moves: the map is right for longer than its slope.
_LONGEST, _MOVE = 2.0, 0.5
_MOVES = 6
_CLOSE = 0.02
# What else moves counts less than what a slider shall move: at the edge of what the model can
# make, a bit of another attribute is better than a slider that does nothing.
_OTHERS = 0.5
# How loosely the others are held on the way: tightly held ones cost effect, loose ones leak.
_SOFT = 40.0


@dataclass(frozen=True, slots=True)
class _Found:
    """A place that was measured: where it is on the map, what it is like, and how far off."""

    place: FloatArray
    given: Doubles
    reached: Doubles
    badness: float


class _Knowledge:
    """The map, and what measurements say of its slope beyond it."""

    def __init__(self, known: AttributeMap) -> None:
        self._known = known
        self._correction = np.zeros((len(known.steps), len(known.axes)))

    def walk(
        self, given: Doubles, missing: Doubles, soft: Doubles, longest: float
    ) -> tuple[Doubles, Doubles]:
        """The move ``[axes]`` that makes up for ``missing``, and the change it should bring."""
        move, change, left = np.zeros_like(given), np.zeros_like(missing), longest
        begin = self._known.of(given)
        for _ in range(_MOVES):
            still = missing - change
            if np.abs(still).max() < _CLOSE or left < _CLOSE:
                break
            slope = self._known.slope(given + move) + self._correction
            step = least_move(slope, still, min(_MOVE, left), soft)
            move, left = move + step, left - float(np.linalg.norm(step))
            change = self._known.of(given + move) - begin + self._correction @ move
        return move, change

    def learn(self, move: Doubles, missed: Doubles) -> None:
        """Bring the slope in line with what ``move`` did beyond what was expected."""
        length = float(move @ move)
        if length > 1e-12:
            self._correction = self._correction + np.outer(missed, move) / length


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
        rounds: sounds that may be made after the first; 0 trusts the map.

    Returns:
        The best place measured on the way, float32 ``[w_dim]``.
    """
    if not change.any() or rounds < 1:
        return known.move(w, change)
    start = (measure(w) if begin is None else begin) / known.steps
    turned = change != 0
    soft = np.where(turned, 1.0, _SOFT)

    def badness(reached: Doubles) -> float:
        missed = np.abs(start + change - reached)
        return float(missed[turned].max() + _OTHERS * missed[~turned].max(initial=0))

    knowledge, longest = _Knowledge(known), _LONGEST
    best = _Found(np.asarray(w, np.float32), known.enter(w), start, badness(start))
    for _ in range(rounds):
        move, expected = knowledge.walk(best.given, start + change - best.reached, soft, longest)
        place = known.shift(best.place, move)
        reached = measure(place) / known.steps
        knowledge.learn(move, reached - best.reached - expected)
        now = badness(reached)
        if now < best.badness:
            best = _Found(place, best.given + move, reached, now)
        else:
            longest /= 2
        if np.abs(start + change - reached).max() < _NEAR_ENOUGH:
            break
    return best.place
