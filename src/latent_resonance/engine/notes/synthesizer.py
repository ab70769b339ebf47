"""The synthesizer: MIDI messages in, one hop of sound per tick out.

It knows no thread and no clock but its own ticks, so that the same messages at the same samples
give the same sound, offline and live. Windows come from a ``WindowStore``; a live show, in which
the model must not hold up the sound, gives ``request`` instead and finds the window later.
"""

import math
from collections.abc import Callable

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.engine.notes import channel as controllers
from latent_resonance.engine.notes.channel import Channel, level_of
from latent_resonance.engine.notes.instruments import (
    HIGHEST_PITCH,
    LOWEST_PITCH,
    Instruments,
    Tone,
)
from latent_resonance.engine.notes.note import Morph, Note
from latent_resonance.engine.notes.options import Counts, SynthesizerOptions
from latent_resonance.engine.notes.window_store import Found, WindowStore
from latent_resonance.render.note_voices.distortion import Distortion
from latent_resonance.render.note_voices.limiter import Limiter
from latent_resonance.render.note_voices.note_window import NEPER_DB
from latent_resonance.render.note_voices.reverb import Reverb
from latent_resonance.render.note_voices.voice import Voice
from latent_resonance.render.note_voices.voice_bank import VoiceBank
from latent_resonance.sense.midi_files.messages import (
    BEND,
    CONTROL,
    DRUM_CHANNEL,
    NOTE_OFF,
    NOTE_ON,
    PROGRAM,
    MidiEvent,
)
from latent_resonance.sound.transposition import semitones_to_ratio

CHANNELS = 16
# Softer notes are darker, beside what the model's velocity does: dB per octave from soft to hard.
_VELOCITY_TILT = 5.0
_VELOCITY_REST = 0.8

Request = Callable[[Tone, float, int], Found | None]


class Synthesizer:
    """Sixteen channels over one bank of voices.

    Args:
        instruments: of the bundle.
        layout: of its windows.
        store: where windows come from.
        options: how it plays.
        tone: of all notes; None follows the channels' programs.
        morph: from tone to tone over time, in place of ``tone``.
        request: gives a window, or one of a pitch nearby, or None while there is neither; without
            it the store is waited for.
    """

    def __init__(
        self,
        instruments: Instruments,
        layout: SpectrogramFormat,
        store: WindowStore,
        options: SynthesizerOptions | None = None,
        tone: Tone | None = None,
        morph: Morph | None = None,
        request: Request | None = None,
    ) -> None:
        self.options = options or SynthesizerOptions()
        self.layout = layout
        self.counts = Counts()
        self.on_start: Callable[[float], None] | None = None
        """Called with the seconds of its message when a note begins to sound."""
        self._instruments = instruments
        self._tone = tone
        self._morph = morph
        self._request = request or self._exact
        self._store = store
        self._bank = VoiceBank(layout, self.options.polyphony, self.options.channels)
        self.channels = [Channel() for _ in range(CHANNELS)]
        self._notes: list[Note] = []
        self._waiting: list[Note] = []
        rate = layout.sample_rate
        self._distortion = Distortion(self.options.distortion, self.options.channels)
        self._reverb = Reverb(self.options.reverb, rate, self.options.channels)
        self.limiter = Limiter(layout.hop, self.options.channels, rate)
        self._ticks = 0

    @property
    def delay_samples(self) -> int:
        """Samples between a message and the first sample that it can change."""
        return self.limiter.delay

    @property
    def tail_seconds(self) -> float:
        """How long it goes on after the last voice."""
        return self.layout.n_fft / self.layout.sample_rate + self._reverb.tail_seconds

    @property
    def voices(self) -> int:
        """How many sound, or wait for their window."""
        return len(self._bank.voices) + len(self._waiting)

    @property
    def seconds(self) -> float:
        """Where the next tick begins."""
        return self._ticks * self.layout.hop / self.layout.sample_rate

    def handle(self, event: MidiEvent, offset: int = 0) -> None:
        """One message, ``offset`` samples into the next tick."""
        if event.channel == DRUM_CHANNEL and not self.options.drums:
            self.counts.drum_notes += event.kind == NOTE_ON and event.two > 0
            return
        channel = self.channels[event.channel]
        if event.kind == NOTE_ON and event.two > 0:
            self._on(event, channel, offset)
        elif event.kind in {NOTE_ON, NOTE_OFF}:
            self._off(event.channel, event.one)
        elif event.kind == CONTROL:
            self._control(event, channel)
        elif event.kind == PROGRAM:
            channel.program = event.one
        elif event.kind == BEND:
            channel.set_bend(event.one, event.two)

    def release_all(self) -> None:
        """Every key and pedal up."""
        for channel in self.channels:
            channel.sustain = channel.sostenuto = False
        for note in self._notes:
            self._let_go(note)

    def tick(self) -> FloatArray:
        """The next hop of sound, float32 ``[hop, channels]``."""
        self._start_waiting()
        seconds = self.seconds
        shifts = [channel.semitones(seconds) for channel in self.channels]
        for note in self._notes:
            self._move(note, shifts[note.channel])
        self.counts.most_voices = max(self.counts.most_voices, len(self._bank.voices))
        sound = self._bank.tick()
        self._notes = [n for n in self._notes if n.voice is None or n.voice.row >= 0]
        self._ticks += 1
        sound = self._reverb.process(self._distortion.process(sound))
        return self.limiter.process(sound)

    def _on(self, event: MidiEvent, channel: Channel, offset: int) -> None:
        key, velocity = event.one, event.two
        for note in self._notes:
            if note.channel == event.channel and note.key == key:
                self._let_go(note)
        first = 0
        if self._morph is not None:
            first = int(self._morph.position(self.seconds))
            tone = self._morph.tones[first]
        elif self._tone is not None:
            tone = self._tone
        else:
            tone = self._instruments.for_program(channel.program or 0)
        pitch = min(max(float(key), LOWEST_PITCH), HIGHEST_PITCH)
        number = self.counts.notes
        note = Note(event.channel, key, velocity, tone, pitch, number, first, event.seconds)
        glide = channel.glide_seconds(self.options.glide_seconds)
        if glide > 0 and channel.last_key is not None:
            note.glide = channel.last_key - key
            note.glide_step = abs(note.glide) * self.layout.hop_seconds / glide
        channel.last_key = key
        self.counts.notes += 1
        self.counts.instruments.add(tone.name)
        self._notes.append(note)
        found = self._request(tone, pitch, velocity)
        if found is None:
            self.counts.late += 1
            self._waiting.append(note)
        else:
            self._start(note, found, offset)

    def _start_waiting(self) -> None:
        still = []
        for note in self._waiting:
            found = self._request(note.tone, note.pitch, note.velocity)
            if found is None:
                still.append(note)
            else:
                self._start(note, found, 0)
        self._waiting = still

    def _start(self, note: Note, found: Found, offset: int) -> None:
        if self._bank.full:
            self._steal()
        rate = self._instruments.release_db_per_second(note.tone) / NEPER_DB
        tilt = _VELOCITY_TILT * (note.velocity / 127 - _VELOCITY_REST) / NEPER_DB
        note.pitch = found.pitch
        voice = Voice([found.window], level_of(note.velocity), tilt, rate * self.layout.hop_seconds)
        voice.hz = 440 * semitones_to_ratio(note.pitch - 69)
        note.voice = voice
        self._move(note, self.channels[note.channel].semitones(self.seconds), first=True)
        self._bank.start(voice, offset, self.options.seed * 65_537 + note.number)
        if self.on_start is not None:
            self.on_start(note.asked)
        if not (note.down or note.caught or self.channels[note.channel].sustain):
            voice.release()  # the key was up before its window came

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
        self.counts.stolen += 1
        self._notes = [note for note in self._notes if note.voice is not chosen]

    def _move(self, note: Note, shift: float, first: bool = False) -> None:
        """Set what may change while a note sounds."""
        voice, channel = note.voice, self.channels[note.channel]
        if voice is None:
            return
        if note.glide and not first:
            left = max(0.0, abs(note.glide) - note.glide_step)
            note.glide = math.copysign(left, note.glide) if left else 0.0
        semitones = shift + note.key - note.pitch + note.glide
        voice.ratio = semitones_to_ratio(semitones) if semitones else 1.0
        voice.level = channel.gain
        voice.pan = channel.place
        if self._morph is not None:
            self._follow(note, voice, self._morph)

    def _follow(self, note: Note, voice: Voice, morph: Morph) -> None:
        """Go on between the windows of a morph; asks for the next one when it is near."""
        place = morph.position(self.seconds) - note.first
        while len(voice.windows) < min(place + 1, len(morph.tones) - note.first):
            tone = morph.tones[note.first + len(voice.windows)]
            found = self._request(tone, note.pitch, note.velocity)
            if found is None or found.pitch != note.pitch:
                break
            voice.windows.append(found.window)
        voice.place = min(place, len(voice.windows) - 1.0)

    def _off(self, number: int, key: int) -> None:
        for note in self._notes:
            if note.channel == number and note.key == key and note.down:
                note.down = False
                if not (self.channels[number].sustain or note.caught):
                    self._let_go(note)

    def _let_go(self, note: Note) -> None:
        note.down = note.caught = False
        if note.voice is not None:
            note.voice.release()

    def _control(self, event: MidiEvent, channel: Channel) -> None:
        own = [note for note in self._notes if note.channel == event.channel]
        caught_before = channel.sostenuto
        channel.control(event.one, event.two)
        if event.one == controllers.SOSTENUTO and channel.sostenuto and not caught_before:
            for note in own:
                note.caught = note.down
        elif event.one == controllers.ALL_SOUND_OFF:
            self._silence(event.channel)
        elif event.one >= controllers.ALL_NOTES_OFF:
            # Pedals too: nothing may hang.
            channel.sustain = channel.sostenuto = False
            for note in own:
                note.down = False
        for note in own:
            note.caught = note.caught and channel.sostenuto
            if not (note.down or note.caught or channel.sustain):
                self._let_go(note)

    def _silence(self, number: int) -> None:
        """At once: voices end within half a window."""
        for note in self._notes:
            if note.channel == number and note.voice is not None and note.voice.row >= 0:
                self._bank.stop(note.voice)
        self._notes = [note for note in self._notes if note.channel != number]
        self._waiting = [note for note in self._waiting if note.channel != number]

    def _exact(self, tone: Tone, pitch: float, velocity: int) -> Found:
        """The store's own window, whatever it takes."""
        return Found(self._store.get(tone, pitch, velocity), self._store.key(tone, pitch, 1).pitch)
