"""Windows of notes, made once: the nearest pitch that is exact, one of a few velocities."""

import threading
from collections import OrderedDict
from typing import NamedTuple

from latent_resonance.contracts.errors import AssemblyError
from latent_resonance.contracts.parts import Model
from latent_resonance.contracts.values import Latent, Spectrogram
from latent_resonance.engine.meters import Distribution
from latent_resonance.engine.notes.instruments import (
    HIGHEST_PITCH,
    LOWEST_PITCH,
    Instruments,
    Tone,
)
from latent_resonance.render.note_voices.note_window import NoteWindow, prepare_window

VELOCITY_STEPS = 8
"""Velocities that a window is made for; the level in between is exact, the timbre the nearest."""

# A neighbour's timbre changes by a step of velocity as by so many semitones.
_STEP_COSTS = 0.7


class NoteKey(NamedTuple):
    """What a window is made of: place without pitch and velocity, pitch, velocity step."""

    place: bytes
    pitch: float
    step: int


class Found(NamedTuple):
    """A window, and the MIDI number that it sounds at: not always the one asked for."""

    window: NoteWindow
    pitch: float


class WindowStore:
    """Makes windows and keeps the latest used.

    Safe to use from several threads; the model is asked by one at a time.

    Args:
        model: prepared.
        instruments: of the same bundle.
        most_windows: how many are kept, of about 0.8 MB each.
    """

    def __init__(self, model: Model, instruments: Instruments, most_windows: int = 256) -> None:
        self._model = model
        self._instruments = instruments
        self._most = max(1, most_windows)
        self._windows: OrderedDict[NoteKey, NoteWindow] = OrderedDict()
        self._lock = threading.Lock()
        self._asking = threading.Lock()
        self.generation = Distribution()

    def key(self, tone: Tone, pitch: float, velocity: int) -> NoteKey:
        """The key of a note; pitches that the model does not reach get the nearest that it does."""
        step = min(round(velocity / 127 * (VELOCITY_STEPS - 1)), VELOCITY_STEPS - 1)
        place = tone.w[:-2].tobytes()
        return NoteKey(place, min(max(pitch, LOWEST_PITCH), HIGHEST_PITCH), step)

    def peek(self, tone: Tone, pitch: float, velocity: int) -> NoteWindow | None:
        """The window if it is there, at no cost."""
        key = self.key(tone, pitch, velocity)
        with self._lock:
            window = self._windows.get(key)
            if window is not None:
                self._windows.move_to_end(key)
            return window

    def nearest(self, tone: Tone, pitch: float, velocity: int, most: float) -> Found | None:
        """What is there of the same tone within ``most`` semitones, at no cost."""
        wanted = self.key(tone, pitch, velocity)
        with self._lock:
            near = [
                (abs(key.pitch - wanted.pitch) + _STEP_COSTS * abs(key.step - wanted.step), key)
                for key in self._windows
                if key.place == wanted.place and abs(key.pitch - wanted.pitch) <= most
            ]
            if not near:
                return None
            key = min(near)[1]
            return Found(self._windows[key], key.pitch)

    def get(self, tone: Tone, pitch: float, velocity: int) -> NoteWindow:
        """The window; makes it first where it is missing (some milliseconds)."""
        import time

        window = self.peek(tone, pitch, velocity)
        if window is not None:
            return window
        key = self.key(tone, pitch, velocity)
        with self._asking:
            window = self.peek(tone, pitch, velocity)
            if window is not None:
                return window
            began = time.perf_counter()
            w = self._instruments.note(tone, key.pitch, key.step / (VELOCITY_STEPS - 1))
            made = self._model.generate(Latent(w))
            if not isinstance(made, Spectrogram):
                raise AssemblyError("the model makes no spectrograms")
            instruments = self._instruments
            window = prepare_window(
                made, instruments.holds_db_per_second(tone), instruments.sustains(tone)
            )
            self.generation.add(time.perf_counter() - began)
        with self._lock:
            self._windows[key] = window
            while len(self._windows) > self._most:
                self._windows.popitem(last=False)
        return window
