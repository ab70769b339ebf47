"""A MIDI file as the page plays it: read as ``render`` reads it."""

from pydantic import Field

from latent_resonance.contracts.errors import MediaError
from latent_resonance.sense.midi_files.messages import encode_message
from latent_resonance.sense.midi_files.read import read_midi_bytes
from latent_resonance.studio.schema import Schema

_SHORTEST_SECONDS = 0.001


class Song(Schema):
    """Channel messages in order of time, and what a page shows of them."""

    times: list[float] = Field(description="of the messages, seconds from the beginning")
    messages: list[list[int]] = Field(description="bytes of each, of all channels")
    seconds: float = Field(description="until the last track ends")
    bars: list[float] = Field(
        description="where each begins, seconds, 10,000 at most; the last is at or behind the end"
    )
    bpm: float = Field(description="quarter notes per minute at the beginning")
    steady: bool = Field(description="the tempo never changes")
    breaks_off: bool = Field(description="the file ends before a track of it does")


def read_song(data: bytes, name: str) -> Song:
    """Read what lies in a file of that name.

    Raises:
        MediaError: it is no MIDI file that can be played, or has no notes.
    """
    file = read_midi_bytes(data, name)
    if not any(event.kind == "note_on" for event in file.events):
        raise MediaError(f"{name} has no notes")
    return Song(
        times=[round(event.time_seconds, 6) for event in file.events],
        messages=[encode_message(event) for event in file.events],
        seconds=max(file.seconds, _SHORTEST_SECONDS),
        bars=list(file.bars),
        bpm=file.bpm,
        steady=file.steady,
        breaks_off=file.breaks_off,
    )
