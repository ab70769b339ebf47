"""Channel messages of MIDI 1.0 as events."""

from collections.abc import Mapping, Sequence

from latent_resonance.contracts.values import Event, EventKind

DRUM_CHANNEL = 9
"""Channel 10 as people count: General MIDI plays drums there."""

_KINDS: Mapping[int, EventKind] = {
    0x8: "note_off",
    0x9: "note_on",
    0xA: "pressure",
    0xB: "control",
    0xC: "program",
    0xD: "pressure",
    0xE: "bend",
}
_CHANNELS = 16
# Universal real time, to any device: device control, master fine or coarse tuning (CA-025).
_MASTER, _FINE, _COARSE = 0x04, 0x03, 0x04
_DATA, _DATA_FINE, _RPN_FINE, _RPN = 6, 38, 100, 101
_OF_ONE_BYTE = {0xC, 0xD}


def data_bytes(status: int) -> int:
    """How many data bytes follow the status byte of a channel message."""
    return 1 if status >> 4 in _OF_ONE_BYTE else 2


def channel_event(status: int, one: int, two: int, seconds: float) -> Event:
    """The event of a channel message.

    A note of velocity 0 ends, as the standard has it. The wheel's middle is 8192, and both of its
    ends are reached. Channel modes (controllers 120 to 127) stay controllers.

    Args:
        status: 0x80 to 0xEF.
        one: first data byte, 0..127.
        two: second data byte; ignored where the message has none.
        seconds: when.
    """
    kind, channel = _KINDS[status >> 4], status & 0xF
    if kind == "bend":
        wheel = (two << 7 | one) - 8192
        return Event(seconds, kind, channel, -1, wheel / (8191 if wheel > 0 else 8192))
    if data_bytes(status) == 1:
        return Event(seconds, kind, channel, -1, float(one))
    if kind == "note_on" and two == 0:
        kind = "note_off"
    return Event(seconds, kind, channel, one, float(two))


def decode_message(message: Sequence[int], seconds: float) -> Event | None:
    """A message from a port; None for one that is not a channel message or is damaged."""
    if not message or not 0x80 <= message[0] < 0xF0:
        return None
    count = data_bytes(message[0])
    data = [*message[1 : 1 + count]]
    if len(data) < count or any(not 0 <= byte < 0x80 for byte in data):
        return None
    return channel_event(message[0], data[0], data[-1], seconds)


def encode_message(event: Event) -> list[int]:
    """The bytes of the message that ``channel_event`` made an event of.

    Args:
        event: of a channel, 0..15; a pressure without a key is the channel's.
    """
    kind, channel, value = event.kind, event.channel, event.value
    if kind == "bend":
        wheel = round(value * (8191 if value > 0 else 8192)) + 8192
        return [0xE0 | channel, wheel & 0x7F, wheel >> 7]
    if kind == "pressure" and event.key < 0:
        return [0xD0 | channel, round(value)]
    status = next(high for high, known in _KINDS.items() if known == kind) << 4 | channel
    if kind == "program":
        return [status, round(value)]
    return [status, event.key, round(value)]


def read_tuning(body: bytes) -> tuple[int, int] | None:
    """What a SysEx (without its 0xF0) says of the master tuning: parameter 1 or 2, and 14 bits.

    Parameter 1 is fine (8192 in the middle, a semitone at the ends), 2 is coarse (semitones
    above 64, in the upper seven bits). None for any other.
    """
    if len(body) < 6 or body[0] != 0x7F or body[2] != _MASTER or body[3] not in {_FINE, _COARSE}:
        return None
    return body[3] - 2, (body[5] & 0x7F) << 7 | body[4] & 0x7F


def tuning_events(parameter: int, value: int, seconds: float) -> list[Event]:
    """A master tuning as registered parameter 1 or 2 of every channel, and then none chosen."""
    pairs = (
        (_RPN, 0),
        (_RPN_FINE, parameter),
        (_DATA, value >> 7),
        (_DATA_FINE, value & 0x7F),
        (_RPN, 127),
        (_RPN_FINE, 127),
    )
    return [
        Event(seconds, "control", channel, key, float(data))
        for channel in range(_CHANNELS)
        for key, data in pairs
    ]
