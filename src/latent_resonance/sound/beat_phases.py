"""Where in the beat attacks fall, and whether they still do: a jump of the tempo is told at once.

A histogram of phases, as in "rhythmic patterns" of bar-pointer models (Whiteley, Cemgil, Godsill
2006), learned on line. An attack where hardly any fell before is one that the beat in force does
not explain.
"""

import math

import numpy as np

from latent_resonance.sound.smoothing import share

_PLACES = 24
# Parts of an attack that count for the places beside its own.
_SPREAD = (0.2, 0.7, 1.0, 0.7, 0.2)
_LEARNED_SECONDS, _LATE_SECONDS, _USUAL_SECONDS = 6.0, 0.6, 0.5
# Of strengths: how far above the mean an attack is. Of places: the share of an even one's below
# which nothing is expected. Of late attacks: the part that is unexpected when the beat is lost, and
# when it is found again.
_ATTACK, _RARE = 2.0, 0.6
_ASTRAY, _BACK = 0.4, 0.2


class BeatPhases:
    """Takes the strength and the place in the beat of every step.

    Args:
        step_seconds: between two strengths.

    Attributes:
        astray: whether most attacks of late fell where the beat has none.
    """

    def __init__(self, step_seconds: float) -> None:
        self._learned = 1 - share(step_seconds, _LEARNED_SECONDS)
        self._late = 1 - share(step_seconds, _LATE_SECONDS)
        self._pace = share(step_seconds, _USUAL_SECONDS)
        self.reset()

    def reset(self) -> None:
        """No attack was heard."""
        self._places = np.zeros(_PLACES)
        self._usual = self._strange = self._all = 0.0
        self.astray = False

    def step(self, strength: float, phase: float) -> None:
        """Take a strength of any unit, 0 or more, and its phase; whole numbers are beats."""
        self._usual += self._pace * (strength - self._usual)
        attack = max(strength - _ATTACK * self._usual, 0.0)
        self._places *= self._learned
        self._strange *= self._late
        self._all *= self._late
        if attack:
            place = math.floor(phase * _PLACES) % _PLACES
            near = np.arange(place - 2, place + 3) % _PLACES
            expected = float(self._places[near] @ _SPREAD) / sum(_SPREAD)
            if expected < _RARE * float(self._places.mean()):
                self._strange += attack
            self._all += attack
            self._places[place] += attack
        part = self._strange / self._all if self._all else 0.0
        self.astray = part > (_BACK if self.astray else _ASTRAY)
