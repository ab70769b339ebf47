"""The tracks of a MIDI file, byte by byte, with what sequencers leave in them mended.

Source of the layout: "The Standard MIDI File specification 1.0" (RP-001), and RP-029 for ``.rmi``.
"""

from dataclasses import dataclass, field

from latent_resonance.sense.midi_files.messages import data_bytes, read_tuning

TUNING = 1
"""The status of an ``Entry`` that tunes all channels; no message of a channel has it."""
METER = 2
"""The status of an ``Entry`` of a meter: beats of a bar, and the power of two of their note."""

_TEMPO, _METER, _END = 0x51, 0x58, 0x2F
# System common messages, which belong in no file, and their data bytes.
_COMMON = {0xF1: 1, 0xF2: 2, 0xF3: 1, 0xF4: 0, 0xF5: 0, 0xF6: 0}
_REAL_TIME = range(0xF8, 0xFF)
_MAC_HEADER = 128


@dataclass(frozen=True, slots=True)
class Entry:
    """A message at a tick; a tempo has ``status`` 0 and its microseconds in ``one``."""

    tick: int
    status: int
    one: int
    two: int


@dataclass(slots=True)
class Track:
    """Messages in order, the tick of the end, and how many bytes were mended."""

    entries: list[Entry] = field(default_factory=list)
    end: int = 0
    mended: int = 0


def unwrapped(data: bytes) -> bytes:
    """The MIDI file inside a RIFF file (``.rmi``) or a MacBinary; others as they are."""
    if data[:4] == b"RIFF" and data[8:12] == b"RMID":
        at = 12
        while at + 8 <= len(data):
            size = int.from_bytes(data[at + 4 : at + 8], "little")
            if data[at : at + 4] == b"data":
                return data[at + 8 : at + 8 + size]
            at += 8 + size + size % 2
    if data[:1] == b"\0" and data[_MAC_HEADER : _MAC_HEADER + 4] == b"MThd":
        return data[_MAC_HEADER:]
    return data


def read_track(data: bytes) -> Track:
    """Messages of one track; it may break off.

    Mended, and counted by the byte: a status that is left out after a meta event or SysEx, where
    the last one of a channel still counts; real-time and system common messages; data bytes over
    127, which count as 127.

    Raises:
        ValueError: it is no track.
    """
    track = Track()
    at = running = 0
    follows_meta = False
    try:
        while at < len(data):
            delta, at = _number(data, at)
            track.end += delta
            status = data[at]
            if status < 0x80:
                if not running:
                    raise ValueError(f"a message begins with the byte {status}")
                track.mended += follows_meta
                status = running
            else:
                at += 1
            if status == 0xFF:
                at, ended = _meta(data, at, track)
                follows_meta = True
                if ended:
                    break
            elif status in {0xF0, 0xF7}:
                size, at = _number(data, at)
                tuning = read_tuning(data[at : at + size]) if status == 0xF0 else None
                if tuning is not None:
                    track.entries.append(Entry(track.end, TUNING, *tuning))
                at += size
                follows_meta = True
            elif status > 0xF0:
                size = _COMMON.get(status, 0)
                track.mended += 1 + size
                at += size
            else:
                running, follows_meta = status, False
                values, at = _data(data, at, data_bytes(status), track)
                track.entries.append(Entry(track.end, status, values[0], values[-1]))
    except IndexError:
        # It breaks off inside a message: what came before is good.
        pass
    return track


def _meta(data: bytes, at: int, track: Track) -> tuple[int, bool]:
    """Where the byte after a meta event is, and whether that ends the track."""
    meta = data[at]
    size, at = _number(data, at + 1)
    if meta == _TEMPO and size == 3 and at + 3 <= len(data):
        tempo = int.from_bytes(data[at : at + 3], "big")
        track.entries.append(Entry(track.end, 0, tempo, 0))
    elif meta == _METER and size >= 2 and at + 2 <= len(data):
        track.entries.append(Entry(track.end, METER, data[at], data[at + 1]))
    return at + size, meta == _END


def _data(data: bytes, at: int, count: int, track: Track) -> tuple[list[int], int]:
    """Data bytes of a message, and where the next byte is."""
    values: list[int] = []
    mended = 0
    while len(values) < count:
        byte = data[at]
        at += 1
        if byte in _REAL_TIME:
            mended += 1
            continue
        mended += byte > 127
        values.append(min(byte, 127))
    track.mended += mended
    return values, at


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of up to four bytes of seven bits, and where the next byte is."""
    value = 0
    for index in range(4):
        byte = data[at + index]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + index + 1
    raise ValueError("a length of more than four bytes")
