"""Notes: a keyboard, a MIDI device or a pad of the page plays the synthesizer."""

import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from latent_resonance.bundles.find import list_bundles, open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import InputError, ResonanceError, UnknownNameError
from latent_resonance.contracts.values import ControlRange, FloatArray
from latent_resonance.engine.notes.instruments import Instruments, Tone
from latent_resonance.engine.notes.open import Notes, NotesSetup
from latent_resonance.engine.notes.synthesizer import Synthesizer
from latent_resonance.engine.notes.window_store import Found
from latent_resonance.sense.midi_files.messages import CONTROL, MidiEvent, decode_message
from latent_resonance.studio.instruments.card import ControlCard, InstrumentCard, InstrumentDetails
from latent_resonance.studio.instruments.chain import choose_engine
from latent_resonance.studio.instruments.note_place import with_shares
from latent_resonance.studio.instruments.note_windows import NoteWindows
from latent_resonance.studio.instruments.place import blend
from latent_resonance.studio.instruments.player import Player, Playing
from latent_resonance.studio.patch import Patch, Place

_BUNDLE = "notes"
_CHOICE = "instrument"

# By MIDI controller, channel 1: the page's sliders are a controller's knobs.
_KNOBS = {
    7: ControlRange("volume", 0, 127, 100, "", "of all that sounds"),
    10: ControlRange("pan", 0, 127, 64, "", "0 left .. 127 right"),
    1: ControlRange("modulation", 0, 127, 0, "", "vibrato"),
    11: ControlRange("expression", 0, 127, 127, "", "swells while notes sound"),
    64: ControlRange("sustain", 0, 127, 0, "", "pedal: down from 64 on"),
}
# These belong to the whole synthesizer: they are heard from the next note on.
_OWN = (
    ControlRange("reverb", 0, 1, 0.15, "", "a room around it"),
    ControlRange("distortion", 0, 1, 0, "", "overdrive"),
    ControlRange("glide_seconds", 0, 2, 0, "s", "from each note to the next"),
)
_NUMBERS = {knob.name: number for number, knob in _KNOBS.items()}
_RANGES = {control.name: control for control in (*_KNOBS.values(), *_OWN)}


class NotesInstrument:
    """The notes instrument."""

    name = "notes"

    def card(self) -> InstrumentCard:
        """For the list."""
        there = _BUNDLE in list_bundles()
        return InstrumentCard(
            name=self.name,
            page="notes",
            title="Notes",
            description="A keyboard plays instruments and all that lies between them.",
            bundle=_BUNDLE,
            available=there,
            missing="" if there else f"its model '{_BUNDLE}' is not there",
        )

    def details(self, bundle: str | None) -> InstrumentDetails:
        """Instruments and families are read from the bundle."""
        opened = open_bundle(bundle or _BUNDLE)
        return InstrumentDetails(
            **dict(self.card()),
            controls=[ControlCard.of(control, "sound") for control in _RANGES.values()],
            choices={_CHOICE: Instruments(opened).names},
            places=sorted(name for name in opened.landmarks if "/" in name),
            latent_size=opened.latent_size,
            midi=True,
            bundles=[name for name in list_bundles() if _fits(name)],
        )

    def open(self, patch: Patch, engine: str, device: str, threads: int) -> Player:
        """Load, set, and make the first window."""
        part = choose_engine(engine, device)
        setup = NotesSetup(
            bundle=patch.bundle or _BUNDLE, engine=part, seed=patch.seed, threads=threads
        )
        made = NotesPlayer(Notes(setup))
        try:
            made.set_controls(patch.controls, present=None)
            for choice, value in patch.choices.items():
                made.choose(choice, value)
            made.go_to(patch.place)
        except BaseException:
            made.close()
            raise
        return made


def tone_place(bundle: Bundle, place: Place) -> FloatArray:
    """A place of the bundle's as numbers; raises InputError, UnknownNameError."""
    w = blend(bundle.name, bundle.landmarks, bundle.latent_size, place)
    return with_shares(bundle, w)


def notes_setup(patch: Patch) -> NotesSetup:
    """A patch as the engine's own setup, for renders."""
    own = {control.name: control.rest for control in _OWN} | dict(patch.controls)
    reverb, distortion, glide_seconds = (
        min(max(own[control.name], control.low), control.high) for control in _OWN
    )
    return NotesSetup(
        bundle=patch.bundle or _BUNDLE,
        seed=patch.seed,
        instrument=patch.choices.get(_CHOICE),
        reverb=reverb,
        distortion=distortion,
        glide_seconds=glide_seconds,
    )


def _fits(bundle: str) -> bool:
    try:
        Instruments(open_bundle(bundle))
    except ResonanceError:
        return False
    return True


class NotesPlayer:
    """A synthesizer that is ticked as the page pulls."""

    channels = 2

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self.playing = Playing()
        self.playing.meters.generation = notes.store.generation
        self.sample_rate = notes.layout.sample_rate
        self._tone = notes.instruments.default()
        self._place: Tone | None = None
        self.rest = {name: control.rest for name, control in _RANGES.items()}
        self._values = dict(self.rest)
        self._events: deque[MidiEvent] = deque()
        self._setting = threading.Lock()
        self._windows = NoteWindows(notes.store, self._made)
        self._synthesizer = self._make()
        self._made_with = self._own()
        self._ringing: list[Synthesizer] = []
        self.latency_seconds = self._synthesizer.delay_samples / self.sample_rate
        self._rest: FloatArray = np.zeros((0, self.channels), np.float32)
        notes.store.get(self._tone, 60.0, 100)
        self._windows.prepare(self._tone)

    @property
    def buffered_samples(self) -> int:
        """Less than a hop."""
        return len(self._rest)

    def set_controls(self, values: Mapping[str, float], present: bool | None) -> bool:
        """Knobs go out as MIDI controllers."""
        for name in values:
            if name not in _RANGES:
                raise UnknownNameError("control", name, _RANGES)
        for name, value in values.items():
            kept = min(max(value, _RANGES[name].low), _RANGES[name].high)
            self._values[name] = kept
            if name in _NUMBERS:
                self._events.append(self._knob(name))
        return False

    def go_to(self, place: Place | None) -> bool:
        """Notes from now on sound as that place does; pitch and velocity are the notes' own."""
        if place is None:
            self._place = None
            return False
        self._place = Tone("a place", self._blend(place))
        return True

    def choose(self, choice: str, value: str) -> bool:
        """Another instrument for the notes from now on."""
        if choice != _CHOICE:
            raise UnknownNameError("choice", choice, [_CHOICE])
        self._tone = self._notes.instruments.find(value)
        self._place = None
        self._windows.forget_ahead()
        self._windows.prepare(self._tone)
        return True

    def midi(self, message: bytes) -> None:
        """Any channel message; what is none is refused."""
        event = decode_message(message, time.perf_counter())
        if event is None:
            raise InputError("this is no whole MIDI channel message")
        self._events.append(event)

    def pull(self, frames: int) -> FloatArray:
        """Ticks as many hops as are needed."""
        pieces = [self._rest]
        have = len(self._rest)
        while have < frames:
            began = time.perf_counter()
            block = self._tick()
            self.playing.meters.step.add(time.perf_counter() - began)
            pieces.append(block)
            have += len(block)
        sound = pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
        self._rest = sound[frames:]
        return sound[:frames]

    def close(self) -> None:
        """End the windows' thread, then the model."""
        self._windows.close()
        self._notes.close()

    def _tick(self) -> FloatArray:
        if self._events and self._own() != self._made_with:
            self._renew()
        while self._events:
            event = self._events.popleft()
            for synthesizer in (self._synthesizer, *self._ringing):
                if synthesizer is self._synthesizer or not _begins_note(event):
                    synthesizer.handle(event)
        sound = self._synthesizer.tick()
        for synthesizer in self._ringing:
            sound = sound + synthesizer.tick()
        if self._ringing:
            # A tail of reverb after the last voice is let go of with it.
            self._ringing = [s for s in self._ringing if s.voices]
            sound = np.clip(sound, -1, 1)
        return sound

    def _make(self) -> Synthesizer:
        own = self._own()
        setup = replace(self._notes.setup, reverb=own[0], distortion=own[1], glide_seconds=own[2])
        opened = Notes(setup, self._notes.bundle, self._notes.model)
        made = opened.synthesizer(request=self._request, channels=self.channels)
        for name in _NUMBERS:
            made.handle(self._knob(name))
        return made

    def _renew(self) -> None:
        """What belongs to a whole synthesizer was changed: the old one rings out."""
        self._made_with = self._own()
        old, self._synthesizer = self._synthesizer, self._make()
        if old.voices:
            self._ringing.append(old)

    def _request(self, tone: Tone, pitch: float, velocity: int) -> Found | None:
        """Of the tone that is chosen now, whatever the program of the channel."""
        return self._windows.request(self._place or self._tone, pitch, velocity)

    def _own(self) -> tuple[float, ...]:
        return tuple(self._values[control.name] for control in _OWN)

    def _knob(self, name: str) -> MidiEvent:
        return MidiEvent(time.perf_counter(), CONTROL, 0, _NUMBERS[name], round(self._values[name]))

    def _blend(self, place: Place) -> FloatArray:
        return tone_place(self._notes.bundle, place)

    def _made(self, seconds: float) -> None:
        self.playing.latest_generation_seconds = seconds


def _begins_note(event: MidiEvent) -> bool:
    return event.kind == 0x9 and event.two > 0
