"""Which voice plays which note: begins, moves, releases, takes away, and waits for windows."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.parts import Want, Windows
from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import FloatArray, Hit, Note, Tone
from latent_resonance.render.voices.hits import Hits, Strike, hit_want
from latent_resonance.render.voices.note_wants import (
    WINDOW_VELOCITY,
    distance_from,
    note_key,
    note_want,
)
from latent_resonance.render.voices.note_window import NEPER_DB, NoteWindow
from latent_resonance.render.voices.voice import Voice
from latent_resonance.render.voices.voice_bank import TILTS_TO_HZ, VoiceBank
from latent_resonance.sound.notes import level_of
from latent_resonance.sound.release_sounds import level_db
from latent_resonance.sound.transposition import semitones_to_ratio

# Notes of two seeds have no number in common below this.
_SEED_STEP = 65_537


@dataclass(slots=True)
class _Sounding:
    """A voice, the MIDI number that its windows sound at, and its note as it was last set.

    ``of`` is the tone that its voice's ``upper`` was found for.
    """

    voice: Voice
    pitch: float
    note: Note
    of: Tone | None = None


class SoundingNotes:
    """Follows ``Latent.notes`` with a bank of voices.

    In a step, what ends before a note begins ends first, so that its voice is free. Where none
    is, the one released longest ago is taken, else the quietest.

    Args:
        layout: of the model's windows.
        space: of the model.
        polyphony: voices at once.
        channels: 1 or 2.
        seed: of the notes' first phases.

    Attributes:
        begun: ``asked_seconds`` of the notes that began to sound in the last step.
        wants: windows that were missing in it.
        most_voices, stolen, late, neighbours: counts; notes are late that have to wait for their
            window, and neighbours are windows of another pitch in place of theirs.
    """

    def __init__(
        self,
        layout: SpectrogramFormat,
        space: LatentSpace,
        polyphony: int,
        channels: int,
        seed: int,
    ) -> None:
        self._layout, self._space, self._seed = layout, space, seed
        self._bank = VoiceBank(layout, polyphony, channels)
        self._hits = Hits(layout.hop, channels, layout.sample_rate)
        self._releases = Hits(layout.hop, channels, layout.sample_rate)
        self._release_noise = 1.0
        self._sounding: dict[int, _Sounding] = {}
        self._waiting: set[int] = set()
        self._next_number = 0
        self._tilt = 0.0
        self._followed: Sequence[Note] = ()
        self.begun: list[float] = []
        self.wants: list[Want] = []
        self.most_voices = self.stolen = self.late = self.neighbours = 0

    def __len__(self) -> int:
        """Voices, drums and keys that sound, and notes that wait for their window."""
        struck = len(self._hits) + len(self._releases)
        return len(self._bank.voices) + struck + len(self._waiting)

    @property
    def numbers(self) -> list[int]:
        """Of the notes that have a voice."""
        return list(self._sounding)

    def tick(
        self, notes: Sequence[Note], tilt_db: float, windows: Windows, release_noise: float = 1.0
    ) -> FloatArray:
        """The next hop of sound, float32 ``[hop, channels]``.

        Args:
            notes: as they are to sound now, in order of their start.
            tilt_db: brightness beside the velocity's, dB per octave above each fundamental.
            windows: what the model has made.
            release_noise: factor of what is heard when a key goes up.
        """
        self._release_noise = release_noise
        tilt, missing = tilt_db / NEPER_DB, self.wants
        self.begun, self.wants = [], []
        if notes is not self._followed or tilt != self._tilt or missing:
            self._followed, self._tilt = notes, tilt
            self._follow(notes, windows)
        self.most_voices = max(self.most_voices, len(self._bank.voices))
        sound = self._bank.tick()
        self._hits.add(sound)
        self._releases.add(sound)
        self._sounding = {n: one for n, one in self._sounding.items() if one.voice.row >= 0}
        return sound

    def _follow(self, notes: Sequence[Note], windows: Windows) -> None:
        known = {note.number: note for note in notes}
        waited = sorted(self._waiting)
        for note in notes:
            if note.number >= self._next_number:
                self._next_number = note.number + 1
                self._end(known, note.number)
                if note.tones[0].hit is not None:
                    self._strike(note, note.tones[0].hit, windows)
                else:
                    self._begin(note, windows)
        self._end(known, None)
        for note in notes:
            if note.silenced_after is not None:
                struck = self._releases if note.tones[0].hit is None else self._hits
                struck.end(note.number)
        for number in waited:
            if number in self._waiting:
                self._begin_late(known[number], windows)
        for number, one in self._sounding.items():
            self._move(one, known[number], windows)

    def _end(self, known: Mapping[int, Note], before: int | None) -> None:
        """Release and silence notes: what was due before the note ``before`` began, or all."""

        def due(after: int | None) -> bool:
            return after is not None and (before is None or after <= before)

        for number in [*self._sounding, *self._waiting]:
            note = known.get(number)
            one = self._sounding.get(number)
            if note is None or due(note.silenced_after):
                self._waiting.discard(number)
                if one is not None:
                    self._bank.stop(one.voice)
                    del self._sounding[number]
            elif one is not None and one.voice.held and due(note.released_after):
                self._let_go(one.voice, note)
                one.voice.release()

    def _let_go(self, voice: Voice, note: Note) -> None:
        """Let what is heard of a key that goes up begin."""
        sound = voice.window.release
        if sound is None or note.quiet or self._release_noise <= 0:
            return
        level = level_db(note.velocity, voice.age * self._layout.hop_seconds) / NEPER_DB
        gain = math.log(self._release_noise) + level + note.gain
        self._releases.strike(note.number, sound, gain, note.pan, 0)

    def _strike(self, note: Note, hit: Hit, windows: Windows) -> None:
        """Begin a drum; one whose sound is not there yet is left out: late, it would be wrong."""
        want = hit_want(note.tones[0])
        strike: Strike | None = windows.get(want)
        if strike is None:
            self.late += 1
            self.wants.append(want)
            return
        sound = strike.at(note.velocity / 127)
        gain = level_of(note.velocity) + note.gain
        self._hits.strike(note.number, sound, gain, note.pan + hit.pan - 0.5, self._offset(note))
        self.begun.append(note.asked_seconds)

    def _offset(self, note: Note) -> int:
        offset = round(note.offset_seconds * self._layout.sample_rate)
        return min(max(offset, 0), self._layout.hop - 1)

    def _begin(self, note: Note, windows: Windows) -> None:
        found = self._find(note.tones[0], note.key, windows)
        if found is None:
            self.late += 1
            self._waiting.add(note.number)
        else:
            self._start(note, *found, self._offset(note), windows)

    def _begin_late(self, note: Note, windows: Windows) -> None:
        found = self._find(note.tones[0], note.key, windows)
        if found is None:
            return
        self._waiting.discard(note.number)
        voice = self._start(note, *found, 0, windows)
        if not note.held:
            voice.release()

    def _start(
        self, note: Note, window: NoteWindow, pitch: float, offset: int, windows: Windows
    ) -> Voice:
        if self._bank.full:
            self._steal()
        tone = note.tones[0]
        fall = tone.fall_db_per_second(note.key) / NEPER_DB * self._layout.hop_seconds
        voice = Voice([window], level_of(note.velocity), self._tilt_of(note), release_rate=fall)
        voice.hz = 440 * semitones_to_ratio(pitch - 69)
        one = _Sounding(voice, pitch, note)
        self._set(one, note, windows)
        self._sounding[note.number] = one
        self._bank.start(voice, offset, self._seed * _SEED_STEP + note.number)
        self.begun.append(note.asked_seconds)
        return voice

    def _steal(self) -> None:
        """Free a voice: the one released longest ago, else the quietest."""
        voices = self._bank.voices
        released = [voice for voice in voices if not voice.held]
        chosen = (
            max(released, key=lambda voice: (voice.released or 0.0) / voice.release_rate)
            if released
            else min(voices, key=lambda voice: voice.power_db)
        )
        self._bank.stop(chosen)
        self.stolen += 1
        self._sounding = {n: one for n, one in self._sounding.items() if one.voice is not chosen}

    def _move(self, one: _Sounding, note: Note, windows: Windows) -> None:
        """What may change while a note sounds."""
        tilt = self._tilt_of(note)
        if tilt != one.voice.tilt:
            self._bank.tilt(one.voice, tilt)
        if note is not one.note or len(note.tones) > 1:
            self._set(one, note, windows)

    def _set(self, one: _Sounding, note: Note, windows: Windows) -> None:
        voice, one.note = one.voice, note
        semitones = note.shift_semitones + note.key - one.pitch + note.glide_semitones
        voice.ratio = semitones_to_ratio(semitones) if semitones else 1.0
        voice.level = note.gain
        tone = note.tones[min(round(note.place), len(note.tones) - 1)]
        if tone is not one.of:
            one.of, voice.upper = tone, self._upper_of(note, tone, voice.hz)
        voice.pan = note.pan
        # On the way between tones the next one's window is asked for when it is near.
        while len(voice.windows) < min(note.place + 1, len(note.tones)):
            tone = note.tones[len(voice.windows)]
            found = self._find(tone, one.pitch, windows)
            if found is None or found[1] != one.pitch:
                break
            voice.windows.append(found[0])
        voice.place = min(note.place, len(voice.windows) - 1.0)

    def _tilt_of(self, note: Note) -> float:
        """Nepers per octave."""
        depth, last = note.tones[0].velocity_tilt_db, len(note.tones) - 1
        if last:
            index = min(int(note.place), last)
            depth, there = (note.tones[n].velocity_tilt_db for n in (index, min(index + 1, last)))
            depth += (note.place - index) * (there - depth)
        return depth * (note.velocity / 127 - WINDOW_VELOCITY) / NEPER_DB + self._tilt

    @staticmethod
    def _upper_of(note: Note, tone: Tone, hz: float) -> FloatArray | None:
        """Nepers that velocity brings above 8 kHz beside its tilt ``[bands]``."""
        octaves = max(math.log2(TILTS_TO_HZ / hz), 0.0) if hz else 0.0
        whole = tone.brighter_above(note.key, octaves)
        harder = (note.velocity / 127 - WINDOW_VELOCITY) / NEPER_DB
        return None if whole is None else np.asarray(harder * whole, np.float32)

    def _find(self, tone: Tone, pitch: float, windows: Windows) -> tuple[NoteWindow, float] | None:
        """The window and its pitch, or a near one while it is made, or None without one near."""
        key = note_key(tone, pitch)
        want = note_want(self._space, tone, key)
        window = windows.get(want)
        if window is not None:
            return window, key.pitch
        self.wants.append(want)
        near = windows.nearest(distance_from(key))
        if near is None:
            return None
        self.neighbours += 1
        return near[1], near[0].pitch
