"""Streaming phase of many voices at once: ``sound.phase_streaming`` over a batch of columns.

Each voice is propagated as ``phase_streaming.propagate`` does it, to the same bits; the batch
only shares the cost of the calls. Two things are added for transposed voices: the frequency of a
peak is read off the slopes of the column as it was before it was stretched, and the time slope
counts less in wider lobes, whose frames are shorter. And one for the lowest notes, whose partials
are too close for their lobes to be separated: as their pitch is known, so are their places.
"""

import math

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.phase_streaming import PhasePlan

_TAU = 2 * math.pi
# Harmonics closer than this share bins; then peaks are measured after all.
_LEAST_SPACING = 1.05
_Indices = npt.NDArray[np.intp]
_Doubles = npt.NDArray[np.float64]


class VoicePhases:
    """Phase states of up to ``voices`` voices.

    Args:
        plan: tables of the layout.
        voices: how many rows.
        bins: per column.
    """

    def __init__(self, plan: PhasePlan, voices: int, bins: int) -> None:
        self._plan = plan
        self._bins = np.arange(bins)
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
        along = self._along(time_slope, ratio)
        rises = log_magnitude[:, 1:] > log_magnitude[:, :-1]
        peaks = np.ones(log_magnitude.shape, bool)
        peaks[:, 1:] = rises
        peaks[:, :-1] &= ~rises
        valleys = np.zeros(log_magnitude.shape, np.int32)
        np.greater(rises[:, 1:], rises[:, :-1], out=valleys[:, 1:-1], casting="unsafe")
        owner = np.cumsum(valleys, axis=1, out=valleys)
        spaces = np.zeros(len(rows)) if spacing is None else spacing
        known = np.flatnonzero(spaces >= _LEAST_SPACING)
        for v in known:
            self._lay_out(float(spaces[v]), peaks[v], owner[v])
        voice, at = np.nonzero(peaks)
        ends = np.cumsum(np.bincount(voice, minlength=len(rows)))
        begins = ends - np.diff(ends, prepend=0)
        owner[1:] += ends[:-1, None].astype(np.int32)

        row = rows[voice]
        anchor = self._phase[row, at]
        step = self._half_advance(self._over[row, at], at, self._ratio[row])
        step += self._half_advance(over[voice, at], at, ratio[voice])
        for v in known:
            count = int(ends[v] - begins[v])
            mean = (self._spacing[rows[v]] + spaces[v]) / 2
            turn = _TAU * self._plan.hop / self._plan.n_fft * mean
            step[begins[v] : ends[v]] = turn * np.arange(count)
        anchor += step
        anchor -= along[voice, at]
        for v in np.flatnonzero(self._column[rows] == 0):
            random = np.random.Generator(np.random.PCG64(int(self._seed[rows[v]])))
            anchor[begins[v] : ends[v]] = random.uniform(0, _TAU, int(ends[v] - begins[v]))
        phase: _Doubles = anchor[owner]
        phase += along
        phase -= _TAU * np.floor(phase * (1 / _TAU))
        self._hide_floor(rows, log_magnitude, phase)
        self._phase[rows] = phase
        self._over[rows] = over
        self._ratio[rows] = ratio
        self._spacing[rows] = spaces
        self._column[rows] += 1
        return phase.astype(np.float32)

    def _lay_out(
        self, spacing: float, peaks: npt.NDArray[np.bool_], owner: npt.NDArray[np.int32]
    ) -> None:
        """Peaks and owners of one voice's bins where harmonics of that spacing lie, from 0 Hz."""
        bins = len(peaks)
        most = int((bins - 1) / spacing)
        peaks[:] = False
        peaks[np.rint(np.arange(most + 1) * spacing).astype(np.intp)] = True
        np.minimum(self._bins / spacing + 0.5, most, out=owner, casting="unsafe")

    def _along(self, time_slope: FloatArray, ratio: _Doubles) -> FloatArray:
        """Phase along frequency from bin 0 on."""
        along = np.zeros_like(time_slope)
        np.add(time_slope[:, 1:], time_slope[:, :-1], out=along[:, 1:])
        np.cumsum(along, axis=1, out=along)
        along *= np.float32(self._plan.per_slope / 2)
        if np.any(ratio != 1):
            along /= (ratio * ratio).astype(np.float32)[:, None]
        # Half a turn per bin is a turn or none.
        along[:, 1::2] += np.float32(math.pi)
        return along

    def _half_advance(self, over: FloatArray, bins: _Indices, ratio: _Doubles) -> _Doubles:
        """Half of the radians per hop of sinusoids at ``bins`` with those slopes."""
        plan = self._plan
        place = over.astype(np.float64)
        place -= plan.lowest_slope
        place *= plan.nodes_per_neper
        np.clip(place, 0, len(plan.offsets) - 1.001, out=place)
        node = place.astype(np.intp)
        place -= node
        below = plan.offsets[node]
        node += 1
        place *= plan.offsets[node] - below
        place += below
        place *= ratio
        place += bins
        place *= math.pi * plan.hop / plan.n_fft
        return place

    def _hide_floor(self, rows: _Indices, log_magnitude: FloatArray, phase: _Doubles) -> None:
        """What lies at the floor is noise; in step, it would buzz."""
        below = np.float32(self._plan.noise_below)
        noise = log_magnitude < log_magnitude.max(axis=1, keepdims=True) - below
        which = (self._seed[rows] + self._column[rows]) % len(self._plan.noise)
        np.copyto(phase, self._plan.noise[which][:, : phase.shape[1]], where=noise)
