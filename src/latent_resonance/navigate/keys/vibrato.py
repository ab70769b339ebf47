"""A player's vibrato: it sets in after the note's start, and its rate and depth drift.

Rates, drifts and the tremolo beside it are those of recorded flutes, saxophones and strings that
have one, 29 of 402 sustained notes: 4.6 to 5.4 Hz, a rate that varies by 4 to 10 % within a note,
a depth by 14 to 36 %, a level of 1.1 to 1.6 dB.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from random import Random

_RATE_HZ, _NOTES_DIFFER = 5.0, 0.06
# Slow waves whose periods never meet: of the rate, and of the depth.
_RATE_WAVES_HZ, _RATE_DRIFT = (0.31, 0.83), 0.06
_DEPTH_WAVES_HZ, _MEAN_DEPTH, _DEPTH_DRIFT = (0.23, 0.61), 0.8, 0.4
_WAITS_SECONDS, _RISES_SECONDS = 0.12, 0.35
_TAU = 2 * math.pi


@dataclass(frozen=True, slots=True)
class Vibrato:
    """Of one note: the same for the same seed.

    Attributes:
        rate_hz: in the mean.
        start: phase of the first swing,
        rate_starts: and of the waves that move its rate,
        depth_starts: and its depth.
    """

    rate_hz: float
    start: float
    rate_starts: tuple[float, ...]
    depth_starts: tuple[float, ...]

    def at(self, seconds: float) -> float:
        """The swing of a note that is so old, -1..1.

        Its phase is the integral of its rate, in closed form.
        """
        if seconds <= _WAITS_SECONDS:
            return 0.0
        phase = self.start + _TAU * self.rate_hz * seconds
        for hz, start in zip(_RATE_WAVES_HZ, self.rate_starts, strict=True):
            way = math.cos(start) - math.cos(_TAU * hz * seconds + start)
            phase += _RATE_DRIFT * self.rate_hz / hz * way
        depth = 1.0
        for hz, start in zip(_DEPTH_WAVES_HZ, self.depth_starts, strict=True):
            depth += _DEPTH_DRIFT / 2 * math.sin(_TAU * hz * seconds + start)
        rise = min((seconds - _WAITS_SECONDS) / _RISES_SECONDS, 1.0)
        rise = rise * rise * (3 - 2 * rise)
        return _MEAN_DEPTH * depth * rise * math.sin(phase)


@lru_cache(maxsize=256)
def vibrato_of(seed: int, number: int) -> Vibrato:
    """The vibrato of a performance's note."""
    chance = Random(f"{seed} {number}")  # noqa: S311 - nothing secret
    return Vibrato(
        _RATE_HZ * (1 + chance.uniform(-_NOTES_DIFFER, _NOTES_DIFFER)),
        chance.uniform(0, _TAU),
        tuple(chance.uniform(0, _TAU) for _ in _RATE_WAVES_HZ),
        tuple(chance.uniform(0, _TAU) for _ in _DEPTH_WAVES_HZ),
    )
