"""MIDI's clock: tempo and beat from timing messages (MIDI 1.0, system real time)."""

import math
import threading
from collections import deque
from collections.abc import Mapping, Sequence

from latent_resonance.contracts.values import ControlRange, Tempo

CLOCK_CONTROLS = (
    ControlRange("beat", 0, 1, 0, "", "1 where a beat is about to fall, then less"),
    ControlRange("beat_phase", 0, 1, 0, "", "from one beat to the next"),
    ControlRange("tempo", 20, 400, 120, "bpm", "of the clock"),
)
"""What a running clock gives: named and scaled as those of a sound."""

_TICKS_PER_BEAT, _TICKS_PER_SIXTEENTH = 24, 6
# A tick later than this is another clock's, or the cable was out.
_GONE_SECONDS = 0.5
# The tempo is the mean of the last beat; fewer ticks are no measure.
_FEWEST = 6
_FALL_SECONDS = 0.15
_SLOWEST_BPM, _FASTEST_BPM = 20.0, 400.0


class MidiClock:
    """Counts the ticks of a device; each may come from one thread and be read on another.

    A device that sends ticks without a start counts from its first one.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ticks: deque[float] = deque(maxlen=_TICKS_PER_BEAT + 1)
        self._count = -1
        self._stopped = False

    def take(self, message: Sequence[int], seconds: float) -> None:
        """A system message that arrived at ``seconds`` of any steady clock."""
        with self._lock:
            match message[0]:
                case 0xF8:  # tick
                    self._tick(seconds)
                case 0xFA:  # start
                    self._count, self._stopped = -1, False
                case 0xFB:  # continue
                    self._stopped = False
                case 0xFC:  # stop
                    self._stopped = True
                case 0xF2 if len(message) == 3:  # song position
                    sixteenths = message[1] & 0x7F | (message[2] & 0x7F) << 7
                    self._count = sixteenths * _TICKS_PER_SIXTEENTH - 1
                case _:
                    pass

    def tempo(self, now_seconds: float, seconds: float) -> Tempo | None:
        """The beat now, at ``now_seconds`` of the performance and ``seconds`` of the ticks' clock.

        None while no clock runs.
        """
        with self._lock:
            if self._stopped or len(self._ticks) <= _FEWEST:
                return None
            since = seconds - self._ticks[-1]
            length = (self._ticks[-1] - self._ticks[0]) / (len(self._ticks) - 1)
            count = self._count
        if since > _GONE_SECONDS or length <= 0:
            return None
        bpm = 60 / (length * _TICKS_PER_BEAT)
        bpm = min(max(bpm, _SLOWEST_BPM), _FASTEST_BPM)
        # A late tick holds the beat back rather than letting it run over.
        place = count + min(since / length, 1.0)
        return Tempo(now_seconds, bpm, place / _TICKS_PER_BEAT % 1.0, 1.0, exact=True)

    def _tick(self, seconds: float) -> None:
        if self._ticks and seconds - self._ticks[-1] > _GONE_SECONDS:
            self._ticks.clear()
        self._ticks.append(seconds)
        if not self._stopped:
            self._count += 1


def clock_values(tempo: Tempo, ahead_seconds: float) -> Mapping[str, float]:
    """``CLOCK_CONTROLS`` of a tempo, for ``ahead_seconds`` after it was true."""
    phase = (tempo.phase + ahead_seconds * tempo.bpm / 60) % 1.0
    beat = math.exp(-phase * 60 / tempo.bpm / _FALL_SECONDS)
    return {"beat": beat, "beat_phase": phase, "tempo": tempo.bpm}
