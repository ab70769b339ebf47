"""MIDI Polyphonic Expression: a channel to each note, as plain channel messages.

Source: "MIDI Polyphonic Expression, version 1.0" (MIDI Association, RP-053). A zone has a master
channel, whose messages concern all its notes, and member channels that carry a note each.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from latent_resonance.contracts.values import Event

ZoneMode = Literal["auto", "off", "lower", "upper"]

LOWER, UPPER = 0, 15
"""Master channels of the two zones."""

_DATA, _DATA_FINE, _NRPN_FINE, _NRPN, _RPN_FINE, _RPN = 6, 38, 98, 99, 100, 101
_PARAMETER = {_DATA, _DATA_FINE, _NRPN_FINE, _NRPN, _RPN_FINE, _RPN}
_BEND_RANGE, _CONFIGURATION, _NO_PARAMETER = (0, 0), (0, 6), (127, 127)
_RESET = 121
_PLAIN_SEMITONES, _MEMBER_SEMITONES = 2, 48


@dataclass(slots=True)
class _Channel:
    """What was sent on one channel."""

    bend: float = 0.0
    pressure: float = 0.0
    parameter: tuple[int, int] = _NO_PARAMETER
    bend_range: list[int] = field(default_factory=lambda: [_PLAIN_SEMITONES, 0])

    @property
    def semitones(self) -> float:
        """The wheel's, with its range."""
        return self.bend * (self.bend_range[0] + min(self.bend_range[1], 99) / 100)


class Zones:
    """Turns the messages of zones into those of sixteen independent channels.

    An instrument that keeps bend, pressure and controllers by channel then plays MPE without
    knowing of it:

    - Member channels keep their numbers. Their bend range is set to 48 semitones by registered
      parameter 0; ranges that the device asks for are put into the value of the bend.
    - The master's bend is added to its members' bends, each by its own range, to 48 semitones at
      most. Of pressures, a member has the larger of its own and its master's. All else of the
      master but notes and parameters (pedals, volume, program, timbre, all notes off) is repeated
      for each member: the latest message is in force.
    - Outside zones messages pass as they are.

    Args:
        mode: ``lower`` (master channel 1, members 2 to 16), ``upper`` (master 16, members 1 to
            15), ``auto`` for the zones that the device or file itself configures (registered
            parameter 6 of channel 1 or 16), ``off`` for none.
    """

    def __init__(self, mode: ZoneMode) -> None:
        self._mode = mode
        self._channels = [_Channel() for _ in range(16)]
        self._members: dict[int, tuple[int, ...]] = {LOWER: (), UPPER: ()}
        self._master_of: dict[int, int] = {}

    def begin(self, seconds: float) -> list[Event]:
        """Messages that come before the device's first."""
        if self._mode in {"lower", "upper"}:
            return self._configure(LOWER if self._mode == "lower" else UPPER, 15, seconds)
        return []

    def is_member(self, channel: int) -> bool:
        """Whether the channel carries single notes of a zone."""
        return channel in self._master_of

    def notes_of(self, channel: int) -> tuple[int, ...]:
        """Channels whose notes a message of this one concerns."""
        return (channel, *self._members.get(channel, ()))

    def pass_on(self, event: Event) -> list[Event]:
        """What a message of the device means to independent channels, in order."""
        own = self._channels[event.channel]
        members = self._members.get(event.channel, ())
        if event.kind == "control" and event.key in _PARAMETER:
            return self._parameter(event, own)
        if event.kind == "bend":
            own.bend = event.value
        elif event.kind == "pressure" and event.key < 0:
            own.pressure = event.value
        elif event.kind == "control" and event.key == _RESET:
            for channel in self.notes_of(event.channel):
                self._channels[channel].bend = self._channels[channel].pressure = 0.0
        if self.is_member(event.channel):
            return self._of_member(event)
        found = [event]
        if event.kind == "bend":
            found += [self._bend(channel, event.time_seconds) for channel in members]
        elif event.kind == "pressure" and event.key < 0:
            found += [self._pressure(channel, event.time_seconds) for channel in members]
        elif event.kind in {"control", "program"}:
            found += [replace(event, channel=channel) for channel in members]
        return found

    def _of_member(self, event: Event) -> list[Event]:
        if event.kind == "bend":
            return [self._bend(event.channel, event.time_seconds)]
        if event.kind == "pressure" and event.key < 0:
            return [self._pressure(event.channel, event.time_seconds)]
        if event.kind == "control" and event.key == _RESET:
            # Its own wheel is in the middle again, its master's is where it was.
            return [event, self._bend(event.channel, event.time_seconds)]
        return [event]

    def _bend(self, channel: int, seconds: float) -> Event:
        """The whole bend of a member channel."""
        own, master = self._channels[channel], self._channels[self._master_of[channel]]
        part = (own.semitones + master.semitones) / _MEMBER_SEMITONES
        return Event(seconds, "bend", channel, -1, min(max(part, -1.0), 1.0))

    def _pressure(self, channel: int, seconds: float) -> Event:
        own, master = self._channels[channel], self._channels[self._master_of[channel]]
        return Event(seconds, "pressure", channel, -1, max(own.pressure, master.pressure))

    def _parameter(self, event: Event, own: _Channel) -> list[Event]:
        """A registered parameter is chosen or set."""
        value, seconds = int(event.value), event.time_seconds
        if event.key == _RPN:
            own.parameter = (value, own.parameter[1])
        elif event.key == _RPN_FINE:
            own.parameter = (own.parameter[0], value)
        elif event.key in {_NRPN, _NRPN_FINE}:
            own.parameter = _NO_PARAMETER
        elif own.parameter == _BEND_RANGE:
            return self._set_range(event, own)
        elif (
            own.parameter == _CONFIGURATION
            and event.key == _DATA
            and event.channel in self._members
            and self._mode != "off"
        ):
            return [event, *self._configure(event.channel, min(value, 15), seconds)]
        return [event]

    def _set_range(self, event: Event, own: _Channel) -> list[Event]:
        fine, seconds = event.key == _DATA_FINE, event.time_seconds
        if self.is_member(event.channel):
            # Sent to one member, it holds for all.
            members = self._members[self._master_of[event.channel]]
            for channel in members:
                self._channels[channel].bend_range[fine] = int(event.value)
            return [self._bend(channel, seconds) for channel in members]
        own.bend_range[fine] = int(event.value)
        return [event, *(self._bend(c, seconds) for c in self._members.get(event.channel, ()))]

    def _configure(self, master: int, count: int, seconds: float) -> list[Event]:
        """A zone of ``count`` members; 0 ends it. The other zone gives up what overlaps."""
        other = UPPER if master == LOWER else LOWER
        new = tuple(range(1, count + 1)) if master == LOWER else tuple(range(15 - count, 15))
        taken = {master, *new} if count else set()
        if count and other in taken:
            self._members[other] = ()
        self._members[other] = tuple(c for c in self._members[other] if c not in taken)
        before = set(self._master_of)
        self._members[master] = new
        self._master_of = {c: m for m, members in self._members.items() for c in members}
        self._channels[master].bend_range = [_PLAIN_SEMITONES, 0]
        found = _range_events(master, _PLAIN_SEMITONES, seconds)
        for channel in sorted(before - self._master_of.keys()):
            self._channels[channel].bend_range = [_PLAIN_SEMITONES, 0]
            found += _range_events(channel, _PLAIN_SEMITONES, seconds)
            found.append(Event(seconds, "bend", channel, -1, self._channels[channel].bend))
        for channel in new:
            self._channels[channel].bend_range = [_MEMBER_SEMITONES, 0]
            found += _range_events(channel, _MEMBER_SEMITONES, seconds)
            found.append(self._bend(channel, seconds))
        return found


def _range_events(channel: int, semitones: int, seconds: float) -> list[Event]:
    """Registered parameter 0, and then none, so that nothing else changes it."""
    pairs: Sequence[tuple[int, int]] = (
        (_RPN, 0),
        (_RPN_FINE, 0),
        (_DATA, semitones),
        (_DATA_FINE, 0),
        (_RPN, 127),
        (_RPN_FINE, 127),
    )
    return [Event(seconds, "control", channel, key, float(value)) for key, value in pairs]
