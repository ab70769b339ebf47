"""Writes standard MIDI files for tests: messages at ticks, with or without running status."""

from collections.abc import Sequence

Message = tuple[int, bytes]


def number(value: int) -> bytes:
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(value & 0x7F | 0x80)
    return bytes(reversed(out))


def tempo(tick: int, microseconds: int) -> Message:
    return tick, b"\xff\x51\x03" + microseconds.to_bytes(3, "big")


def track(messages: Sequence[Message], end: int | None = None, running: bool = False) -> bytes:
    data, tick, status = b"", 0, -1
    for at, message in sorted(messages, key=lambda entry: entry[0]):
        data += number(at - tick)
        tick = at
        same = running and message[0] == status and message[0] < 0xF0
        data += message[1:] if same else message
        status = message[0]
    data += number((end or tick) - tick) + b"\xff\x2f\x00"
    return b"MTrk" + len(data).to_bytes(4, "big") + data


def midi(tracks: Sequence[bytes], division: int = 480, kind: int | None = None) -> bytes:
    kind = (0 if len(tracks) == 1 else 1) if kind is None else kind
    head = b"".join(v.to_bytes(2, "big") for v in (kind, len(tracks), division))
    return b"MThd" + (6).to_bytes(4, "big") + head + b"".join(tracks)


def song(notes: Sequence[tuple[float, float, int, int]], *others: tuple[float, bytes]) -> bytes:
    """Notes as (seconds, length, key, velocity) and other messages at seconds, 960 ticks each."""
    messages = [(round(960 * at), message) for at, message in others]
    for begin, length, key, velocity in notes:
        messages.append((round(960 * begin), bytes([0x90, key, velocity])))
        messages.append((round(960 * (begin + length)), bytes([0x80, key, 0])))
    return midi([track(messages)])
