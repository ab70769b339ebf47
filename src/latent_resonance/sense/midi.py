"""A MIDI device or file: its notes as events; its wheels, knobs and last key as controls.

Every message is passed on as an event, for navigators that play notes, and moves the latest
values, which a recipe's map takes to any other control.
"""

import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from latent_resonance.contracts.parts import PartOptions, Sensor
from latent_resonance.contracts.values import ControlRange, Controls, Event, Spec
from latent_resonance.sense.midi_files.clock import CLOCK_CONTROLS, MidiClock, clock_values
from latent_resonance.sense.midi_files.device import MidiDevice
from latent_resonance.sense.midi_files.latest import PLAIN, LatestValues
from latent_resonance.sense.midi_files.messages import decode_message
from latent_resonance.sense.midi_files.read import read_midi
from latent_resonance.sense.midi_files.zones import ZoneMode, Zones
from latent_resonance.sense.performances.playback import Playback

_USUAL_KNOBS = {
    1: "modulation wheel",
    16: "general purpose 1",
    17: "general purpose 2",
    18: "general purpose 3",
    19: "general purpose 4",
}
# A shorter file is looped at this length, so that a step has few rounds.
_SHORTEST_LOOP_SECONDS = 0.1


def knob(number: int) -> ControlRange:
    """What a MIDI controller (0 to 127) gives."""
    text = _USUAL_KNOBS.get(number, f"controller {number}")
    return ControlRange(f"cc{number}", 0, 1, 0, "", text)


class Options(PartOptions):
    """Which device or file, and how its channels are understood."""

    source: str | None = Field(
        default=None, description="a .mid file, or part of a MIDI input's name; none: the first"
    )
    channel: int | None = Field(default=None, ge=1, le=16, description="only this one; none: all")
    loop: bool = Field(default=False, description="start a file over at its end")
    mpe: ZoneMode = Field(
        default="auto",
        description="MPE zone: lower, upper, off, or auto for what the device configures",
    )
    clock: bool = Field(
        default=False, description="take tempo and beat from the device's timing messages"
    )
    beat_ahead_seconds: float = Field(
        default=0.06, ge=0, le=0.2, description="how long before it falls a beat is announced"
    )

    @model_validator(mode="after")
    def _whole(self) -> "Options":
        if self.channel is not None and self.mpe in {"lower", "upper"}:
            raise ValueError("an MPE zone needs all channels: leave out 'channel' or 'mpe'")
        return self


class Part(Sensor):
    """Sensor: a MIDI device as it is played, or a file at its times.

    Events of a device are stamped with the time of the read that takes them: they sound at once.
    Those of a file have the file's times. MPE zones are passed on as ``Zones`` describes. With
    ``clock`` the device's tempo and beat lead, and are controls, while its clock runs.
    """

    quick = True
    gives_events = True
    reads = (".mid", ".midi", ".rmi", ".kar")

    def __init__(self, options: Options) -> None:
        self.options = options
        self._mode: ZoneMode = "off" if options.channel else options.mpe
        self._knobs = list(_USUAL_KNOBS)
        self._device: MidiDevice | None = None
        self._gone = False
        self._messages: Sequence[Event] = ()
        self._events: Sequence[Event] = ()
        self._seconds: float | None = None
        self._mended, self._breaks_off = 0, False
        self._arrived: deque[Event] = deque()
        self._clock = MidiClock()
        self.reset()

    @property
    def controls(self) -> Sequence[ControlRange]:
        """The plain ones, the usual knobs, and those that the recipe's maps name."""
        return [*PLAIN, *map(knob, self._knobs), *(CLOCK_CONTROLS if self.options.clock else ())]

    @property
    def duration_seconds(self) -> float | None:
        return None if self.options.loop else self._seconds

    def prepare(self, spec: Spec) -> None:
        """Read the file, or open the device.

        Raises:
            MediaError: no MIDI file.
            DeviceError, MissingPartError, UnknownNameError: no such device, or no driver.
        """
        named = (number for number in range(128) if f"cc{number}" in spec.named)
        self._knobs = list(dict.fromkeys([*_USUAL_KNOBS, *named]))
        source = self.options.source
        if source is not None and self._is_file(source):
            file = read_midi(Path(source))
            shortest = _SHORTEST_LOOP_SECONDS if self.options.loop else 0.001
            self._seconds = max(file.seconds, shortest)
            self._mended, self._breaks_off = file.mended, file.breaks_off
            self._messages = [event for event in file.events if self._listens_to(event)]
            zones = Zones(self._mode)
            begin = zones.begin(0.0)
            passed = [zones.pass_on(message) for message in self._messages]
            self._events = [*begin, *chain.from_iterable(passed)]
        else:
            self._device = MidiDevice(source, self._receive, timing=self.options.clock)
        self.reset()

    def reset(self) -> None:
        """All knobs at rest; a file from its start. A clock goes on."""
        self._latest = LatestValues(self._mode, self._knobs)
        self._zones = Zones(self._mode)
        self._first = True
        seconds, loop = self._seconds or 1.0, self.options.loop
        self._past = Playback(self._messages, seconds, loop=loop)
        self._coming = Playback(self._events, seconds, loop=loop)
        self._now: Controls | None = None

    def close(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            device.close()

    @property
    def trouble(self) -> str:
        """That the device is gone; empty while it is there."""
        device = self._device
        if self._breaks_off:
            return f"{self.options.source} breaks off: what is missing at its end is not played"
        return f"the MIDI input {device.name} is gone" if device and device.gone else ""

    def read(self, now_seconds: float, step_seconds: float = 0.0) -> Controls:
        if self._seconds is None:
            messages, events = self._arrivals(now_seconds)
        else:
            messages = self._past.take(now_seconds, inclusive=True)
            events = self._coming.take(now_seconds + step_seconds)
        for message in messages:
            self._latest.take(message)
        gone = self._device is not None and self._device.gone
        if gone and not self._gone:
            # What was held would sound for ever.
            events = [*events, Event(now_seconds, "all_off", -1)]
        if messages or self._now is None or gone != self._gone:
            values, self._gone = dict(self._latest.values), gone
            self._now = Controls(now_seconds, values, self._latest.messages > 0 and not gone)
        made = replace(self._now, events=tuple(events)) if events else self._now
        tempo = self._clock.tempo(now_seconds, time.perf_counter()) if self.options.clock else None
        if tempo is None:
            return made
        beat = clock_values(tempo, self.options.beat_ahead_seconds)
        return replace(made, values={**made.values, **beat}, tempo=tempo, present=True)

    def statistics(self) -> Mapping[str, Any]:
        mended = {"mended": f"{self._mended} bytes"} if self._mended else {}
        return {
            "midi_messages": self._latest.messages,
            "midi_notes": self._latest.notes,
            **mended,
            **({"warning": self.trouble} if self.trouble else {}),
        }

    def _receive(self, message: tuple[Sequence[int], float], data: object = None) -> None:
        """On RtMidi's own thread."""
        if message[0] and message[0][0] >= 0xF0:
            self._clock.take(message[0], time.perf_counter())
            return
        event = decode_message(message[0], 0.0)
        if event is not None:
            self._arrived.append(event)

    def _arrivals(self, now: float) -> tuple[list[Event], list[Event]]:
        """What the device sent since the last read, and what it means as events."""
        messages: list[Event] = []
        while self._arrived:
            message = replace(self._arrived.popleft(), time_seconds=now)
            if self._listens_to(message):
                messages.append(message)
        begin = self._zones.begin(now) if self._first else []
        self._first = False
        return messages, [*begin, *chain.from_iterable(map(self._zones.pass_on, messages))]

    def _is_file(self, source: str) -> bool:
        """Of a file that is none of MIDI's, rather than a device of that name, the reader tells."""
        path = Path(source)
        return path.suffix.lower() in self.reads or path.is_file()

    def _listens_to(self, event: Event) -> bool:
        return self.options.channel is None or event.channel == self.options.channel - 1
