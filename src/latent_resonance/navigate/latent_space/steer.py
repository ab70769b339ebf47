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
# A leg is walked in short moves along the map's bends before its end is heard.
_LEG, _MOVE = 2.5, 0.5
# What is missing of a step of 0.3 deviations of random sounds is not heard; with what others moved,
# as `badness` counts it, so much may be left.
_NEAR, _LEFT = 0.3, 0.4
# A correction at the end that brings less than this is the last, where this share of the way is
# left at most: before that, the slope is still to be learnt.
_LEAST_GAIN, _MOST_LEFT = 0.05, 0.7
_LONGEST, _LONGEST_LEG = 1.2, 2.4
# What else moves counts less than what a slider shall move: at the edge of what the model can
# make, a bit of another attribute is better than a slider that does nothing.
_OTHERS = 0.4
# How loosely the others are held on the way, where tightly held ones cost effect, and by the
# corrections at its end, where loose ones leak.
_SOFT, _TIGHT = 40.0, 4.0


@dataclass(slots=True)
class _Walk:
    """Where it stands, and what it knows of the slope beyond the map."""

    place: FloatArray
    given: Doubles
    correction: Doubles

    def go(
        self,
        known: AttributeMap,
        missing: Doubles,
        turned: npt.NDArray[np.bool_],
        loose: float,
        kept: Callable[[FloatArray], FloatArray],
    ) -> tuple[Doubles, Doubles]:
        """Move so as to make up for ``missing``, what is not ``turned`` held ``loose``.

        Gives the move and the change that it should make, up to a place that is ``kept``.
        """
        first, begin = self.given, known.at(self.given)
        soft = np.where(turned, 1.0, loose)
        count = max(1, int(np.ceil(np.abs(missing[turned]).max() / _MOVE)))
        longest = min(_LONGEST, _LONGEST_LEG / count)
        for step in range(1, count + 1):
            left = missing * (step / count) - self._change(known, begin, first)
            slope = known.slope(self.given) + self.correction
            self.given = self.given + least_move(slope, left, longest, soft)
        before = self.place
        self.place = kept(known.shift(before, self.given - first))
        self.given = first + known.enter(self.place) - known.enter(before)
        move = self.given - first
        return move, self._change(known, begin, first)

    def _change(self, known: AttributeMap, begin: Doubles, first: Doubles) -> Doubles:
        """What should have changed since the map gave ``begin`` at ``first``."""
        return known.at(self.given) - begin + self.correction @ (self.given - first)

    def learn(self, move: Doubles, surprise: Doubles) -> None:
        """Bring the slope in line with what ``move`` did beyond what it should."""
        length = float(move @ move)
        if length > 1e-12:
            self.correction = self.correction + np.outer(surprise, move) / length


def steer(
    w: FloatArray,
    change: Doubles,
    known: AttributeMap,
    measure: Callable[[FloatArray], Doubles],
    begin: Doubles | None = None,
    rounds: int = ROUNDS,
    kept: Callable[[FloatArray], FloatArray] = lambda place: place,
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
        kept: the nearest place that there is to one that may lie beyond an end.

    Returns:
        The best place measured on the way, float32 ``[w_dim]``; where others move more than the
        turned ones wherever it goes, that where the turned ones are right.
    """
    furthest = float(np.abs(change).max(initial=0))
    if furthest == 0 or rounds < 1:
        return known.move(w, change)
    start = here = (measure(w) if begin is None else begin) / known.steps
    turned = change != 0

    def left(reached: Doubles) -> float:
        return float(np.abs(start + change - reached)[turned].max())

    def badness(reached: Doubles) -> float:
        return left(reached) + _OTHERS * float(np.abs(start - reached)[~turned].max(initial=0))

    shape = (len(known.steps), len(known.axes))
    walk = _Walk(np.asarray(w, np.float32), known.enter(w), np.zeros(shape))
    # The leg to 3 begins, to the last bit, as that to 4 does: what was heard there is known.
    way = change / furthest
    # All that is measured on the way counts: where the model cannot go on, the end is the furthest
    # it came.
    first = best = walk.place
    least = badness(here)
    # Where all that was measured moves others too much, turned attributes alone decide.
    leaky, most = walk.place, _MOST_LEFT * furthest
    for number in range(1, rounds + 1):
        # The first sound at the far end is not yet a correction.
        correction = (number - 1) * _LEG >= furthest
        target = start + way * min(furthest, number * _LEG)
        loose = _TIGHT if correction else _SOFT
        move, wanted = walk.go(known, target - here, turned, loose, kept)
        before, here = here, measure(walk.place) / known.steps
        walk.learn(move, here - before - wanted)
        now = badness(here)
        missed = left(here)
        if missed < most:
            leaky, most = walk.place, missed
        gain = least - now
        if now < least:
            best, least = walk.place, now
        idle = correction and gain < _LEAST_GAIN and least < _MOST_LEFT * furthest
        if idle or (missed < _NEAR and now < _LEFT):
            break
    return leaky if best is first else best
