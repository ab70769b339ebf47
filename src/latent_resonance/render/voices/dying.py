"""How a struck or plucked note dies: for ever downwards, in every band, past the end of its window.

A model's window tells the first seconds of a note, down to the floor of its codec, into which soft
notes sink, and its levels regress to a mean there: read as they are they say that a note holds. So
the level of each band is fitted, from the note's loudest moment to where it comes near the floor,
by a line that falls ever more slowly, as coupled strings do (Weinreich 1977), and never rises:

    L(t) = L0 - sum_j a_j min(t, tau_j) - a t,    all a >= 0

(non-negative least squares, in dB). It goes on for ever. What the window has around it, beats and
noise, stays, but for the beats of the whole.
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.render.voices.held_part import before_the_edge

_Doubles = npt.NDArray[np.floating]

_NEPER_DB = 20 / math.log(10)
_NOTHING_DB = -160.0
# Bands: a third of an octave, and never fewer bins than a lobe has.
_BANDS_PER_OCTAVE, _LEAST_BINS, _LOWEST_HZ = 3, 3.0, 60.0
# Where the line may bend, in seconds after the loudest moment.
_BENDS = np.array([0.03, 0.08, 0.2, 0.5, 1.1])
_BENDS_WITHIN = 0.7
_OFFSET_DB = 300.0
_EVERY = 2
# A band is heard above its codec's floor from here on.
_ABOVE_FLOOR_DB = 6.0
_LEAST_POINTS = 6
# The loudest moment is sought here, and begins so close to it.
_LOUD_WITHIN_SECONDS, _LOUD_DB = 0.6, 1.0
# A late fall is at least this part of the early one, over so many dB, and of the usual one.
_LATE_SHARE, _EARLY_DB = 0.2, 20.0
# No struck note falls slower, dB per second.
_LEAST_FALL_DB = 1.5
# How far the usual T60 of the instrument is trusted beside the window's own.
_TRUST, _MOST_STRETCH = 0.7, 2.5
_RATED_FROM_SECONDS, _RATED_TO_SECONDS, _RATED_DB = 0.1, 2.0, 35.0
_MOST_LIFT_DB, _MOST_GAIN_DB, _LEAST_GAIN_DB = 60.0, 6.0, -80.0
# The part that is dwelt in lies above this, re the loudest moment.
_DWELT_ABOVE_DB = -45.0
_DWELT_SHARE, _LEAST_COLUMNS = 0.6, 24
_LATE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Dying:
    """A struck note's window, made ready.

    Attributes:
        log_magnitude: natural log ``[columns, bins]``; level from column ``first`` on.
        power: the same as squared magnitudes.
        first: column from which the playhead may dwell,
        last: and to which.
        decay: nepers per column and bin ``[bins]``, below 0, that go on from ``first`` on.
        rate: of the sound's level, nepers per column, below 0.
    """

    log_magnitude: FloatArray
    power: FloatArray
    first: int
    last: int
    decay: FloatArray
    rate: float


@dataclass(frozen=True, slots=True)
class _Lines:
    """Fitted levels of bands.

    Attributes:
        start: ``[bands]``, dB.
        falls: dB per second between ``_BENDS``, and after the last ``[bands, 1 + bends]``.
        known: columns before a band sinks into its floor ``[bands]``.
    """

    start: _Doubles
    falls: _Doubles
    known: npt.NDArray[np.intp]

    def at(self, seconds: _Doubles) -> _Doubles:
        """Levels ``[times, bands]``."""
        edges = np.concatenate([[0.0], _BENDS])
        spans = np.append(np.diff(edges), np.inf)
        inside = np.clip(seconds[:, None] - edges, 0, spans)
        return np.asarray(self.start - inside @ self.falls.T)


def make_dying(
    log_magnitude: FloatArray, power: FloatArray, layout: SpectrogramFormat, t60_seconds: float
) -> Dying:
    """Lead a window's levels downwards.

    Args:
        log_magnitude: natural log ``[columns, bins]``, the codec's floor taken out.
        power: the same as squared magnitudes.
        layout: of the spectrogram.
        t60_seconds: what is usual for the instrument at this key.
    """
    bands = _bands(layout)
    course = 10 * np.log10(power @ bands.T.astype(np.float32) + 1e-16)
    whole = 10 * np.log10(power.sum(axis=1) + 1e-16)
    top = _loudest(whole, layout)
    last = max(before_the_edge(whole.astype(np.float32)), top + 1)
    lines = _fit(course[top : last + 1], _floor(layout, bands), layout, 60 / t60_seconds)
    speed = _speed(lines, t60_seconds)
    lines = replace(lines, falls=np.maximum(lines.falls, _LEAST_FALL_DB / speed))

    hop = layout.hop_seconds
    columns = len(log_magnitude)
    end = min(top + int((last - top) / speed), columns - 1)
    seconds = np.arange(end - top + 1) * hop * speed
    goal = lines.at(seconds)
    heard = _sum_db(goal)
    alive = np.flatnonzero(heard >= heard[0] + _DWELT_ABOVE_DB)
    end = top + max(int(alive[-1]), 1)
    seconds, goal = seconds[: end - top + 1], goal[: end - top + 1]

    first = max(min(round(_DWELT_SHARE * end), end - _LEAST_COLUMNS), top)
    goal[first - top :] = goal[first - top]
    source = top + seconds / hop
    made = np.empty((top + len(source), log_magnitude.shape[1]), np.float32)
    made[:top] = log_magnitude[:top]
    made[top:] = _between(log_magnitude, source)
    # What has sunk into the floor is not lifted out of it.
    known = source[:, None] - top < lines.known
    most = np.where(known, _MOST_LIFT_DB, _MOST_GAIN_DB)
    gain = np.clip(goal - _between(course, source), _LEAST_GAIN_DB, most) / _NEPER_DB
    made[top:] += gain.astype(np.float32) @ bands.astype(np.float32)
    power = np.exp(2 * made)
    now = 10 * np.log10(power[top:].sum(axis=1, dtype=np.float64) + 1e-16)
    missing = ((_sum_db(goal) - now) / _NEPER_DB).astype(np.float32)[:, None]
    made[top:] += missing
    power[top:] *= np.exp(2 * missing)

    late = lines.at(seconds[first - top] + np.array([0.0, _LATE_SECONDS * speed]))
    per_column = hop / _LATE_SECONDS / _NEPER_DB
    decay = (late[1] - late[0]) @ bands * per_column
    rate = float(np.diff(_sum_db(late))[0]) * per_column
    return Dying(made, power, first, end, decay.astype(np.float32), rate)


@lru_cache(maxsize=8)
def _bands(layout: SpectrogramFormat) -> _Doubles:
    """Weights ``[bands, bins]`` of triangles that sum to 1 in every bin."""
    bin_hz = layout.sample_rate / layout.n_fft
    centres = [0.0]
    ratio = 2 ** (1 / _BANDS_PER_OCTAVE)
    while centres[-1] < layout.bins - 1:
        centres.append(max(centres[-1] + _LEAST_BINS, centres[-1] * ratio, _LOWEST_HZ / bin_hz))
    return np.array(
        [np.interp(np.arange(layout.bins), centres, one) for one in np.eye(len(centres))]
    )


def _floor(layout: SpectrogramFormat, bands: _Doubles) -> _Doubles:
    """Levels ``[bands]`` below which a band is not told from the codec's floor."""
    return np.asarray(10 * np.log10(bands.sum(axis=1)) - layout.range_db + _ABOVE_FLOOR_DB)


def _sum_db(levels: _Doubles) -> _Doubles:
    """Of all bands ``[times]``."""
    return np.asarray(10 * np.log10(np.sum(10 ** (levels / 10), axis=1)))


def _between(rows: npt.NDArray[np.floating], place: _Doubles) -> npt.NDArray[np.floating]:
    """Rows at real-valued places."""
    node = np.minimum(place.astype(np.intp), len(rows) - 2)
    share = (place - node).astype(rows.dtype)[:, None]
    here, made = rows[node], rows[node + 1]
    made -= here
    made *= share
    made += here
    return np.asarray(made)


def _loudest(whole: _Doubles, layout: SpectrogramFormat) -> int:
    early = whole[: max(1, round(_LOUD_WITHIN_SECONDS / layout.hop_seconds))]
    return int(np.flatnonzero(early >= early.max() - _LOUD_DB)[0])


def _fit(course: _Doubles, floor: _Doubles, layout: SpectrogramFormat, usual_fall: float) -> _Lines:
    """Lines through levels ``[columns, bands]``.

    Args:
        course: of the bands, from the loudest moment on.
        floor: of each band; what comes later than its first column there is not known.
        layout: of the spectrogram.
        usual_fall: dB per second.
    """
    from scipy.optimize import nnls

    seconds = np.arange(0, len(course), _EVERY) * layout.hop_seconds
    # Early columns tell as much as late ones: as many in each ratio of times.
    weight = 1 / np.sqrt(seconds + _BENDS[0])
    basis = np.stack(
        [np.ones_like(seconds), *(-np.minimum(seconds, bend) for bend in _BENDS), -seconds], 1
    )
    bands = course.shape[1]
    start = np.full(bands, _NOTHING_DB)
    falls = np.full((bands, len(_BENDS) + 1), usual_fall)
    ends = np.zeros(bands, np.intp)
    for band in range(bands):
        level = course[::_EVERY, band]
        below = np.flatnonzero(level < floor[band])
        known = int(below[0]) if len(below) else len(level)
        if known < _LEAST_POINTS:
            start[band] = float(level[:2].max())
            continue
        ends[band] = known * _EVERY
        w = weight[:known]
        # A line bends where there is enough of it beyond.
        used = np.append(True, np.append(_BENDS_WITHIN * seconds[known - 1] > _BENDS, True))
        found = np.zeros(len(used))
        found[used], _ = nnls(basis[:known, used] * w[:, None], (level[:known] + _OFFSET_DB) * w)
        start[band] = found[0] - _OFFSET_DB
        falls[band] = np.cumsum(found[:0:-1])[::-1]
    early = _early_fall(_Lines(start, falls, ends), seconds)
    least = _LATE_SHARE * np.maximum(early, usual_fall)
    return _Lines(start, np.maximum(falls, least[:, None]), ends)


def _early_fall(lines: _Lines, seconds: _Doubles) -> _Doubles:
    """Falls ``[bands]`` in dB per second over the first 20 dB, or over all there is."""
    fallen = lines.start - lines.at(seconds)
    at = np.where(fallen[-1] > _EARLY_DB, (fallen > _EARLY_DB).argmax(axis=0), len(seconds) - 1)
    at = np.maximum(at, 1)
    return np.asarray(fallen[at, np.arange(len(at))] / seconds[at])


def _speed(lines: _Lines, t60_seconds: float) -> float:
    """How much faster than in its window the note is to die."""
    seconds = np.arange(_RATED_FROM_SECONDS, _RATED_TO_SECONDS, 0.02)
    level = _sum_db(lines.at(np.append(0.0, seconds)))
    kept = np.flatnonzero(level[1:] >= level[0] - _RATED_DB)
    count = max(len(kept), 4)
    slope = float(np.polyfit(seconds[:count], level[1 : count + 1], 1)[0])
    ratio = (60 / t60_seconds) / max(-slope, 1e-3)
    return float(np.clip(ratio**_TRUST, 1 / _MOST_STRETCH, _MOST_STRETCH))
