"""The tempo of onset strengths: autocorrelation, and pulse trains that choose between multiples."""

import math

import numpy as np
import numpy.typing as npt

_Doubles = npt.NDArray[np.float64]

# Tempi that are looked at, evenly spaced in octaves.
_TEMPI = 140
_MULTIPLES = (1, 2, 3, 4)
# A bell over tempi: what people tap (after Ellis 2007, "Beat tracking by dynamic programming").
_USUAL_BPM, _OCTAVES = 105.0, 0.9
# Older strengths count less.
_MEMORY_SECONDS, _PULSE_SECONDS = 6.0, 3.0
_KEPT = 0.75
# A tempo that is in force is preferred, within this share of an octave.
_PREFERENCE, _NEARBY_OCTAVES = 0.5, 0.06
# What else the strongest tempo may be mistaken for.
_RELATED = (1.0, 2.0, 0.5, 3.0, 1 / 3, 1.5, 2 / 3)
_AROUND_SECONDS, _MOST = 0.24, 4.0
# Mean autocorrelation of noise, and of a clear rhythm.
_UNCLEAR, _CLEAR = 0.10, 0.40


class TempoFinder:
    """Follows the period of a window of onset strengths that moves on.

    The comb over multiples of a period, and the pulse trains that tell a tempo from its double or
    half, follow Percival, Tzanetakis 2014, "Streamlined tempo estimation based on
    autocorrelation and cross-correlation with pulses".

    Args:
        steps: length of the window.
        step_seconds: between two strengths.
        slowest_bpm: lowest tempo that is looked for.
        fastest_bpm: highest.

    Attributes:
        period: in steps; 0 where none is known.
        clearness: 0 for noise and silence, 1 for a clear rhythm.
    """

    def __init__(
        self, steps: int, step_seconds: float, slowest_bpm: float, fastest_bpm: float
    ) -> None:
        self._steps, self._dt = steps, step_seconds
        longest, shortest = 60 / slowest_bpm / step_seconds, 60 / fastest_bpm / step_seconds
        self._lags = np.geomspace(shortest, longest, _TEMPI)
        self._ratio = float(self._lags[1] / self._lags[0])
        away = np.log2(60 / (self._lags * step_seconds) / _USUAL_BPM) / _OCTAVES
        self._usual = np.exp(-0.5 * away**2)
        age = np.arange(steps)[::-1] * step_seconds
        self._weight = np.exp(-age / _MEMORY_SECONDS)
        self._width = 2 * round(_AROUND_SECONDS / step_seconds) + 1
        self.reset()

    def reset(self) -> None:
        """Nothing is known."""
        self._score = np.zeros(_TEMPI)
        self.period = self.clearness = 0.0

    def turn_to(self, period: float) -> None:
        """Forget what spoke for other tempi than that period, in steps."""
        self._score[:] = 0
        self.period = period

    def smoothed(self, strengths: _Doubles) -> _Doubles:
        """A window of strengths as pulse trains see it: what stands out of its surroundings."""
        return np.convolve(self._standing_out(strengths), (0.5, 1, 0.5), "same")

    def find(self, strengths: _Doubles) -> _Doubles:
        """Take a window of strengths ``[steps]``, oldest first; ``period`` follows.

        Returns:
            The window as ``smoothed`` gives it.
        """
        peaks = self._standing_out(strengths)
        if not peaks.any():
            self.clearness = 0.0
            return peaks
        comb = self._comb(peaks)
        fresh = np.maximum(comb, 0) * self._usual
        self._score = _KEPT * self._score + (1 - _KEPT) * fresh
        score = self._score
        if self.period:
            octaves = np.log2(self._lags / self.period)
            near = np.exp(-0.5 * (octaves / _NEARBY_OCTAVES) ** 2)
            score = score * (1 + _PREFERENCE * near)
        smooth = np.convolve(peaks, (0.5, 1, 0.5), "same")
        best = self._best(score, smooth)
        self.period = self._between(score, best)
        mean = float(comb[best]) / sum(1 / k for k in _MULTIPLES)
        self.clearness = min(max((mean - _UNCLEAR) / (_CLEAR - _UNCLEAR), 0.0), 1.0)
        return smooth

    def pulses(self, smooth: _Doubles, period: float) -> tuple[_Doubles, _Doubles]:
        """Trains of pulses of that period that end up to a period before the window's end.

        Returns:
            Steps from the last pulse to the window's end ``[trains]``, and the mean of ``smooth``
            at the pulses of each, late ones counting more.
        """
        phases = np.arange(0, period, 0.5)
        numbers = np.arange(int(self._steps // period))
        place = self._steps - 1 - (phases[:, None] + period * numbers)
        below = np.floor(place).astype(np.int64)
        part = place - below
        low, high = np.maximum(below, 0), np.minimum(below + 1, self._steps - 1)
        found = smooth[low] * (1 - part) + smooth[high] * part
        weight = np.exp(-numbers * period * self._dt / _PULSE_SECONDS)
        return phases, np.asarray(found @ (weight / weight.sum()))

    def _standing_out(self, strengths: _Doubles) -> _Doubles:
        around = np.convolve(strengths, np.full(self._width, 1 / self._width), "same")
        above = np.maximum(strengths - around, 0)
        size = math.sqrt(float((above**2).mean()))
        return np.minimum(above / size, _MOST) if size > 0 else above

    def _comb(self, peaks: _Doubles) -> _Doubles:
        """Autocorrelation at the first multiples of each lag, the nearer ones counting more."""
        weighted = peaks * self._weight
        spectrum = np.fft.rfft(weighted - weighted.mean(), 2 * self._steps)
        alike = np.fft.irfft((spectrum * spectrum.conj()).real)[: self._steps]
        alike = np.convolve(alike / max(float(alike[0]), 1e-12), (0.25, 0.5, 0.25), "same")
        at = np.arange(self._steps)
        comb = np.zeros(_TEMPI)
        for k in _MULTIPLES:
            comb += np.interp(k * self._lags, at, alike, right=0.0) / k
        return comb

    def _best(self, score: _Doubles, smooth: _Doubles) -> int:
        """The strongest tempo or a related one: whose pulses meet what is strongest."""
        first = int(score.argmax())
        best, most = first, -1.0
        for factor in _RELATED:
            place = first + math.log(factor) / math.log(self._ratio)
            if not 0 <= round(place) < _TEMPI:
                continue
            start = max(0, round(place) - 2)
            near = start + int(score[start : start + 5].argmax())
            worth = float(score[near]) * float(self.pulses(smooth, self._lags[near])[1].max())
            if worth > most:
                best, most = near, worth
        return best

    def _between(self, score: _Doubles, best: int) -> float:
        """The lag of a peak, by a parabola through it and its neighbours."""
        lag = float(self._lags[best])
        if not 0 < best < _TEMPI - 1:
            return lag
        before, at, after = score[best - 1 : best + 2].tolist()
        bend = 2 * at - before - after
        shift = 0.5 * (after - before) / bend if bend > 1e-12 else 0.0
        return lag * math.pow(self._ratio, min(max(shift, -1.0), 1.0))
