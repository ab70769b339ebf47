"""The events of one step, applied to the keys in their order."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from latent_resonance.contracts.values import Event, Note, Tone
from latent_resonance.navigate.keys.channel import ALL_NOTES_OFF
from latent_resonance.navigate.keys.keys import CHANNELS, Keys

DRUM_CHANNEL = 9
"""Channel 10 as people count: General MIDI plays drums there."""


@dataclass(slots=True)
class Step:
    """What one step does.

    Attributes:
        keys: changed by it.
        rate: of the sound, in Hz.
        begin: sample of the performance's clock that the step begins with.
        samples: how many it has.
        glide_seconds: from each note to the next; 0 leaves it to the portamento controllers.
        melodic_drums: whether the drum channel has a melody, and programs.
        tones: what a note sounds like, by its channel and key; empty where nothing is struck.
        position: in a morph's tones, of a note that begins with the first of its tones.
        program: of the last program change, None without one.
        off_lifts_pedals: whether all notes off lifts the pedals too, beyond the standard.
    """

    keys: Keys
    rate: int
    begin: int
    samples: int
    glide_seconds: float
    melodic_drums: bool
    tones: Callable[[int, int], tuple[Tone, ...]]
    position: float
    program: int | None
    off_lifts_pedals: bool

    def take(self, events: Iterable[Event]) -> tuple[Event, ...]:
        """Apply events; gives those that round to the next step's first sample."""
        left: list[Event] = []
        for event in events:
            offset = round(event.time_seconds * self.rate) - self.begin
            if left or offset == self.samples:
                left.append(event)
            else:
                self._apply(event, min(max(offset, 0), self.samples - 1))
        return tuple(left)

    def strike(
        self, channel: int, key: int, velocity: int, offset: int = 0, asked_seconds: float = 0.0
    ) -> None:
        """A key goes down, ``offset`` samples into the step."""
        tones = self.tones(channel, key)
        if not tones:
            self.keys.drum_notes += 1
            return
        note = Note(
            number=self.keys.notes,
            key=min(max(key, 0), 127),
            velocity=min(max(velocity, 1), 127),
            tones=tones,
            place=self.position if len(tones) > 1 else 0.0,
            offset_seconds=offset / self.rate,
            asked_seconds=asked_seconds,
        )
        begun = (self.keys.sample + offset) / self.rate
        self.keys.strike(channel, note, self.glide_seconds, self.samples / self.rate, begun)

    def _apply(self, event: Event, offset: int) -> None:
        keys, channel = self.keys, event.channel
        if event.kind == "all_off":
            keys.all_off(channel)
            return
        if not 0 <= channel < CHANNELS:
            return
        strikes = event.kind == "note_on" and event.value > 0
        match event.kind:
            case "note_on" if strikes:
                self.strike(channel, event.key, round(event.value), offset, event.time_seconds)
            case "note_on" | "note_off":
                keys.lift(channel, event.key)
            case "control" if event.key >= ALL_NOTES_OFF and self.off_lifts_pedals:
                keys.all_off(channel)
            case "control":
                keys.control(channel, event.key, round(event.value))
            case "bend":
                keys.bend(channel, event.value)
            case "program" if channel != DRUM_CHANNEL or self.melodic_drums:
                self.program = round(event.value)
                keys.program(channel, self.program)
            case _:
                pass
