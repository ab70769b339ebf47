"""Which columns of a note's window a playhead may dwell in while the key is down.

Recordings end, and so do windows learnt from them: a note that goes on for ever may only use what
lies before that. Two kinds of end are distinguished from a decay: the cliff in a window's last
columns, where the training clips were cut, and for a blown or bowed note the fall at which its
player stopped.
"""

from dataclasses import dataclass

import numpy as np

from latent_resonance.contracts.values import FloatArray

# Where the held part begins, as a share of what can be used.
_HELD_FROM = 0.4
_LEAST_COLUMNS = 24
# Model output close to the end of its window is the least certain.
_EDGE_COLUMNS = 8
# A cliff lies in this share of the end; it falls that much in a few columns.
_CLIFF_SHARE = 1 / 8
_CLIFF_DB, _CLIFF_COLUMNS = 3.0, 6
# Half an analysis window before a cliff its spectrum is smeared already.
_BEFORE_CLIFF = 4
# A sustained note is over where it stays that much below its plateau.
_PLATEAU_DB = 6.0
_PLATEAU_QUANTILE = 0.9
_SMOOTH_COLUMNS = 9


@dataclass(frozen=True, slots=True)
class HeldPart:
    """The path of a playhead.

    Attributes:
        first: column from which the held part may be read in any direction.
        last: its last column.
        slope_db: dB per column inside the held part.
    """

    first: int
    last: int
    slope_db: float


def find_held_part(power_db: FloatArray) -> HeldPart:
    """Measure the course of what is blown, bowed, sung or electric.

    Its level ends where the player did, not by itself.

    Args:
        power_db: level of each column ``[columns]``.
    """
    last = _plateau_end(power_db, before_the_edge(power_db))
    first = min(round(_HELD_FROM * last), max(0, last - _LEAST_COLUMNS))
    slope = float(np.polyfit(np.arange(first, last + 1), power_db[first : last + 1], 1)[0])
    return HeldPart(first, last, slope)


def before_the_edge(power_db: FloatArray) -> int:
    """The last column before the window's edge or the cliff near it."""
    columns = len(power_db)
    edge = columns - 1 - min(_EDGE_COLUMNS, columns // 4)
    begin = columns - round(_CLIFF_SHARE * columns)
    if begin <= _CLIFF_COLUMNS + _BEFORE_CLIFF:
        return edge
    before = power_db[begin - _CLIFF_COLUMNS : columns - _CLIFF_COLUMNS]
    falls = np.flatnonzero(before - power_db[begin:] > _CLIFF_DB)
    if not len(falls):
        return edge
    return min(edge, begin + int(falls[0]) - _CLIFF_COLUMNS - _BEFORE_CLIFF)


def _plateau_end(power_db: FloatArray, last: int) -> int:
    """The last column, up to ``last``, that is about as loud as the note is most of the time."""
    width = min(_SMOOTH_COLUMNS, last + 1)
    known = power_db[: last + 1].astype(np.float64)
    smooth = np.convolve(np.pad(known, width // 2, "edge"), np.ones(width) / width, "valid")
    floor = float(np.quantile(smooth, _PLATEAU_QUANTILE)) - _PLATEAU_DB
    loud = np.flatnonzero(smooth[: last + 1] >= floor)
    end = int(loud[-1])
    # Where it fell, it began to fall a little earlier.
    return max(end - _SMOOTH_COLUMNS, 1) if end < last else last
