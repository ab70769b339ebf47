"""Streaming phase of many voices at once: ``sound.phase_streaming`` over a batch of columns.

Each voice is propagated as ``phase_streaming.propagate`` does it, to the same bits; the batch
only shares the cost of the calls. Two things are added for transposed voices: the frequency of a
peak is read off the slopes of the column as it was before it was stretched, and the time slope
counts less in wider lobes, whose frames are shorter. And one for the lowest notes, whose partials
are too close for their lobes to be separated: as their pitch is known, so are their places.
"""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.phase_streaming import PhasePlan

_TAU = 2 * math.pi
# Harmonics closer than this share bins; then peaks are measured after all.
_LEAST_SPACING = 1.05
_Indices = npt.NDArray[np.intp]
_Doubles = npt.NDArray[np.float64]
_Flags = npt.NDArray[np.bool_]


class VoicePhases:
    """Phase states of up to ``voices`` voices.

    Args:
        plan: tables of the layout.
        voices: how many rows.
        bins: per column.
    """

    def __init__(self, plan: PhasePlan, voices: int, bins: int) -> None:
        self._plan = plan
        self._rises = np.diff(plan.offsets)
        self._per_slope = np.float32(plan.per_slope / 2)
        # Half a turn per bin is a turn or none.
        self._half_turns = np.zeros(bins, np.float32)
        self._half_turns[1::2] = math.pi
        self._phase = np.zeros((voices, bins), np.float64)
        self._over = np.zeros((voices, bins), np.float32)
        self._ratio = np.ones(voices, np.float64)
        self._spacing = np.zeros(voices, np.float64)
        self._column = np.zeros(voices, np.int64)
        self._seed = np.zeros(voices, np.int64)

    def restart(self, row: int, seed: int) -> None:
        """The next column of this row is a note's first; the seed gives its peaks' phases."""
        self._column[row] = 0
        self._seed[row] = seed

    def propagate(
        self,
        rows: _Indices,
        log_magnitude: FloatArray,
        time_slope: FloatArray,
        over: FloatArray,
        ratio: _Doubles,
        spacing: _Doubles | None = None,
    ) -> FloatArray:
        """Phase of one more column of some voices.

        Args:
            rows: which voices ``[v]``, each at most once.
            log_magnitude: ``[v, bins]``, as it is to sound.
            time_slope: its change per hop.
            over: log-magnitude slope over frequency, before shaping and, where transposed,
                before stretching (nepers per bin of the original), at the stretched places.
            ratio: of the transposition ``[v]``.
            spacing: bins from partial to partial, transposition included, of voices whose
                partials are to be taken for harmonic; 0 measures them, as None does for all.

        Returns:
            float32 ``[v, bins]`` in radians, 0..2 pi.
        """
        count, bins = log_magnitude.shape
        along = self._along(time_slope, ratio)
        peaks, starts = _lobes(log_magnitude)
        spaces = np.zeros(count) if spacing is None else spacing
        known = np.flatnonzero(spaces >= _LEAST_SPACING)
        for v in known:
            peaks[v], starts[v] = _harmonics(float(spaces[v]), bins)
        # Every lobe has one peak: the lobe of a bin, counted through all voices, is its peak.
        owner = np.cumsum(starts.ravel().view(np.int8), dtype=np.intp)
        found = np.flatnonzero(peaks)
        voice = found // bins
        at = found - bins * voice
        before = at + (bins * rows).take(voice)

        ratio_before = self._ratio[rows]
        ratios = None
        if (ratio != 1).any() or (ratio_before != 1).any():
            ratios = np.concatenate([ratio_before.take(voice), ratio.take(voice)])
        slopes = np.concatenate([self._over.take(before), over.take(found)])
        halves = self._half_advance(slopes, np.concatenate([at, at]), ratios)
        step = halves[: len(at)]
        step += halves[len(at) :]
        new = np.flatnonzero(self._column[rows] == 0)
        ends = found.searchsorted(bins * np.arange(count + 1))
        for v in known:
            mean = (self._spacing[rows[v]] + spaces[v]) / 2
            turn = _TAU * self._plan.hop / self._plan.n_fft * mean
            step[ends[v] : ends[v + 1]] = turn * np.arange(ends[v + 1] - ends[v])
        # Lobes are counted from one; there is none before it.
        anchors = np.empty(len(found) + 1)
        anchor = self._phase.take(before, out=anchors[1:], mode="wrap")
        anchor += step
        anchor -= along.take(found)
        for v in new:
            random = np.random.Generator(np.random.PCG64(int(self._seed[rows[v]])))
            anchor[ends[v] : ends[v + 1]] = random.uniform(0, _TAU, int(ends[v + 1] - ends[v]))
        phase: _Doubles = anchors.take(owner, mode="wrap").reshape(count, bins)
        phase += along
        turns = phase * (1 / _TAU)
        np.floor(turns, out=turns)
        turns *= _TAU
        phase -= turns
        self._hide_floor(rows, log_magnitude, phase)
        self._phase[rows] = phase
        self._over[rows] = over
        self._ratio[rows] = ratio
        self._spacing[rows] = spaces
        self._column[rows] += 1
        return phase.astype(np.float32)

    def _along(self, time_slope: FloatArray, ratio: _Doubles) -> FloatArray:
        """Phase along frequency from bin 0 on."""
        count, bins = time_slope.shape
        # A running sum waits for each number's own; as complex numbers two voices wait together.
        half = (count + 1) // 2
        pairs = np.empty((half, bins), np.complex64)
        parts = pairs.view(np.float32).reshape(half, bins, 2)
        for part, some in ((0, time_slope[:half]), (1, time_slope[half:])):
            np.add(some[:, 1:], some[:, :-1], out=parts[: len(some), 1:, part])
        if count % 2:
            parts[-1, :, 1] = 0
        pairs[:, 0] = 0
        np.cumsum(pairs, axis=1, out=pairs)
        along = np.empty_like(time_slope)
        for part, some in ((0, along[:half]), (1, along[half:])):
            np.multiply(parts[: len(some), :, part], self._per_slope, out=some)
        if (ratio != 1).any():
            along /= (ratio * ratio).astype(np.float32)[:, None]
        along += self._half_turns
        return along

    def _half_advance(self, over: FloatArray, bins: _Indices, ratio: _Doubles | None) -> _Doubles:
        """Half of the radians per hop of sinusoids at ``bins`` with those slopes.

        None for a ``ratio`` is 1 for all.
        """
        plan = self._plan
        place = over.astype(np.float64)
        place -= plan.lowest_slope
        place *= plan.nodes_per_neper
        np.clip(place, 0, len(plan.offsets) - 1.001, out=place)
        below = np.floor(place)
        place -= below
        node = below.astype(np.intp)
        place *= self._rises.take(node)
        place += plan.offsets.take(node)
        if ratio is not None:
            place *= ratio
        place += bins
        place *= math.pi * plan.hop / plan.n_fft
        return place

    def _hide_floor(self, rows: _Indices, log_magnitude: FloatArray, phase: _Doubles) -> None:
        """What lies at the floor is noise; in step, it would buzz."""
        below = np.float32(self._plan.noise_below)
        noise = log_magnitude < log_magnitude.max(axis=1, keepdims=True) - below
        if noise.any():
            which = (self._seed[rows] + self._column[rows]) % len(self._plan.noise)
            # A product with yes or no costs less than asking of each bin.
            phase *= ~noise
            phase += noise * self._plan.noise[which, : phase.shape[1]]


def _lobes(log_magnitude: FloatArray) -> tuple[_Flags, _Flags]:
    """Where the peaks of columns ``[v, bins]`` are, and where each one's lobe begins.

    A lobe ends in the valley, which is the next one's first bin.
    """
    level = np.ascontiguousarray(log_magnitude)
    rises, peaks, starts = (np.empty(level.shape, bool) for _ in range(3))
    # All columns as one, for speed; what is said of a column's first and last bin is put right.
    flat = level.ravel()
    np.greater(flat[1:], flat[:-1], out=rises.ravel()[:-1])
    rises[:, -1] = False
    flags = rises.ravel()
    np.greater(flags[:-1], flags[1:], out=peaks.ravel()[1:])
    np.logical_not(rises[:, 0], out=peaks[:, 0])
    np.greater(flags[1:], flags[:-1], out=starts.ravel()[1:])
    starts[:, 0] = True
    return peaks, starts


@lru_cache(maxsize=64)
def _harmonics(spacing: float, bins: int) -> tuple[_Flags, _Flags]:
    """Peaks and lobes of one column whose harmonics of that spacing begin at 0 Hz ``[bins]``."""
    most = int((bins - 1) / spacing)
    peaks, starts = np.zeros(bins, bool), np.ones(bins, bool)
    peaks[np.rint(np.arange(most + 1) * spacing).astype(np.intp)] = True
    owner = np.minimum(np.arange(bins) / spacing + 0.5, most).astype(np.intp)
    np.not_equal(owner[1:], owner[:-1], out=starts[1:])
    return peaks, starts
