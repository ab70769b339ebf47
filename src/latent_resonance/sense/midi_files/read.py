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
from latent_resonance.sense.midi_files.bars import Meter, TempoAt, bar_begins
from latent_resonance.sense.midi_files.messages import channel_event, tuning_events
from latent_resonance.sense.midi_files.tracks import METER, TUNING, Entry, read_track, unwrapped

MOST_BYTES = 16 << 20
"""Of a file; a larger one is no song."""
_MOST_EVENTS = 1_000_000
_MOST_SECONDS = 4 * 3600.0
_DEFAULT_TEMPO = 500_000  # microseconds per beat
_CHANNEL_MESSAGES = 0x80


@dataclass(frozen=True, slots=True)
class MidiFile:
    """What a file plays: channel messages in order, and its length to the last track's end.

    Attributes:
        mended: bytes that were passed over, limited or put in so that it plays.
        breaks_off: whether the file ends before a track does.
        bars: beginnings of bars in seconds; the last one is at or behind the end.
        bpm: quarter notes per minute at the beginning.
        steady: whether the tempo never changes; not of a file that counts film frames.
    """

    events: tuple[Event, ...]
    seconds: float
    tracks: int
    mended: int = 0
    breaks_off: bool = False
    bars: tuple[float, ...] = (0.0,)
    bpm: float = 120.0
    steady: bool = True


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
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise MediaError(f"cannot read {path}: {error.strerror}") from error
    return read_midi_bytes(data, str(path))


def read_midi_bytes(data: bytes, name: str) -> MidiFile:
    """As ``read_midi``, of what lies in the file of that name.

    Raises:
        MediaError: see ``read_midi``.
    """
    if len(data) > MOST_BYTES:
        raise MediaError(f"{name} is larger than 16 MiB: not a MIDI file to play")
    try:
        return _parse(data)
    except _DamagedError as error:
        raise MediaError(f"{name} is not a MIDI file that can be played: {error}") from error


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
    last = max(one.end for one in tracks)
    events, seconds, tempos = _timed(entries, last, division)
    if not events:
        raise _DamagedError("it has no notes")
    if seconds > _MOST_SECONDS:
        raise _DamagedError(f"it lasts {seconds / 3600:.3g} hours, more than 4")
    film = bool(division & 0x8000)
    quarter = 0.5 / tempos[0].per_tick if film else division
    first = [one.per_tick for one in tempos if one.tick == 0][-1]
    return MidiFile(
        events,
        seconds,
        len(tracks),
        sum(one.mended for one in tracks),
        any(cut for _, cut in chunks),
        tuple(bar_begins(tempos, _meters(entries, quarter), last)),
        60 / (first * quarter),
        not film and all(one.per_tick == first for one in tempos if one.tick),
    )


def _meters(entries: Sequence[Entry], quarter: float) -> list[Meter]:
    """All of them, from 4/4 on; ``quarter`` is in ticks."""
    found = [Meter(0, 4 * quarter)]
    found += [
        # A note shorter than a 128th is none that is counted.
        Meter(one.tick, 4 * quarter * one.one / 2 ** min(one.two, 7))
        for one in entries
        if one.status == METER and one.one
    ]
    return found


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


def _timed(
    entries: Sequence[Entry], last: int, division: int
) -> tuple[tuple[Event, ...], float, list[TempoAt]]:
    """Ticks as seconds, through all changes of tempo, which are given too."""
    fixed = _smpte_tick_seconds(division) if division & 0x8000 else None
    if fixed is None and division == 0:
        raise _DamagedError("its beats have no length")
    per_tick = fixed or _DEFAULT_TEMPO * 1e-6 / division
    events: list[Event] = []
    tempos = [TempoAt(0, 0.0, per_tick)]
    seconds, tick = 0.0, 0
    for entry in entries:
        seconds += (entry.tick - tick) * per_tick
        tick = entry.tick
        if entry.status == TUNING:
            events += tuning_events(entry.one, entry.two, seconds)
        elif entry.status >= _CHANNEL_MESSAGES:
            events.append(channel_event(entry.status, entry.one, entry.two, seconds))
        elif entry.status == 0 and fixed is None and entry.one:
            per_tick = entry.one * 1e-6 / division
            tempos.append(TempoAt(tick, seconds, per_tick))
    seconds += max(0, last - tick) * per_tick
    if not math.isfinite(seconds):
        raise _DamagedError("its times are not finite")
    return tuple(events), seconds, tempos


def _smpte_tick_seconds(division: int) -> float:
    frames, parts = 256 - (division >> 8), division & 0xFF
    if frames not in {24, 25, 29, 30} or not parts:
        raise _DamagedError(f"{frames} frames of {parts} parts per second are not a time code")
    return 1 / ((30 / 1.001 if frames == 29 else frames) * parts)
