"""Where the bars of a MIDI file begin, through all changes of tempo and meter."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

_MOST_BARS = 10_000


@dataclass(frozen=True, slots=True)
class TempoAt:
    """From a tick on, at ``seconds``, a tick takes ``per_tick`` seconds."""

    tick: int
    seconds: float
    per_tick: float


@dataclass(frozen=True, slots=True)
class Meter:
    """From a tick on, which begins a bar, a bar has ``ticks``, above 0."""

    tick: int
    ticks: float


def bar_begins(tempos: Sequence[TempoAt], meters: Sequence[Meter], last: int) -> list[float]:
    """The beginnings of bars in seconds, the last of them at or behind the tick ``last``.

    There are two at least, 10,000 at most.

    Args:
        tempos: in order, from tick 0 on.
        meters: in order, from tick 0 on.
        last: of the file.
    """
    ticks = [one.tick for one in tempos]
    changes = [one.tick for one in meters]
    found: list[float] = []
    tick = 0.0
    while len(found) < _MOST_BARS:
        tempo = tempos[bisect_right(ticks, tick) - 1]
        found.append(tempo.seconds + (tick - tempo.tick) * tempo.per_tick)
        if tick >= last and len(found) > 1:
            break
        at = bisect_right(changes, tick)
        tick += meters[at - 1].ticks
        # Another meter begins a bar, wherever the one before was.
        if at < len(changes):
            tick = min(tick, changes[at])
    return found
