"""A MIDI device or file as a sensor: its wheels, knobs and last note are controls.

The notes instrument plays every message (``resonance play notes``); here the latest values move
any other instrument, such as a mod wheel in place of a mouth.
"""

import math
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from latent_resonance.contracts.values import ControlRange, Controls, Spec
from latent_resonance.sense.midi_files.messages import (
    BEND,
    CONTROL,
    NOTE_OFF,
    NOTE_ON,
    PRESSURE,
    MidiEvent,
)
from latent_resonance.sense.midi_files.ports import MidiPort
from latent_resonance.sense.midi_files.read import read_midi

_ALL_NOTES_OFF = 123
_PLAIN = {
    "note": ControlRange("note", 0, 127, 60, "MIDI number", "the last key"),
    "velocity": ControlRange("velocity", 0, 1, 0, "", "of the last key, 0 when all are up"),
    "notes": ControlRange("notes", 0, 16, 0, "", "keys that are down"),
    "bend": ControlRange("bend", -1, 1, 0, "", "pitch wheel"),
    "pressure": ControlRange("pressure", 0, 1, 0, "", "channel pressure"),
}


class Knob(BaseModel):
    """Where a control comes from, and its range."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    of: str = Field(description="note, velocity, notes, bend, pressure, or cc0 to cc127")
    low: float = Field(default=0.0, description="value at the knob's low end")
    high: float = Field(default=1.0, description="value at its high end")

    @field_validator("of")
    @classmethod
    def _known(cls, name: str) -> str:
        number = name.removeprefix("cc")
        if name not in _PLAIN and not (
            name.startswith("cc") and number.isdecimal() and int(number) < 128
        ):
            raise ValueError(f"'{name}' is none of {', '.join(_PLAIN)}, cc0 to cc127")
        return name


class Options(BaseModel):
    """Which device, and what its knobs are called."""

    model_config = ConfigDict(extra="forbid")

    source: str | None = Field(
        default=None, description="a .mid file, or part of a MIDI input's name; none: the first"
    )
    channel: int | None = Field(default=None, ge=1, le=16, description="only this one; none: all")
    loop: bool = Field(default=False, description="start a file over at its end")
    map: dict[str, Knob] = Field(
        default={
            "mouth": Knob(of="cc1"),
            "yaw_degrees": Knob(of="bend", low=-30, high=30),
        },
        description="control name to knob: the wheels play the face instrument",
    )


class Part:
    """Sensor: the latest values of a MIDI device, or those of a file at its times."""

    latency_seconds = 0.0

    def __init__(self, options: Options) -> None:
        self.options = options
        self._port: MidiPort | None = None
        self._events: Sequence[MidiEvent] = ()
        self._seconds: float | None = None
        self._arrived: deque[MidiEvent] = deque()
        self._now: Controls | None = None
        self._forget()

    @property
    def controls(self) -> Sequence[ControlRange]:
        """The plain ones and those of the map."""
        own = [
            ControlRange(name, min(k.low, k.high), max(k.low, k.high), k.low, "", k.of)
            for name, k in self.options.map.items()
        ]
        return [*(plain for name, plain in _PLAIN.items() if name not in self.options.map), *own]

    @property
    def duration_seconds(self) -> float | None:
        """Of a file that is not looped."""
        return None if self.options.loop else self._seconds

    def prepare(self, spec: Spec) -> None:
        """Read the file, or open the device.

        Raises:
            MediaError: no MIDI file.
            DeviceError, MissingPartError, UnknownNameError: no such device, or no driver.
        """
        source = self.options.source
        if source is not None and (Path(source).suffix.lower() in {".mid", ".midi"}):
            file = read_midi(Path(source))
            self._events, self._seconds = file.events, max(file.seconds, 0.001)
        else:
            self._port = MidiPort(source, self._arrived.append)

    def reset(self) -> None:
        """All knobs at rest; a file from its start."""
        self._forget()

    def close(self) -> None:
        """Let go of the device."""
        if self._port is not None:
            self._port.close()
            self._port = None

    def read(self, now_seconds: float) -> Controls:
        """All values as they are now."""
        before = self._count
        while self._arrived:
            self._take(self._arrived.popleft())
        self._play_to(now_seconds)
        if self._count != before or self._now is None:
            self._now = Controls(now_seconds, self._values(), self._count > 0)
        return self._now

    def statistics(self) -> Mapping[str, Any]:
        """How much was heard."""
        return {"midi_messages": self._count, "midi_notes": self._notes}

    def _forget(self) -> None:
        self._next = self._round = self._count = self._notes = 0
        self._raw: dict[str, float] = {name: plain.rest for name, plain in _PLAIN.items()}
        self._down: dict[tuple[int, int], float] = {}
        self._now = None

    def _play_to(self, now: float) -> None:
        if self._seconds is None:
            return
        while True:
            offset = self._round * self._seconds
            while (
                self._next < len(self._events) and self._events[self._next].seconds + offset <= now
            ):
                self._take(self._events[self._next])
                self._next += 1
            if not self.options.loop or now < offset + self._seconds:
                return
            self._down.clear()
            self._next, self._round = 0, math.floor(now / self._seconds)

    def _take(self, event: MidiEvent) -> None:
        if self.options.channel is not None and event.channel != self.options.channel - 1:
            return
        self._count += 1
        key = (event.channel, event.one)
        if event.kind == NOTE_ON and event.two > 0:
            self._notes += 1
            self._down.pop(key, None)
            self._down[key] = event.two / 127
            self._raw["note"] = event.one
        elif event.kind in {NOTE_ON, NOTE_OFF}:
            self._down.pop(key, None)
        elif event.kind == CONTROL:
            self._raw[f"cc{event.one}"] = event.two / 127
            if event.one == _ALL_NOTES_OFF:
                self._down.clear()
        elif event.kind == BEND:
            value = (event.two << 7 | event.one) - 8192
            self._raw["bend"] = value / (8191 if value > 0 else 8192)
        elif event.kind == PRESSURE:
            self._raw["pressure"] = event.one / 127
        self._raw["notes"] = float(min(len(self._down), 16))
        self._raw["velocity"] = next(reversed(self._down.values()), 0.0)

    def _values(self) -> dict[str, float]:
        values = {name: self._raw[name] for name in _PLAIN}
        for name, knob in self.options.map.items():
            span = _PLAIN.get(knob.of, ControlRange(knob.of, 0, 1))
            part = (self._raw.get(knob.of, 0.0) - span.low) / (span.high - span.low)
            values[name] = knob.low + part * (knob.high - knob.low)
        return values
