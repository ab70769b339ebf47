"""Voices for notes: each plays the model's window of its note; then distortion, room, limiter."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from pydantic import Field

from latent_resonance.contracts.errors import AssemblyError
from latent_resonance.contracts.formats import SoundFormat, SpectrogramFormat
from latent_resonance.contracts.parts import PartOptions, Renderer, Want, Windows
from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import (
    AudioBlock,
    ControlRange,
    FloatArray,
    Frame,
    Latent,
    Spec,
    Spectrogram,
    Tone,
)
from latent_resonance.render.spectral.finite_window import finite_window
from latent_resonance.render.voices.distortion import Distortion
from latent_resonance.render.voices.early_reflections import EarlyReflections
from latent_resonance.render.voices.hits import Strike, hit_want
from latent_resonance.render.voices.limiter import Limiter
from latent_resonance.render.voices.note_wants import NoteKey, note_key, note_want, wants_ahead
from latent_resonance.render.voices.note_window import NoteWindow, prepare_window
from latent_resonance.render.voices.reverb import ROOM_SECONDS, Reverb
from latent_resonance.render.voices.sounding_notes import SoundingNotes
from latent_resonance.render.voices.voice_bank import TILTS_TO_HZ
from latent_resonance.sound.full_band.fitted import Doubles, fitted
from latent_resonance.sound.full_band.note import note_at
from latent_resonance.sound.hits import make_hit
from latent_resonance.sound.notes import make_tone
from latent_resonance.sound.release_sounds import make_release
from latent_resonance.sound.smoothing import share
from latent_resonance.sound.transposition import semitones_to_ratio

# A control that jumps is followed this fast.
_FOLLOW_SECONDS = 0.03
_ARRIVED = 1e-3
# Windows of a keyboard's range are made only for a place that has stopped moving.
_STAYS_SECONDS = 0.25
_FIRST_NOTE = 60.0


class Options(PartOptions):
    """How many voices, and what they are played through."""

    polyphony: int = Field(24, ge=1, le=64, description="voices at once")
    channels: Literal[1, 2] = Field(2, description="1 mono, 2 stereo")
    width: float = Field(0.0, ge=0, le=1, description="first reflections, left and right")
    distortion: float = Field(0.0, ge=0, le=1, description="overdrive")
    reverb: float = Field(0.0, ge=0, le=1, description="a room around it")
    release_noise: float = Field(
        1.0, ge=0, le=4, description="what is heard when a piano's key goes up; 1 as recorded"
    )


@dataclass(slots=True)
class _State:
    """All that sounds, and what it goes through.

    Attributes:
        notes: and their voices.
        reflections: of the notes, left and right.
        distortion: the first effect.
        reverb: the second.
        limiter: the last.
        play: controls as they are in force.
        level: of ``gain_db``, a factor.
        steps: rendered so far.
        place: that windows are made for ahead of need, without pitch and velocity.
        asks_at: step in which they are asked for.
        rings: steps that a room which only a control opened goes on for.
    """

    notes: SoundingNotes
    reflections: EarlyReflections
    distortion: Distortion
    reverb: Reverb
    limiter: Limiter
    play: dict[str, float] = field(default_factory=dict)
    level: float = 1.0
    steps: int = 0
    place: bytes = b""
    asks_at: int = 0
    rings: int = 0


class Part(Renderer):
    """Renderer of ``Latent.notes``: one hop a step, delayed by the limiter's look-ahead."""

    accepts = (SpectrogramFormat,)
    lead_in_samples = 0
    latency_seconds = tail_seconds = 0.0

    def __init__(self, options: Options) -> None:
        self.options = options
        self._format = SpectrogramFormat()
        self._space = LatentSpace()
        self._seed = 0
        self._kit: Mapping[int, Tone] = {}

    @property
    def gives(self) -> SoundFormat:
        layout = self._format
        return SoundFormat(layout.sample_rate, self.options.channels, layout.hop)

    @property
    def controls(self) -> Sequence[ControlRange]:
        """Effects, brightness and level; at rest as the options have them."""
        options = self.options
        return [
            ControlRange("reverb", 0, 1, options.reverb, "", "a room around it"),
            ControlRange("distortion", 0, 1, options.distortion, "", "overdrive"),
            ControlRange("release_noise", 0, 4, options.release_noise, "", "of a piano's keys"),
            ControlRange("tilt_db", -12, 12, 0, "dB per octave", "above each note's fundamental"),
            ControlRange("gain_db", -96, 12, 0, "dB", "level"),
        ]

    def prepare(self, spec: Spec) -> None:
        """Take the model's layout and space.

        Raises:
            AssemblyError: the model makes no spectrograms, or none of notes.
        """
        if not isinstance(spec.format, SpectrogramFormat):
            raise AssemblyError("note_voices needs a model that makes spectrograms")
        if not spec.space.plays_notes:
            raise AssemblyError("note_voices needs a model of notes, with timbre and pitch in it")
        self._format, self._space, self._seed = spec.format, spec.space, spec.seed
        self._kit = spec.kit
        self._ranges = {control.name: control for control in self.controls}
        self._follows = share(spec.format.hop_seconds, _FOLLOW_SECONDS)
        self._room_steps = round(ROOM_SECONDS / spec.format.hop_seconds)
        self._stays_steps = round(_STAYS_SECONDS / spec.format.hop_seconds)
        rate = spec.format.sample_rate
        self.lead_in_samples = spec.format.hop
        self.latency_seconds = self.lead_in_samples / rate
        self.tail_seconds = spec.format.n_fft / rate
        self.tail_seconds += ROOM_SECONDS if self.options.reverb > 0 else 0.0

    def start(self) -> _State:
        layout, space, options = self._format, self._space, self.options
        channels, rate = options.channels, layout.sample_rate
        return _State(
            SoundingNotes(layout, space, options.polyphony, channels, self._seed),
            EarlyReflections(options.width, rate),
            Distortion(options.distortion, channels),
            Reverb(options.reverb, rate, channels),
            Limiter(layout.hop, channels, rate),
        )

    def ready(self, made: Spectrogram | Frame, want: Want) -> NoteWindow | Strike:
        """A note's window, or the sound of a drum."""
        if not isinstance(made, Spectrogram):
            raise AssemblyError("the model makes no spectrograms")
        made = finite_window(made)
        tone: Tone = want.about
        if tone.hit is not None:
            return Strike.of(make_hit(made, tone.hit, self._seed))
        assert isinstance(want.key, NoteKey)  # noqa: S101 - so note_want makes them
        pitch = want.key.pitch
        hz = 440 * semitones_to_ratio(pitch - 69)
        usual = tone.t60(pitch), tone.attack_seconds(pitch)
        noise, tilt = tone.noise_db(pitch), tone.tilt_db(pitch)
        window = prepare_window(made, *usual, hz, noise, tilt, self._above_db(made, want))
        levels = tone.release_db(pitch)
        if not levels:
            return window
        return replace(window, release=make_release(levels, made.format.sample_rate, pitch))

    def _above_db(self, made: Spectrogram, want: Want) -> Doubles | None:
        note, law = note_at(self._space, want.w), fitted().law
        wide = made.format.sample_rate > 2 * TILTS_TO_HZ
        return law.levels(note) if wide and note is not None and law is not None else None

    def render(
        self, state: _State, latent: Latent, windows: Windows
    ) -> tuple[AudioBlock, Sequence[Want], _State]:
        """One hop ``[hop, channels]``. The state that was given is used up."""
        self._follow(state, latent.play)
        play = state.play
        sound = state.notes.tick(latent.notes, play["tilt_db"], windows, play["release_noise"])
        sound = state.reflections.process(sound)
        sound = state.distortion.process(sound, play["distortion"])
        sound = state.reverb.process(sound, play["reverb"])
        sound = state.limiter.process(self._levelled(state, sound))
        if self.options.reverb <= 0:
            rung = len(state.notes) and play["reverb"] > 0
            state.rings = self._room_steps if rung else max(0, state.rings - 1)
        wants = state.notes.wants + self._ahead(state, latent.w)
        block = AudioBlock(sound, self._format.sample_rate, state.steps * self._format.hop)
        state.steps += 1
        return block, wants, state

    def sounding(self, state: _State) -> int:
        """Voices, notes that wait for their window, and a room that only a control opened."""
        return len(state.notes) + (state.rings > 0)

    def report(self, state: _State) -> Mapping[str, Any]:
        notes = state.notes
        return {
            "most_voices": notes.most_voices,
            "voices_stolen": notes.stolen,
            "notes_that_waited": notes.late,
            "notes_from_a_neighbour": notes.neighbours,
            "limiter_db": round(20 * math.log10(state.limiter.least), 2),
        }

    def _follow(self, state: _State, play: Mapping[str, float]) -> None:
        """Bring the controls nearer to what is asked; the first step begins with it."""
        for name, range_ in self._ranges.items():
            goal = range_.within(play.get(name, range_.rest))
            now = state.play.get(name, goal)
            if abs(goal - now) > _ARRIVED * (range_.high - range_.low):
                goal = now + self._follows * (goal - now)
            state.play[name] = goal
        if not state.steps:
            state.distortion.amount = state.play["distortion"]
            state.reverb.amount = state.play["reverb"]
            state.level = _factor(state.play["gain_db"])

    @staticmethod
    def _levelled(state: _State, sound: FloatArray) -> FloatArray:
        before, state.level = state.level, _factor(state.play["gain_db"])
        if before == state.level == 1:
            return sound
        ramp = np.linspace(before, state.level, len(sound) + 1, dtype=np.float32)[1:, None]
        return np.asarray(sound * ramp, np.float32)

    def _ahead(self, state: _State, w: FloatArray) -> list[Want]:
        """Windows of a keyboard's range, once for a tone that stays; one at once, to warm up.

        All drums of the kit before them: a key whose window is missing waits or takes a
        neighbour's, a drum is left out.
        """
        place = w[:-2].tobytes()
        if place != state.place:
            state.place = place
            state.asks_at = state.steps + (self._stays_steps if state.steps else 0)
        if state.steps != state.asks_at:
            return []
        # Asked again with each tone, as what was not begun is given up; those that are there cost
        # nothing.
        drums = [hit_want(tone, ahead=True) for tone in self._kit.values()]
        tone = make_tone(self._space, "", w)
        first = [note_want(self._space, tone, note_key(tone, _FIRST_NOTE))]
        return ([] if state.steps else first) + drums + wants_ahead(self._space, tone)


def _factor(gain_db: float) -> float:
    return float(10 ** (gain_db / 20))
