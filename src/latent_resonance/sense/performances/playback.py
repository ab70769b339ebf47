"""Gives recorded events at their times, each once, whatever the steps."""

from collections.abc import Sequence
from dataclasses import replace

from latent_resonance.contracts.values import Event


class Playback:
    """Events from the start on, over and over where they loop.

    At each end of a loop every key and pedal goes up (``all_off`` of all channels).

    Args:
        events: in order of time, from 0 s.
        seconds: length of one round, above 0.
        loop: whether to start over.
    """

    def __init__(self, events: Sequence[Event], seconds: float, *, loop: bool = False) -> None:
        self._events = events
        self._seconds = seconds
        self._loop = loop and len(events) > 0
        self._round = self._next = 0

    def take(self, until: float, *, inclusive: bool = False) -> list[Event]:
        """Those before ``until`` seconds, or at it too, that were not taken yet."""
        found: list[Event] = []
        while True:
            begin, end = self._round * self._seconds, (self._round + 1) * self._seconds
            while self._next < len(self._events):
                event = self._events[self._next]
                # Rounding may not put the last event of a round after its end.
                at = min(begin + event.time_seconds, end) if self._loop else event.time_seconds
                if at > until or (at == until and not inclusive):
                    return found
                found.append(replace(event, time_seconds=at) if self._round else event)
                self._next += 1
            if not self._loop or end > until or (end == until and not inclusive):
                return found
            found.append(Event(end, "all_off", -1))
            self._next = 0
            self._round += 1
