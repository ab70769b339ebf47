"""Streaming phase from magnitudes: peaks go on in time, the rest hangs on its peak.

The phase of a Gaussian-windowed STFT has gradients that its log-magnitude s gives (Prusa, Balazs,
Sondergaard 2017, "A Noniterative Method for Reconstruction of Phase from STFT Magnitude",
eqs. 8 and 9), per column n and bin m, with hop a, length M and ratio gamma:

    time       2 pi a m / M + (a M / gamma) ds/dm
    frequency  -(gamma / (a M)) ds/dn   (- pi, as phase refers to the frame's first sample)

RTPGHI (Prusa, Sondergaard 2016) integrates them along a heap. Here the peaks of each column are
integrated in time, by the trapezoid, and all other bins in frequency from their peak: the same
paths for all that is audible, as a few operations on whole columns.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.stft import window, window_gamma

_Doubles = npt.NDArray[np.float64]
_TAU = 2 * math.pi
_CALIBRATED_BINS = 2.0
_NODES = 2049
# What lies further below its column's loudest is noise; in step, it would buzz: 78 dB of the 80 dB
# that most layouts keep.
_NOISE_BELOW, _USUAL_RANGE_DB = 9.0, 80.0
_NOISE_ROWS = 127


@dataclass(frozen=True, slots=True)
class PhasePlan:
    """Tables for one layout; build once with ``PhasePlan.build``.

    Attributes:
        n_fft: window length.
        hop: samples between columns.
        window: the analysis window ``[n_fft]``.
        per_slope: frequency gradient in radians per bin for 1 neper per hop.
        offsets: how far off a bin a sinusoid is, in bins, by the slope over frequency there,
        lowest_slope: from this one on, in nepers per bin,
        nodes_per_neper: in steps of one over this.
        noise: random phases ``[rows, n_fft // 2 + 1]`` for what lies at the floor.
        noise_below: nepers under its column's loudest from which on that is.
    """

    n_fft: int
    hop: int
    window: FloatArray
    per_slope: float
    offsets: _Doubles
    lowest_slope: float
    nodes_per_neper: float
    noise: FloatArray
    noise_below: float

    @staticmethod
    @lru_cache(maxsize=16)
    def build(
        n_fft: int, hop: int, window_name: str = "gauss", range_db: float = _USUAL_RANGE_DB
    ) -> "PhasePlan":
        """Tables for a layout that keeps so many dB."""
        weight = window(window_name, n_fft)
        gamma = window_gamma(window_name, n_fft)
        offsets, lowest, density = _calibrate(weight)
        random = np.random.Generator(np.random.PCG64(n_fft))
        noise = random.uniform(0, _TAU, (_NOISE_ROWS, n_fft // 2 + 1)).astype(np.float32)
        per_slope = -gamma / (hop * n_fft)
        below = _NOISE_BELOW + max(range_db - _USUAL_RANGE_DB, 0) * math.log(10) / 20
        return PhasePlan(n_fft, hop, weight, per_slope, offsets, lowest, density, noise, below)


class PhaseState(NamedTuple):
    """What one column leaves to the next; arrays are None before the first.

    ``phase`` ``[bins]`` in radians, wrapped, in double precision so that hours do not drift;
    ``over`` ``[bins]``, its log-magnitude slope over frequency; ``column`` counts. ``ratio`` is
    the transposition that ``over`` was measured before.
    """

    phase: _Doubles | None
    over: FloatArray | None
    column: int
    seed: int
    ratio: float = 1.0


def start(plan: PhasePlan, seed: int = 0) -> PhaseState:
    """The state before the first column; the seed gives the first peaks their phases."""
    return PhaseState(None, None, 0, seed)


def propagate(
    plan: PhasePlan,
    state: PhaseState,
    log_magnitude: FloatArray,
    time_slope: FloatArray,
    over: FloatArray | None = None,
    ratio: float = 1.0,
) -> tuple[FloatArray, PhaseState]:
    """Phase of one more column.

    Args:
        plan: of the layout.
        state: left by the column before; not changed.
        log_magnitude: natural log ``[bins]``, any number of bins from 0 Hz up; finite.
        time_slope: its change per hop ``[bins]``. A central difference is one column of
            look-ahead, a backward one none; a renderer that owns its window knows the slope.
        over: of a column that was transposed: its log-magnitude slope over frequency before that
            (nepers per bin of the original), at the stretched places ``[bins]``.
        ratio: of that transposition (see ``sound.transposition``).

    Returns:
        Phase float32 ``[bins]`` in radians, 0..2 pi, and the next state.
    """
    level = np.asarray(log_magnitude, np.float32)[None]
    slope = np.asarray(time_slope, np.float32)[None]
    if ratio != 1:
        # Wider lobes are shorter frames: a change in time moves their phase less.
        slope = slope / np.float32(ratio * ratio)
    parts = _take_apart(plan, level, slope)
    if over is not None:
        parts = parts._replace(over=np.asarray(over, np.float32)[None])
    peaks = np.flatnonzero(parts.peaks[0])
    step = None
    if state.over is not None:
        step = _half_advance(plan, state.over[peaks], peaks, state.ratio) + _half_advance(
            plan, parts.over[0, peaks], peaks, ratio
        )
    phase = _next(plan, state, parts, 0, peaks, step)
    after = PhaseState(phase, parts.over[0], state.column + 1, state.seed, ratio)
    return phase.astype(np.float32), after


def reconstruct_phase(
    plan: PhasePlan, log_magnitude: FloatArray, look_ahead: int = 1, seed: int = 0
) -> FloatArray:
    """Phase of a whole clip, the same as column by column, faster.

    Args:
        plan: of the layout.
        log_magnitude: natural log ``[bins, columns]``.
        look_ahead: 1 for central differences in time, 0 for backward ones.
        seed: of the first peaks' phases.

    Returns:
        float32 ``[bins, columns]``.
    """
    level = np.ascontiguousarray(log_magnitude.T, np.float32)
    parts = _take_apart(plan, level, time_slopes(level, look_ahead))
    rows, peaks = np.nonzero(parts.peaks)
    step = _half_advance(plan, parts.over[rows - 1, peaks], peaks)
    step += _half_advance(plan, parts.over[rows, peaks], peaks)
    ends = np.cumsum(np.bincount(rows, minlength=len(level))).tolist()
    state = start(plan, seed)
    out = np.empty(level.shape, np.float32)
    begin = 0
    for column, end in enumerate(ends):
        phase = _next(plan, state, parts, column, peaks[begin:end], step[begin:end])
        state = PhaseState(phase, None, column + 1, seed)
        out[column] = phase
        begin = end
    return out.T


def time_slopes(level: FloatArray, look_ahead: int) -> FloatArray:
    """Change per hop of ``[columns, bins]``, from both neighbours or from the one before."""
    slope = np.zeros_like(level)
    np.subtract(level[1:], level[:-1], out=slope[1:])
    if look_ahead and len(level) > 1:
        slope[0] = slope[1]
        slope[1:-1] = (slope[1:-1] + slope[2:]) / 2
    return slope


def _calibrate(weight: FloatArray) -> tuple[_Doubles, float, float]:
    """How far off a bin a lone sinusoid is, by the slope it causes there, for this very window.

    For an endless Gaussian it is the straight line of the theory; truncation and other windows
    bend it, by more than the ear forgives.

    Returns:
        Offsets in bins at evenly spaced slopes, the lowest slope, and nodes per neper.
    """
    n_fft = len(weight)
    offsets = np.linspace(-_CALIBRATED_BINS, _CALIBRATED_BINS, 401)
    position = np.arange(n_fft) - n_fft / 2
    level = [
        np.log(np.abs(np.exp(1j * _TAU / n_fft * np.outer(offsets - side, position)) @ weight))
        for side in (-1, 1)
    ]
    curve = (level[1] - level[0]) / 2
    rising = np.maximum.accumulate(curve) + np.arange(len(curve)) * 1e-12
    even = np.linspace(rising[0], rising[-1], _NODES)
    return np.interp(even, rising, offsets), rising[0], (_NODES - 1) / (rising[-1] - rising[0])


def _offset(plan: PhasePlan, over: npt.NDArray[np.floating]) -> _Doubles:
    """Bins between a bin and its sinusoid, by the slope over frequency there, any shape."""
    place = over.astype(np.float64)
    place -= plan.lowest_slope
    place *= plan.nodes_per_neper
    np.clip(place, 0, _NODES - 1.001, out=place)
    node = place.astype(np.intp)
    place -= node
    below = plan.offsets[node]
    node += 1
    place *= plan.offsets[node] - below
    place += below
    return place


def gradients(plan: PhasePlan, level: FloatArray, slope: FloatArray) -> tuple[_Doubles, _Doubles]:
    """Phase gradients of log-magnitudes ``[columns, bins]`` in nepers.

    Args:
        plan: of the layout.
        level: natural log of the magnitudes.
        slope: their change per hop.

    Returns:
        Radians per hop and radians per bin, both ``[columns, bins]``.
    """
    over = np.zeros_like(level)
    over[:, 1:-1] = (level[:, 2:] - level[:, :-2]) / 2
    bins = np.arange(level.shape[1])
    advance = (_TAU * plan.hop / plan.n_fft) * (bins + _offset(plan, over))
    along = np.asarray(plan.per_slope * slope - math.pi, np.float64)
    return advance, along


class _Parts(NamedTuple):
    """Columns taken apart, all ``[columns, bins]``.

    ``over``: log-magnitude slope over frequency. ``along``: phase along frequency from bin 0 on.
    ``peaks``: where they are. ``owner``: which of its column's peaks owns each bin, the border
    being the valley. ``noise``: what lies at the floor.
    """

    over: FloatArray
    along: FloatArray
    peaks: npt.NDArray[np.bool_]
    owner: npt.NDArray[np.int32]
    noise: npt.NDArray[np.bool_]


def _take_apart(plan: PhasePlan, level: FloatArray, slope: FloatArray) -> _Parts:
    over = np.zeros_like(level)
    np.subtract(level[:, 2:], level[:, :-2], out=over[:, 1:-1])
    over *= np.float32(0.5)
    along = np.zeros_like(level)
    np.add(slope[:, 1:], slope[:, :-1], out=along[:, 1:])
    np.cumsum(along, axis=1, out=along)
    along *= np.float32(plan.per_slope / 2)
    # Half a turn per bin is a turn or none.
    along[:, 1::2] += np.float32(math.pi)
    rises = level[:, 1:] > level[:, :-1]
    peaks = np.ones(level.shape, bool)
    peaks[:, 1:] = rises
    peaks[:, :-1] &= ~rises
    valleys = np.zeros(level.shape, np.int32)
    np.greater(rises[:, 1:], rises[:, :-1], out=valleys[:, 1:-1].view(), casting="unsafe")
    owner = np.cumsum(valleys, axis=1, out=valleys)
    noise = level < level.max(axis=1, keepdims=True) - np.float32(plan.noise_below)
    return _Parts(over, along, peaks, owner, noise)


def _half_advance(
    plan: PhasePlan, over: FloatArray, bins: npt.NDArray[np.intp], ratio: float = 1.0
) -> _Doubles:
    """Half of the radians per hop at ``bins`` whose slopes over frequency are ``over``.

    Where those were measured before a transposition by ``ratio``, a lobe is that much wider.
    """
    half = bins + ratio * _offset(plan, over)
    half *= math.pi * plan.hop / plan.n_fft
    return half


def _next(
    plan: PhasePlan,
    state: PhaseState,
    parts: _Parts,
    column: int,
    peaks: npt.NDArray[np.intp],
    step: _Doubles | None,
) -> _Doubles:
    """Phase of a column: each peak goes on by its step, the rest hangs on its peak."""
    along = parts.along[column]
    if state.phase is None or step is None:
        random = np.random.Generator(np.random.PCG64(state.seed))
        anchor = random.uniform(0, _TAU, len(peaks))
    else:
        anchor = state.phase[peaks] + step
        anchor -= along[peaks]
    phase: _Doubles = anchor[parts.owner[column]]
    phase += along
    phase -= _TAU * np.floor(phase * (1 / _TAU))
    row = plan.noise[(state.seed + state.column) % _NOISE_ROWS]
    np.copyto(phase, row[: len(phase)], where=parts.noise[column])
    return phase
