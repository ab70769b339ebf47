"""Bars: which beats begin one, from the bass and from where the harmony changes."""

import math

import numpy as np
import numpy.typing as npt

_Doubles = npt.NDArray[np.float64]

# Beats of a bar, and how much each is preferred.
_METERS = {4: 1.0, 3: 0.95, 2: 0.85}
_USUAL = 4
_MEMORY_BEATS = 24
_HARMONY, _BASS = 1.0, 0.4
# Another bar must be better by so much.
_STAY = 1.15
# Contrast of the beats that begin a bar with the rest, in deviations of a beat: unclear and clear.
_UNCLEAR, _CLEAR = 0.5, 1.3
_FEWEST = 8
# Strokes of a beat come in this part of it; its harmony sounds in the rest.
_STROKE, _CHORD = 0.45, 0.3


class BarTracker:
    """Counts beats in bars of 4, 3 or 2; from 0 in fours until bars are clear.

    A bar begins where chords change and the bass comes in (after Goto 2001, "An audio-based
    real-time beat tracking system for music with or without drum-sounds").

    Attributes:
        confidence: 0 where nothing tells one beat from another.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """No beats so far."""
        self._beat = 0
        self._bass = 0.0
        self._chord: _Doubles = np.zeros(12)
        self._before: _Doubles = np.zeros(12)
        self._evidence: list[tuple[float, float]] = []
        self._first = 0
        self._meter, self._offset = _USUAL, 0
        self.confidence = 0.0

    def step(self, position: float, bass: float, notes: _Doubles) -> None:
        """Go on to a position in beats, with the rise of the bass and the strength of notes."""
        beat = math.floor(position)
        if beat > self._beat:
            self._end_beat(beat)
        phase = position - beat
        if phase < _STROKE:
            self._bass = max(self._bass, bass)
        if phase > _CHORD:
            self._chord = self._chord + notes

    def phase(self, position: float) -> float:
        """Part of the bar that has passed, 0..1."""
        return (position - self._offset) % self._meter / self._meter

    def _end_beat(self, beat: int) -> None:
        size = float(np.linalg.norm(self._chord))
        chord = self._chord / size if size > 0 else self._before
        change = 1 - float(chord @ self._before) if self._before.any() else 0.0
        if not self._evidence:
            self._first = self._beat
        self._evidence.append((change, self._bass))
        # Beats that were left out have no evidence of their own.
        self._evidence += [(0.0, 0.0)] * (beat - self._beat - 1)
        self._before, self._chord, self._bass = chord, np.zeros(12), 0.0
        self._beat = beat
        if len(self._evidence) > 4 * _MEMORY_BEATS:
            self._evidence = self._evidence[_MEMORY_BEATS:]
            self._first += _MEMORY_BEATS
        if len(self._evidence) >= _FEWEST:
            self._choose()

    def _choose(self) -> None:
        seen = np.array(self._evidence)
        age = np.arange(len(seen))[::-1]
        weight = np.exp(-age / _MEMORY_BEATS)
        weight /= weight.sum()
        mean = weight @ seen
        spread = np.sqrt(weight @ (seen - mean) ** 2)
        away = (seen - mean) / np.maximum(spread, (0.02, 1e-3))
        speaks = away @ np.array((_HARMONY, _BASS)) / (_HARMONY + _BASS)
        number = self._first + np.arange(len(seen))
        worths = {}
        for meter, preferred in _METERS.items():
            for offset in range(meter):
                begins = (number - offset) % meter == 0
                worths[meter, offset] = preferred * _contrast(speaks, weight, begins)
        now = worths[self._meter, self._offset]
        best = max(worths, key=worths.__getitem__)
        if worths[best] > max(_STAY * now, _UNCLEAR):
            self._meter, self._offset = best
        clear = worths[self._meter, self._offset]
        self.confidence = min(max((clear - _UNCLEAR) / (_CLEAR - _UNCLEAR), 0.0), 1.0)


def _contrast(speaks: _Doubles, weight: _Doubles, begins: npt.NDArray[np.bool_]) -> float:
    """Mean at the beats that begin a bar, above that of the others."""
    first, rest = weight[begins], weight[~begins]
    if not first.size or not rest.size:
        return 0.0
    return float(first @ speaks[begins] / first.sum() - rest @ speaks[~begins] / rest.sum())
