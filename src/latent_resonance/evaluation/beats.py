"""How well announced beats meet those of a track.

Written from the definitions, apart from any tracker: F-measure after Davies, Degara, Plumbley 2009,
"Evaluation methods for musical audio beat tracking algorithms".
"""

import math

import numpy as np
import numpy.typing as npt

_Doubles = npt.NDArray[np.float64]


def f_measure(
    found: npt.ArrayLike,
    truth: npt.ArrayLike,
    tolerance_seconds: float = 0.07,
    skip_seconds: float = 5.0,
) -> float:
    """Harmonic mean of precision and recall, 0..1; a beat of either counts once.

    Args:
        found: times of beats in seconds, in order.
        truth: those of the track, in order.
        tolerance_seconds: a beat that is no further away is a hit.
        skip_seconds: the time from the start that does not count.

    Returns:
        NaN where neither has a beat.
    """
    left, right = _after(found, skip_seconds), _after(truth, skip_seconds)
    if not left and not right:
        return math.nan
    hits = i = j = 0
    while i < len(left) and j < len(right):
        away = left[i] - right[j]
        if abs(away) <= tolerance_seconds:
            hits, i, j = hits + 1, i + 1, j + 1
        elif away < 0:
            i += 1
        else:
            j += 1
    return 2 * hits / (len(left) + len(right))


def lags(found: npt.ArrayLike, truth: npt.ArrayLike, skip_seconds: float = 5.0) -> _Doubles:
    """Seconds from each beat of the track to the nearest that was found; above 0 it came late.

    Infinite where none was found.
    """
    times = np.asarray(found, np.float64)
    wanted = np.array(_after(truth, skip_seconds))
    if not times.size:
        return np.full(len(wanted), math.inf)
    away = times[None] - wanted[:, None]
    nearest = np.abs(away).argmin(axis=1)
    return np.asarray(away[np.arange(len(wanted)), nearest])


def _after(times: npt.ArrayLike, seconds: float) -> list[float]:
    given = np.asarray(times, np.float64)
    return [float(time) for time in given if time >= seconds]
