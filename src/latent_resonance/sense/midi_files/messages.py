"""Channel messages of MIDI 1.0, as numbers."""

from typing import NamedTuple

NOTE_OFF, NOTE_ON, KEY_PRESSURE = 0x8, 0x9, 0xA
CONTROL, PROGRAM, PRESSURE, BEND = 0xB, 0xC, 0xD, 0xE

DRUM_CHANNEL = 9
"""Channel 10 as people count: General MIDI plays drums there."""


class MidiEvent(NamedTuple):
    """One channel message.

    Attributes:
        seconds: when, from the start of the performance.
        kind: the high half of its status byte, such as ``NOTE_ON``.
        channel: 0..15.
        one: first data byte, 0..127.
        two: second data byte, 0..127; 0 where the message has none.
    """

    seconds: float
    kind: int
    channel: int
    one: int
    two: int = 0


def data_bytes(kind: int) -> int:
    """How many data bytes a channel message of that kind has."""
    return 1 if kind in {PROGRAM, PRESSURE} else 2


def decode_message(message: bytes | list[int], seconds: float) -> MidiEvent | None:
    """A message from a port; None for one that is no channel message or is damaged."""
    if not message or not 0x80 <= message[0] < 0xF0:
        return None
    kind, channel = message[0] >> 4, message[0] & 0xF
    count = data_bytes(kind)
    data = [*message[1 : 1 + count]]
    if len(data) < count or any(not 0 <= byte < 0x80 for byte in data):
        return None
    return MidiEvent(seconds, kind, channel, data[0], data[1] if count == 2 else 0)
