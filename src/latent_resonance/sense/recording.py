"""Replays a saved performance: the sensor for tests, demos and second takes."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from pydantic import Field

from latent_resonance.contracts.errors import ResonanceError
from latent_resonance.contracts.parts import PartOptions, Sensor
from latent_resonance.contracts.registry import list_parts
from latent_resonance.contracts.values import ControlRange, Controls, Event, Spec
from latent_resonance.sense.midi import knob
from latent_resonance.sense.performances.csv_file import read_table
from latent_resonance.sense.performances.playback import Playback

_SHORTEST_SECONDS = 0.001


class Options(PartOptions):
    """Which performance, and what happens at its end."""

    source: Path = Field(description="a .csv of controls with times")
    loop: bool = Field(default=False, description="start over at the end")
    hold_seconds: float = Field(0.04, ge=0, description="how long the last row lasts")


class Part(Sensor):
    """Sensor: at each moment the last row that has begun, and the events at their own times."""

    reads = (".csv",)
    quick = True

    def __init__(self, options: Options) -> None:
        self.options = options
        self._names: list[str] = []
        self._ranges: dict[str, ControlRange] = {}
        self._rows: list[Controls] = []
        self._times: list[float] = []
        self._events: list[Event] = []
        self._end: float | None = None
        self.reset()

    @property
    def controls(self) -> Sequence[ControlRange]:
        """One per column, with the range of what gave it, else as seen where it has a value."""
        found = []
        for name in self._names:
            if name in self._ranges:
                found.append(self._ranges[name])
                continue
            seen = [row.values[name] for row in self._rows if name in row.values]
            if seen:
                found.append(ControlRange(name, min(seen), max(seen), seen[0]))
        return found

    @property
    def gives_events(self) -> bool:
        return bool(self._events)

    @property
    def duration_seconds(self) -> float | None:
        """As the file says, or to the end of the last row and event; None when it loops."""
        return None if self.options.loop or not self._rows else self._length

    @property
    def _length(self) -> float:
        if self._end is not None:
            return max(self._end, _SHORTEST_SECONDS)
        last = [self._times[-1], *(event.time_seconds for event in self._events[-1:])]
        return max(max(last) + self.options.hold_seconds, _SHORTEST_SECONDS)

    def prepare(self, spec: Spec) -> None:
        """Read the whole file; raises InputError with the line that is wrong."""
        self._names, rows = read_table(self.options.source)
        self._ranges = _ranges(set(self._names), spec)
        last = rows[-1]
        empty = not (last.values or last.events or last.tempo or last.present)
        self._end = rows.pop().time_seconds if empty and len(rows) > 1 else None
        self._times = [row.time_seconds for row in rows]
        events = [event for row in rows for event in row.events]
        self._events = sorted(events, key=lambda event: event.time_seconds)
        self._rows = [replace(row, events=()) if row.events else row for row in rows]
        self.reset()

    def reset(self) -> None:
        """The events from their start; values come by time."""
        length = self._length if self._rows else 1.0
        self._playback = Playback(self._events, length, loop=self.options.loop)

    def read(self, now_seconds: float, step_seconds: float = 0.0) -> Controls:
        """The row in force at ``now_seconds``; before the first one, that one."""
        if not self._rows:
            return Controls(now_seconds, present=False)
        events = self._playback.take(now_seconds + step_seconds)
        at = now_seconds % self._length if self.options.loop else now_seconds
        begun = now_seconds - at
        row = self._rows[max(0, bisect_right(self._times, at) - 1)]
        if begun and row.tempo:
            again = replace(row.tempo, time_seconds=row.tempo.time_seconds + begun)
            row = replace(row, tempo=again)
        return replace(row, events=tuple(events)) if events else row

    def statistics(self) -> Mapping[str, int]:
        return {"rows": len(self._rows)}


def _ranges(names: set[str], spec: Spec) -> dict[str, ControlRange]:
    """Ranges of columns, which have names and values only: of whoever may have given them.

    That are the recipe's own sensors, what it listens to (as sliders and OSC give it), or any
    other sensor; of two that know a name, the one that knows more of the others.
    """
    givers: list[Sequence[ControlRange]] = [spec.senses, spec.listens]
    if names - {control.name for control in spec.senses}:
        for part in list_parts("sense").values():
            with suppress(ResonanceError):  # of one that needs options, or is not installed
                givers.append(part.make().controls)
        givers.append([knob(number) for number in range(128)])
    givers.sort(key=lambda given: -len(names & {control.name for control in given}))
    found: dict[str, ControlRange] = {}
    for given in givers:
        for control in given:
            found.setdefault(control.name, control)
    return found
