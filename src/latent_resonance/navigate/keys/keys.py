"""Keys and pedals of all channels, and the notes that they hold: copied, then changed."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from latent_resonance.contracts.values import Note
from latent_resonance.navigate.keys.channel import (
    ALL_NOTES_OFF,
    ALL_SOUND_OFF,
    SOSTENUTO,
    Channel,
)
from latent_resonance.navigate.keys.vibrato import vibrato_of

CHANNELS = 16
OWN_CHANNEL = CHANNELS
"""Beside MIDI's sixteen: keys that controls play."""

# A released note is followed this long: the slowest family has fallen by 240 dB then. What has
# fallen so far moves no more: nobody hears it.
_FOLLOWED_SECONDS, _FALLEN_DB = 4.0, 240.0
# To either side, of a whole modulation wheel; of a quarter half of it, as in recordings of vibrato
# that is 10 cents deep.
_TREMOLO_NEPERS = 2.5 / 8.686


@dataclass(frozen=True, slots=True)
class Key:
    """A key that was struck, and its note.

    Attributes:
        channel: 0..15, or ``OWN_CHANNEL``.
        note: as it is to sound.
        down: the key.
        owed: how many times the key is yet to go up for notes of it that were struck before.
        caught: by the sostenuto pedal.
        glide_step: semitones per step towards the key.
        released: sample at which it was released, None before.
        begun: second at which its note begins.
    """

    channel: int
    note: Note
    down: bool = True
    owed: int = 0
    caught: bool = False
    glide_step: float = 0.0
    released: int | None = None
    begun: float = 0.0


@dataclass(slots=True)
class Keys:
    """All keys that were struck and may still sound. Its owner changes a ``copy`` of it only.

    Attributes:
        channels: MIDI's sixteen and ``OWN_CHANNEL``.
        struck: in order.
        notes: how many notes have begun.
        drum_notes: how many were left out that no drum was there for.
        instruments: names of the tones that were played.
        sample: first of the step.
        sounding: notes as ``move`` last gave them.
    """

    channels: list[Channel] = field(default_factory=lambda: [Channel()] * (CHANNELS + 1))
    struck: list[Key] = field(default_factory=list)
    notes: int = 0
    drum_notes: int = 0
    instruments: frozenset[str] = frozenset()
    sample: int = 0
    sounding: tuple[Note, ...] = ()

    def copy(self) -> "Keys":
        """Another that can be changed; what it is made of never changes."""
        return replace(self, channels=self.channels.copy(), struck=self.struck.copy())

    def forget(self, rate: int) -> None:
        """Drop what was silenced, and what was released long ago."""
        long_ago = self.sample - _FOLLOWED_SECONDS * rate
        self.struck = [
            key
            for key in self.struck
            if key.note.silenced_after is None and (key.released is None or key.released > long_ago)
        ]

    def strike(
        self,
        number: int,
        note: Note,
        glide_seconds: float,
        step_seconds: float,
        begun: float,
    ) -> None:
        """A key goes down: a note of the same key is released first.

        Where that was still down, its going up is yet to come, and does not end the new note.

        Args:
            number: of the channel.
            note: that begins; its own number and glide are set here.
            glide_seconds: from the channel's last key; 0 leaves it to the portamento controllers.
            step_seconds: time of one step.
            begun: second at which the note begins.
        """
        owed = 0
        for index, key in enumerate(self.struck):
            if _chokes(note, key.note):
                self.struck[index] = self._silenced(key)
            if key.channel == number and key.note.key == note.key:
                owed += key.owed + 1 if key.down else 0
                self._release(index)
        channel = self.channels[number]
        glide = glide_step = 0.0
        seconds = channel.glide_seconds(glide_seconds)
        if seconds > 0 and channel.last_key is not None:
            glide = channel.last_key - note.key
            glide_step = abs(glide) * step_seconds / seconds
        self.channels[number] = replace(channel, last_key=note.key)
        note = replace(note, number=self.notes, glide_semitones=glide)
        self.notes += 1
        if note.tones[0].name not in self.instruments:
            self.instruments |= {note.tones[0].name}
        self.struck.append(Key(number, note, owed=owed, glide_step=glide_step, begun=begun))

    def lift(self, number: int, key: int) -> None:
        """A key goes up; a pedal may hold its note."""
        for index, one in enumerate(self.struck):
            if one.channel == number and one.note.key == key and one.down:
                if one.owed:
                    self.struck[index] = replace(one, owed=one.owed - 1)
                elif self.channels[number].sustain or one.caught:
                    self.struck[index] = replace(one, down=False)
                else:
                    self._release(index)

    def control(self, number: int, controller: int, value: int) -> None:
        """A controller of a channel, with what it does to the notes that sound."""
        caught_before = self.channels[number].sostenuto
        self.channels[number] = channel = self.channels[number].controlled(controller, value)
        if controller == SOSTENUTO and channel.sostenuto and not caught_before:
            self._change(number, lambda key: replace(key, caught=key.down))
        elif controller == ALL_SOUND_OFF:
            self._change(number, self._silenced)
        elif controller >= ALL_NOTES_OFF:
            self._change(
                number, lambda key: replace(key, down=False, note=replace(key.note, quiet=True))
            )
        for index, key in enumerate(self.struck):
            if key.channel != number or key.released is not None:
                continue
            caught = key.caught and channel.sostenuto
            if not (key.down or caught or channel.sustain):
                self._release(index)
            elif caught != key.caught:
                self.struck[index] = replace(key, caught=caught)

    def bend(self, number: int, value: float) -> None:
        """The pitch wheel of a channel, -1..1."""
        self.channels[number] = replace(self.channels[number], bend=value)

    def program(self, number: int, value: int) -> None:
        """The program of a channel, for its next notes."""
        self.channels[number] = replace(self.channels[number], program=value)

    def all_off(self, number: int) -> None:
        """Every key and pedal of a channel goes up; of all channels where it is below 0."""
        for one in range(len(self.channels)) if number < 0 else (number,):
            self.channels[one] = replace(self.channels[one], sustain=False, sostenuto=False)
            self.control(one, ALL_NOTES_OFF, 0)

    def move(
        self, seconds: float, bend: float, position: float, tones: int, seed: int, rate: int
    ) -> tuple[Note, ...]:
        """All notes as they are to sound in this step; the same tuple where nothing moved.

        Args:
            seconds: where the step begins.
            bend: beside the channels' own.
            position: in a morph's tones, 0 .. tones - 1.
            tones: how many the morph has.
            seed: of the notes' vibrato.
            rate: of the samples that keys are counted in.
        """
        now: dict[int, tuple[float, float, float]] = {}
        for index, key in enumerate(self.struck):
            if key.released is not None and self.sample - key.released > rate * _falls(key.note):
                continue
            if key.channel not in now:
                channel = self.channels[key.channel]
                now[key.channel] = channel.semitones(bend), channel.gain, channel.place
            shift, gain, pan = now[key.channel]
            note = key.note
            channel = self.channels[key.channel]
            if channel.modulation:
                way = vibrato_of(seed, note.number).at(seconds - key.begun)
                shift += channel.swing * way
                # What is struck has no player's breath or bow behind it.
                if note.tones[0].decay is None:
                    gain += _TREMOLO_NEPERS * math.sqrt(channel.modulation / 127) * way
            glide = note.glide_semitones
            if glide:
                left = max(0.0, abs(glide) - key.glide_step)
                glide = math.copysign(left, glide) if left else 0.0
            # A note's tones end where the morph does, wherever they begin.
            at = position - (tones - len(note.tones)) if len(note.tones) > 1 else 0.0
            if (shift, glide, gain, pan, at) == (
                note.shift_semitones, note.glide_semitones, note.gain, note.pan, note.place
            ):  # fmt: skip
                continue
            # All by position: this is done for each note of each step.
            moved = Note(
                note.number, note.key, note.velocity, note.tones, at, shift, glide, gain, pan,
                note.released_after, note.silenced_after, note.offset_seconds, note.asked_seconds,
                note.quiet,
            )  # fmt: skip
            self.struck[index] = Key(
                key.channel,
                moved,
                key.down,
                key.owed,
                key.caught,
                key.glide_step,
                key.released,
                key.begun,
            )
        sounding = tuple([key.note for key in self.struck])
        if sounding != self.sounding:
            self.sounding = sounding
        return self.sounding

    def _release(self, index: int) -> None:
        key = self.struck[index]
        if key.released is None:
            note = replace(key.note, released_after=self.notes)
            key = replace(key, note=note, released=self.sample)
        self.struck[index] = replace(key, down=False, caught=False)

    def _silenced(self, key: Key) -> Key:
        return replace(key, note=replace(key.note, silenced_after=self.notes))

    def _change(self, number: int, change: Callable[[Key], Key]) -> None:
        """Change all keys of a channel."""
        self.struck = [change(key) if key.channel == number else key for key in self.struck]


def _falls(note: Note) -> float:
    """Seconds from its release until a note is long silent."""
    return _FALLEN_DB / note.tones[0].fall_db_per_second(note.key)


def _chokes(new: Note, old: Note) -> bool:
    """Whether a drum ends another, as a closed hi-hat does an open one."""
    ends, ended = new.tones[0].hit, old.tones[0].hit
    return ends is not None and ended is not None and ends.choke == ended.choke != ""
