"""The pitch of a sound by YIN (de Cheveigne and Kawahara 2002, JASA 111, 1917).

Their difference function (eq. 6), cumulative mean normalisation (eq. 8), absolute threshold (step
4) and parabola (step 5). Two things are added. Lags are quarters of a sample, because the short
period of a bright sound falls between samples. And the period is read off the dip at as many
periods as fit, where an error counts that many times less, and there on the correlation normalised
by the energy of both stretches, so that a decay does not shift it.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray

Array = npt.NDArray[np.float64]

_LOW_HZ = 35.0
_HIGH_HZ = 2100.0
_STRETCH_SECONDS = 0.064
_HOP_SECONDS = 0.032
_FINE = 4  # lags per sample
_THRESHOLD = 0.15
# A frame counts when it is that periodic and not much softer than the loudest.
_PERIODIC = 0.2
_SOFTEST_DB = -30.0
# The whole note is sure when that share of its loud frames agrees within half a semitone.
_AGREE_SEMITONES = 0.5
_SURE_SHARE = 0.5
_SURE_FRAMES = 3


@dataclass(frozen=True, slots=True)
class PitchTrack:
    """Pitch over time, one value every 32 ms.

    Attributes:
        hz: ``[frames]``; where nothing is periodic, the least bad guess.
        aperiodicity: ``[frames]``, 0 for a perfect period, about 1 for noise.
        level_db: ``[frames]``, below the loudest frame.
    """

    hz: Array
    aperiodicity: Array
    level_db: Array


@dataclass(frozen=True, slots=True)
class NotePitch:
    """The pitch of one note.

    Attributes:
        midi: with fractions; NaN when no frame is periodic.
        agreement: share of the loud frames that are periodic and within 50 cents of it, 0..1.
        sure: whether the estimate can be relied upon.
    """

    midi: float
    agreement: float
    sure: bool


def note_pitch(samples: FloatArray, sample_rate: int) -> NotePitch:
    """The pitch that a note holds for the longest: the median of its periodic frames.

    Args:
        samples: float32 ``[samples]``, mono.
        sample_rate: in Hz.
    """
    track = track_pitch(samples, sample_rate)
    loud = track.level_db > _SOFTEST_DB
    counted = loud & (track.aperiodicity < _PERIODIC)
    if not counted.any():
        return NotePitch(math.nan, 0.0, sure=False)
    midi = 69 + 12 * np.log2(track.hz[counted] / 440)
    middle = float(np.median(midi))
    near = np.abs(midi - middle) < _AGREE_SEMITONES
    if not near.any():
        return NotePitch(middle, 0.0, sure=False)
    agreement = float(near.sum() / loud.sum())
    sure = agreement >= _SURE_SHARE and int(near.sum()) >= _SURE_FRAMES
    return NotePitch(float(np.median(midi[near])), agreement, sure)


def track_pitch(samples: FloatArray, sample_rate: int) -> PitchTrack:
    """Pitch from 35 to 2100 Hz in frames of 64 ms and the longest period.

    Args:
        samples: float32 ``[samples]``, mono; shorter ones than a frame are filled with zeros.
        sample_rate: in Hz.
    """
    longest = math.ceil(sample_rate / _LOW_HZ)
    shortest = max(2, math.floor(sample_rate / _HIGH_HZ))
    stretch = round(_STRETCH_SECONDS * sample_rate)
    length = stretch + longest + 1
    padded = np.zeros(max(length, len(samples)), np.float64)
    padded[: len(samples)] = samples
    hop = max(1, round(_HOP_SECONDS * sample_rate))
    frames = np.lib.stride_tricks.sliding_window_view(padded, length)[::hop]
    difference, alike = _difference(frames, stretch)
    normalised = _normalise(difference)
    first = _pick(normalised, _FINE * shortest)
    rows = np.arange(len(frames))
    period = _refine(alike, first) / _FINE
    energy = (frames[:, :stretch] ** 2).sum(axis=1)
    loudest = max(float(energy.max()), np.finfo(float).tiny)
    level = 10 * np.log10(np.maximum(energy / loudest, 1e-12))
    return PitchTrack(sample_rate / period, np.maximum(normalised[rows, first], 0), level)


def _difference(frames: Array, stretch: int) -> tuple[Array, Array]:
    """Eq. 6 at lags of quarter samples, and the correlation, 1 for equal stretches.

    A longer inverse transform of the same spectrum is the band-limited interpolation between lags.
    """
    lags = frames.shape[1] - stretch
    size = 2 ** math.ceil(math.log2(frames.shape[1]))
    head = np.fft.rfft(frames[:, :stretch], size, axis=1)
    whole = np.fft.rfft(frames, size, axis=1)
    fine = _FINE * (lags - 1) + 1
    correlation = _FINE * np.fft.irfft(np.conj(head) * whole, _FINE * size, axis=1)[:, :fine]
    summed = np.cumsum(np.pad(frames**2, ((0, 0), (1, 0))), axis=1)
    coarse = summed[:, stretch : stretch + lags] - summed[:, :lags]
    energy = np.empty_like(correlation)
    for part in range(_FINE):
        share = part / _FINE
        between = (1 - share) * coarse[:, :-1] + share * coarse[:, 1:]
        energy[:, part:-1:_FINE] = between
    energy[:, -1] = coarse[:, -1]
    both = energy[:, :1] + energy
    difference = np.maximum(both - 2 * correlation, 0)
    return difference, 2 * correlation / np.maximum(both, 1e-12)


def _normalise(difference: Array) -> Array:
    """Eq. 8: 1 at lag 0, then each value over the mean of those up to it."""
    lag = np.arange(1, difference.shape[1])
    mean = np.cumsum(difference[:, 1:], axis=1) / lag
    normalised = np.ones_like(difference)
    normalised[:, 1:] = np.where(mean > 1e-12, difference[:, 1:] / np.maximum(mean, 1e-12), 1.0)
    return normalised


def _pick(normalised: Array, shortest: int) -> npt.NDArray[np.intp]:
    """Step 4: the first dip below the threshold, the deepest one where there is none."""
    inner = normalised[:, 1:-1]
    dip = (inner <= normalised[:, :-2]) & (inner < normalised[:, 2:])
    dip[:, : shortest - 1] = False
    depth = np.where(dip, inner, np.inf)
    below = depth < _THRESHOLD
    first: npt.NDArray[np.intp] = 1 + np.where(
        below.any(axis=1), below.argmax(axis=1), depth.argmin(axis=1)
    )
    return np.maximum(first, shortest)


def _refine(alike: Array, first: npt.NDArray[np.intp]) -> Array:
    """Periods in lags, from the correlation's peak at 1, 2, 4 .. periods as far as they fit."""
    period = _peak(alike, first.astype(np.float64))
    last = alike.shape[1] - 1 - _FINE
    periods = 1
    while (fits := 2 * periods * period < last).any():
        periods *= 2
        finer = _peak(alike, period * periods) / periods
        # A frame whose pitch moves has no peak there: it keeps what it had.
        fits &= np.abs(finer - period) * periods < _FINE
        period = np.where(fits, finer, period)
        if not fits.any():
            break
    return period


def _peak(alike: Array, near: Array) -> Array:
    """Where the parabola through the highest of the lags around ``near`` has its top."""
    rows = np.arange(len(alike))[:, None]
    around = np.rint(near).astype(int)[:, None] + np.arange(-_FINE, _FINE + 1)
    around = np.clip(around, 1, alike.shape[1] - 2)
    best = around[rows[:, 0], alike[rows, around].argmax(axis=1)]
    left, middle, right = (alike[rows[:, 0], best + step] for step in (-1, 0, 1))
    bend = left - 2 * middle + right
    shift = np.where(bend < -1e-15, 0.5 * (left - right) / np.minimum(bend, -1e-15), 0)
    return np.asarray(best + np.clip(shift, -1, 1))
