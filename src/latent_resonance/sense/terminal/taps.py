"""Tap tempo: taps become a tempo and a beat that goes on by itself."""

from collections import deque

from latent_resonance.contracts.values import Tempo

HELP = "t taps the tempo, * / double and halve it, T lets go"
_LONGEST_SECONDS, _MOST_TAPS = 2.5, 8
_SLOWEST_BPM, _FASTEST_BPM = 20.0, 300.0


class TapTempo:
    """The tempo of the last taps; the latest tap is on the beat. Times are of any steady clock."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Nobody tapped."""
        self._taps: deque[float] = deque(maxlen=_MOST_TAPS)
        self.bpm = 0.0

    def press(self, character: str, now: float) -> bool:
        """Take one key; True when it was one of these."""
        match character:
            case "t":
                self._tap(now)
            case "*":
                self._change(2.0)
            case "/":
                self._change(0.5)
            case "T":
                self.reset()
            case _:
                return False
        return True

    def tempo(self, now_seconds: float, now: float) -> Tempo | None:
        """The beat at ``now_seconds`` of the performance, ``now`` on the taps' clock.

        None before the second tap.
        """
        if not self.bpm:
            return None
        phase = (now - self._taps[-1]) * self.bpm / 60 % 1.0
        return Tempo(now_seconds, self.bpm, phase, 1.0, exact=True)

    def _tap(self, now: float) -> None:
        if self._taps and now - self._taps[-1] > _LONGEST_SECONDS:
            self._taps.clear()
        self._taps.append(now)
        passed = now - self._taps[0]
        if passed > 0:
            bpm = 60 * (len(self._taps) - 1) / passed
            self.bpm = min(max(bpm, _SLOWEST_BPM), _FASTEST_BPM)

    def _change(self, factor: float) -> None:
        if _SLOWEST_BPM <= self.bpm * factor <= _FASTEST_BPM:
            self.bpm *= factor
