"""Reads standard MIDI files, types 0 and 1, without trusting them.

Source of the layout: "The Standard MIDI File specification 1.0" (RP-001).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from latent_resonance.contracts.errors import MediaError
from latent_resonance.contracts.files import open_regular
from latent_resonance.contracts.values import Event
from latent_resonance.sense.midi_files.messages import channel_event, tuning_events
from latent_resonance.sense.midi_files.tracks import TUNING, Entry, read_track, unwrapped

_MOST_BYTES = 16 << 20
_MOST_EVENTS = 1_000_000
_MOST_SECONDS = 4 * 3600.0
_DEFAULT_TEMPO = 500_000  # microseconds per beat


@dataclass(frozen=True, slots=True)
class MidiFile:
    """What a file plays: channel messages in order, and its length to the last track's end.

    Attributes:
        mended: bytes that were passed over, limited or put in so that it plays.
        breaks_off: whether the file ends before a track does.
    """

    events: tuple[Event, ...]
    seconds: float
    tracks: int
    mended: int = 0
    breaks_off: bool = False


def read_midi(path: Path) -> MidiFile:
    """Read a file whole.

    A track that breaks off is played up to there, as long as another or a part of it is whole;
    what sequencers leave in files beside the standard is mended (``tracks.read_track``). The file
    may be wrapped as RIFF (``.rmi``) or MacBinary.

    Raises:
        MediaError: there is no such file, it is not a MIDI file, of type 2, damaged, empty, or
            longer than four hours.
    """
    try:
        with open_regular(path) as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise MediaError(f"cannot read {path}: {error.strerror}") from error
    if len(data) > _MOST_BYTES:
        raise MediaError(f"{path} is larger than 16 MiB: not a MIDI file to play")
    try:
        return _parse(data)
    except _DamagedError as error:
        raise MediaError(f"{path} is not a MIDI file that can be played: {error}") from error


class _DamagedError(Exception):
    """What is wrong with the bytes."""


def _parse(data: bytes) -> MidiFile:
    data = unwrapped(data)
    if data[:4] != b"MThd" or len(data) < 14 or int.from_bytes(data[4:8], "big") < 6:
        raise _DamagedError("it does not begin as one" if data else "it is empty")
    kind, _, division = (int.from_bytes(data[at : at + 2], "big") for at in (8, 10, 12))
    if kind > 1:
        raise _DamagedError(f"type {kind}, where 0 and 1 are songs")
    try:
        chunks = list(_chunks(data))
        tracks = [read_track(chunk) for chunk, _ in chunks]
    except ValueError as error:
        raise _DamagedError(str(error)) from error
    if not tracks:
        raise _DamagedError("it has no track")
    # Stable: what is simultaneous stays in the order of the tracks.
    entries = sorted((e for one in tracks for e in one.entries), key=lambda entry: entry.tick)
    if len(entries) > _MOST_EVENTS:
        raise _DamagedError("it has more than a million messages")
    events, seconds = _timed(entries, max(one.end for one in tracks), division)
    if not events:
        raise _DamagedError("it has no notes")
    if seconds > _MOST_SECONDS:
        raise _DamagedError(f"it lasts {seconds / 3600:.3g} hours, more than 4")
    mended = sum(one.mended for one in tracks)
    return MidiFile(events, seconds, len(tracks), mended, any(cut for _, cut in chunks))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bool]]:
    """The content of each track, and whether the file ends before it does.

    Unknown chunks are skipped, as the specification asks.
    """
    at = 8 + int.from_bytes(data[4:8], "big")
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "big")
        if data[at : at + 4] == b"MTrk":
            yield data[at + 8 : at + 8 + size], at + 8 + size > len(data)
        at += 8 + size


def _timed(entries: Sequence[Entry], last: int, division: int) -> tuple[tuple[Event, ...], float]:
    """Ticks as seconds, through all changes of tempo."""
    fixed = _smpte_tick_seconds(division) if division & 0x8000 else None
    if fixed is None and division == 0:
        raise _DamagedError("its beats have no length")
    per_tick = fixed or _DEFAULT_TEMPO * 1e-6 / division
    events: list[Event] = []
    seconds, tick = 0.0, 0
    for entry in entries:
        seconds += (entry.tick - tick) * per_tick
        tick = entry.tick
        if entry.status == TUNING:
            events += tuning_events(entry.one, entry.two, seconds)
        elif entry.status:
            events.append(channel_event(entry.status, entry.one, entry.two, seconds))
        elif fixed is None and entry.one:
            per_tick = entry.one * 1e-6 / division
    seconds += max(0, last - tick) * per_tick
    if not math.isfinite(seconds):
        raise _DamagedError("its times are not finite")
    return tuple(events), seconds


def _smpte_tick_seconds(division: int) -> float:
    frames, parts = 256 - (division >> 8), division & 0xFF
    if frames not in {24, 25, 29, 30} or not parts:
        raise _DamagedError(f"{frames} frames of {parts} parts per second are not a time code")
    return 1 / ((30 / 1.001 if frames == 29 else frames) * parts)
