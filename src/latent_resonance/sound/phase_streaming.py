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

_DoubleArray = npt.NDArray[np.float64]
_TAU = 2 * math.pi
_CALIBRATED_BINS = 2.0


@dataclass(frozen=True, slots=True)
class PhasePlan:
    """Tables for one layout; build once with ``PhasePlan.build``.

    Attributes:
        n_fft: window length.
        hop: samples between columns.
        window: the analysis window ``[n_fft]``.
        per_slope: frequency gradient in radians per bin for 1 neper per hop.
        curve: log-magnitude slopes over a bin, rising, and
        offsets: how far off the bin the sinusoid is that causes each, in bins.
    """

    n_fft: int
    hop: int
    window: FloatArray
    per_slope: float
    curve: _DoubleArray
    offsets: _DoubleArray

    @staticmethod
    @lru_cache(maxsize=16)
    def build(n_fft: int, hop: int, window_name: str = "gauss") -> "PhasePlan":
        """Tables for a layout."""
        weight = window(window_name, n_fft)
        gamma = window_gamma(window_name, n_fft)
        curve, offsets = _calibrate(weight)
        return PhasePlan(n_fft, hop, weight, -gamma / (hop * n_fft), curve, offsets)


class PhaseState(NamedTuple):
    """What one column leaves to the next; None before the first.

    ``phase`` ``[bins]`` in radians, wrapped, in double precision so that hours do not drift;
    ``advance`` ``[bins]``, radians per hop.
    """

    phase: _DoubleArray | None
    advance: _DoubleArray | None
    seed: int


def start(plan: PhasePlan, seed: int = 0) -> PhaseState:  # noqa: ARG001 - a state belongs to a plan
    """The state before the first column; the seed gives the first peaks their phases."""
    return PhaseState(None, None, seed)


def propagate(
    plan: PhasePlan, state: PhaseState, log_magnitude: FloatArray, time_slope: FloatArray
) -> tuple[FloatArray, PhaseState]:
    """Phase of one more column.

    Args:
        plan: of the layout.
        state: left by the column before; not changed.
        log_magnitude: natural log ``[bins]``, any number of bins from 0 Hz up; finite.
        time_slope: its change per hop ``[bins]``. A central difference is one column of
            look-ahead, a backward one none; a renderer that owns its window knows the slope.

    Returns:
        Phase float32 ``[bins]`` in radians, 0..2 pi, and the next state.
    """
    advance, gradient = gradients(
        plan, log_magnitude[None].astype(np.float64), time_slope[None].astype(np.float64)
    )
    along = _along(gradient)
    peaks, owner = _peaks(log_magnitude[None])
    phase = _next(state, advance[0], along[0], np.flatnonzero(peaks[0]), owner[0])
    return phase.astype(np.float32), PhaseState(phase, advance[0], state.seed)


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
    level = log_magnitude.T.astype(np.float64)
    slope = np.zeros_like(level)
    if look_ahead and len(level) > 1:
        slope[1:-1] = (level[2:] - level[:-2]) / 2
        slope[0], slope[-1] = level[1] - level[0], level[-1] - level[-2]
    else:
        slope[1:] = level[1:] - level[:-1]
    advance, gradient = gradients(plan, level, slope)
    along = _along(gradient)
    peaks, owner = _peaks(log_magnitude.T)
    state = start(plan, seed)
    out = np.empty(level.shape, np.float32)
    for index in range(len(level)):
        phase = _next(
            state, advance[index], along[index], np.flatnonzero(peaks[index]), owner[index]
        )
        state = PhaseState(phase, advance[index], seed)
        out[index] = phase
    return out.T


def _calibrate(weight: FloatArray) -> tuple[_DoubleArray, _DoubleArray]:
    """Slope over a bin against the offset of a lone sinusoid, for this very window.

    For an endless Gaussian it is the straight line of the theory; truncation and other windows
    bend it, by more than the ear forgives.
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
    return rising, offsets


def gradients(
    plan: PhasePlan, level: _DoubleArray, slope: _DoubleArray
) -> tuple[_DoubleArray, _DoubleArray]:
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
    advance = (_TAU * plan.hop / plan.n_fft) * (bins + np.interp(over, plan.curve, plan.offsets))
    return advance, plan.per_slope * slope - math.pi


def _along(gradient: _DoubleArray) -> _DoubleArray:
    """Phase along frequency, from bin 0 on, of ``[columns, bins]``."""
    along = np.zeros_like(gradient)
    np.cumsum((gradient[:, 1:] + gradient[:, :-1]) / 2, axis=1, out=along[:, 1:])
    return along


def _peaks(level: FloatArray) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.intp]]:
    """Where the peaks are ``[columns, bins]``, and which of its column's peaks owns each bin."""
    rises = level[:, 1:] > level[:, :-1]
    peaks = np.ones(level.shape, bool)
    peaks[:, 1:] = rises
    peaks[:, :-1] &= ~rises
    valleys = np.zeros(level.shape, np.intp)
    valleys[:, 1:-1] = ~rises[:, :-1] & rises[:, 1:]
    return peaks, np.cumsum(valleys, axis=1)


def _next(
    state: PhaseState,
    advance: _DoubleArray,
    along: _DoubleArray,
    peaks: npt.NDArray[np.intp],
    owner: npt.NDArray[np.intp],
) -> _DoubleArray:
    if state.phase is None or state.advance is None:
        generator = np.random.Generator(np.random.PCG64(state.seed))
        at_peaks = generator.uniform(0, _TAU, len(peaks))
    else:
        at_peaks = state.phase[peaks] + (state.advance[peaks] + advance[peaks]) / 2
    phase = (at_peaks - along[peaks])[owner] + along
    return np.mod(phase, _TAU)
