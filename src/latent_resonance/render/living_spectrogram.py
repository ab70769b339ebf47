"""The living spectrogram: a playhead moves over magnitudes, phase is made as it goes.

Nothing is ever cross-faded as a waveform. Windows of the model are blended as magnitudes at the
same playhead, the window's end is blended into its start, and one streaming phase runs through
it all (see ``sound.phase_streaming``), so speed, freeze, reverse, refresh and wrap cost nothing
and click nowhere.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import Field

from latent_resonance.contracts.errors import AssemblyError
from latent_resonance.contracts.formats import SoundFormat, SpectrogramFormat
from latent_resonance.contracts.parts import PartOptions, Renderer, Want, Windows
from latent_resonance.contracts.values import (
    AudioBlock,
    ControlRange,
    FloatArray,
    Frame,
    Latent,
    Spec,
    Spectrogram,
)
from latent_resonance.render.spectral.breath import Breath, BreathState
from latent_resonance.render.spectral.events import Course, Event, Events
from latent_resonance.render.spectral.finite_window import finite_window
from latent_resonance.render.spectral.level import Leveller, k_weights
from latent_resonance.render.spectral.loop import Loop, mix, read_column, read_envelope
from latent_resonance.render.spectral.shaping import BandShaper, gate
from latent_resonance.render.spectral.width import Width
from latent_resonance.sound.phase_streaming import PhasePlan, PhaseState, propagate, start
from latent_resonance.sound.smoothing import share
from latent_resonance.sound.stft import synthesis_window
from latent_resonance.sound.transposition import Stretch, lobe_level, semitones_to_ratio

_DB = math.log(10) / 20
# Louder peaks than this are turned down frame by frame; leaves room for what lies between samples.
_CEILING = 0.7
_RELEASE_SECONDS = 0.1
_NOTHING = np.float32(1e-9)
# Semitones: a tenth of a cent.
_IN_TUNE = 1e-3


class Options(PartOptions):
    """How windows follow one another, and how loud it is."""

    refresh_seconds: float = Field(0.04, gt=0, description="blend from one window to the next")
    event_seconds: float = Field(
        0.5, ge=0, description="blend from event to event of what goes on; 0: one goes round"
    )
    wrap_columns: int = Field(48, ge=0, description="columns blended where the window wraps")
    smooth_seconds: float = Field(0.012, ge=0, description="smoothing of the spectral controls")
    target_lufs: float = Field(-20.0, ge=-60, le=-6, description="loudness it keeps near")
    channels: Literal[1, 2] = Field(1, description="1 mono, 2 stereo")
    most_level_db: float = Field(36.0, ge=0, description="most that the level is turned; 0 is off")


@dataclass(frozen=True, slots=True)
class _State:
    """One performance between two hops; arrays are never written to."""

    old: Loop
    new: Loop
    blend: float
    pace: float
    course: Course | None
    taken: Loop | None
    playhead: float
    controls: tuple[float, ...]
    phase: PhaseState
    breath: BreathState
    tail: FloatArray
    steady: FloatArray | None
    level_db: float | None
    limit: float
    sounding: bool
    index: int


class Part(Renderer):
    """Renderer: one hop of sound per step, delayed by half a window."""

    accepts = (SpectrogramFormat,)
    latency_seconds = 0.0
    controls: Sequence[ControlRange] = (
        ControlRange("speed", -2, 2, 1, "x", "of the playhead: 1 as made, 0 frozen, -1 reversed"),
        ControlRange("low_hz", 0, 24_000, 0, "Hz", "bottom of the band"),
        ControlRange("high_hz", 20, 24_000, 24_000, "Hz", "top of the band"),
        ControlRange("tilt_db", -12, 12, 0, "dB per octave", "around 1 kHz"),
        ControlRange("gain_db", -96, 12, 0, "dB", "level"),
        ControlRange("gate_db", -96, 0, -96, "dB", "partials that far below the loudest are muted"),
        ControlRange("entropy", 0, 1, 0, "", "breath between the partials"),
        ControlRange("transpose", -24, 24, 0, "semitones", "of all partials"),
        ControlRange("root", -24, 24, 0, "semitones", "that transpose counts from"),
    )

    def __init__(self, options: Options) -> None:
        self.options = options
        self._format = SpectrogramFormat()

    @property
    def gives(self) -> SoundFormat:
        return SoundFormat(self._format.sample_rate, self.options.channels, self._format.hop)

    @property
    def refresh_seconds(self) -> float:
        """The time of one blend: a newer window would cut it short."""
        return self.options.refresh_seconds

    def prepare(self, spec: Spec) -> None:
        """Build tables for the model's layout.

        Raises:
            AssemblyError: the model makes no spectrograms.
        """
        layout = spec.format
        if not isinstance(layout, SpectrogramFormat):
            raise AssemblyError("living_spectrogram needs a model that makes spectrograms")
        self._format = layout
        self._hop = layout.hop
        # A short window keeps three quarters of itself unblended.
        wrap = self.options.wrap_columns
        self._wrap = wrap if wrap <= layout.columns // 2 else layout.columns // 4
        self._seed = spec.seed
        self.latency_seconds = layout.n_fft / 2 / layout.sample_rate
        self._plan = PhasePlan.build(layout.n_fft, layout.hop, layout.window, layout.range_db)
        self._synthesis = synthesis_window(layout.window, layout.n_fft, layout.hop)
        analysis = self._plan.window
        middle = slice(layout.n_fft // 4, 3 * layout.n_fft // 4)
        self._middle = middle
        self._unwindow = 1 / analysis[middle]
        samples = np.arange(layout.n_fft, dtype=np.float32)
        self._columns_around = (samples - layout.n_fft // 2) / np.float32(layout.hop)
        # A sinusoid of amplitude 1 peaks at sum(window) / 2: levels of 0 dB are that loud.
        self._scale = np.float32(analysis.sum() / 2)
        self._shaper = BandShaper(layout.bins, layout.sample_rate)
        self._breath = Breath(layout.bins, spec.seed)
        power = float(2 * self._scale**2 / (layout.n_fft * np.sum(analysis**2)))
        self._width = Width(
            layout.bins, layout.sample_rate / layout.n_fft, layout.hop_seconds, spec.seed
        )
        self._leveller = Leveller(
            k_weights(layout.bins, layout.sample_rate),
            power * self.options.channels,
            self.options.target_lufs,
            layout.hop_seconds,
            self.options.most_level_db,
        )
        self._rest = tuple(control.rest for control in self.controls)
        self._smooth = share(layout.hop_seconds, self.options.smooth_seconds)
        self._release = share(layout.hop_seconds, _RELEASE_SECONDS)
        self._blend_step = min(1.0, layout.hop_seconds / self.options.refresh_seconds)
        event_seconds = max(self.options.event_seconds, self.options.refresh_seconds)
        self._event_step = min(1.0, layout.hop_seconds / event_seconds)
        self._events = Events(
            layout.columns - self._wrap,
            layout.hop_seconds,
            math.ceil(1 / self._blend_step),
            spec.seed,
        )

    def start(self) -> _State:
        layout = self._format
        nothing = Loop(np.zeros((layout.columns - self._wrap, layout.bins), np.float32))
        return _State(
            old=nothing,
            new=nothing,
            blend=1.0,
            pace=1.0,
            course=None,
            taken=None,
            playhead=0.0,
            controls=(),
            phase=start(self._plan, self._seed),
            breath=self._breath.start(),
            tail=np.zeros((self.options.channels, layout.n_fft), np.float32),
            steady=None,
            level_db=None,
            limit=1.0,
            sounding=False,
            index=0,
        )

    def ready(self, made: Spectrogram | Frame, want: Want) -> Loop:
        """The window as a loop of ``columns - wrap``, turned as its event is to be heard.

        Raises:
            AssemblyError: it has another layout than the one that was agreed on.
        """
        wanted = (self._format.bins, self._format.columns)
        if not isinstance(made, Spectrogram) or made.level_db.shape != wanted:
            raise AssemblyError(f"the model made something else than a window of {wanted}")
        made = finite_window(made)
        if not isinstance(want.about, Event):
            return Loop.of(made, self._wrap)
        loop = Loop.of_event(made, self._wrap, want.about)
        return loop.turned(-want.about.turn) if want.about.turn else loop

    def render(
        self, state: _State, latent: Latent, windows: Windows
    ) -> tuple[AudioBlock, Sequence[Want], _State]:
        """One hop ``[hop, channels]``; a window that is new is faded in from this hop on. Pure."""
        old, new, blend, pace = state.old, state.new, state.blend, state.pace
        window = windows.latest()
        course, heard, heard_pace = self._next(state, latent, window)
        if heard is not None:
            old = mix(old, new, blend)
            # The first window has nothing to blend with: its frames fade in by themselves.
            blend = 0.0 if state.sounding else 1.0
            new, pace = heard, heard_pace
        blend = min(1.0, blend + pace)
        if blend >= 1.0:
            old = new

        controls = self._follow(state.controls, latent.play)
        speed, low_hz, high_hz, tilt_db, gain_db, gate_db, entropy, transpose, root = controls
        here = _read(old, new, blend, state.playhead)
        slope = self._slope(old, new, blend, state.playhead, speed)
        over, ratio = None, semitones_to_ratio(transpose + root)
        if abs(transpose + root) > _IN_TUNE:
            here, slope, over = self._transposed(here, slope, ratio)
        else:
            ratio = 1.0

        breathed, breath = self._breath.stir(state.breath, here, entropy)
        log_magnitude = np.log(breathed + _NOTHING)
        if gate_db > -96:
            log_magnitude = gate(log_magnitude, gate_db)
        shape = self._shaper.gain_db(low_hz, high_hz, tilt_db)
        log_magnitude += shape * np.float32(_DB)
        envelope = self._envelope(old, new, blend, state.playhead, speed)
        within = None if envelope is None else envelope[self._middle]
        level_db, carried = self._leveller.follow(state.level_db, np.exp(log_magnitude), within)
        if not self.options.most_level_db:
            level_db = 0.0
        log_magnitude += np.float32((level_db + gain_db) * _DB)

        phase, phase_state = propagate(self._plan, state.phase, log_magnitude, slope, over, ratio)
        angle, steady = None, None
        if self.options.channels == 2:
            angle, steady = self._width.turn(state.steady, log_magnitude)
        frames, limit = self._frames(log_magnitude, phase, angle, envelope, state.limit)
        tail = np.zeros_like(state.tail)
        tail[:, : -self._hop] = state.tail[:, self._hop :]
        tail += frames
        sound = np.clip(tail[:, : self._hop].T, -0.89, 0.89)
        want = Want(latent.w)
        if course is not None:
            course = self._events.go_on(course, state.playhead, speed, new.over)
            want = Want(self._events.place(course, latent.w), about=course.wanted)
        after = _State(
            old=old,
            new=new,
            blend=blend,
            pace=pace,
            course=course,
            taken=window,
            playhead=(state.playhead + speed) % len(new),
            controls=controls,
            phase=phase_state,
            breath=breath,
            tail=tail,
            steady=steady,
            level_db=carried,
            limit=limit,
            sounding=state.sounding or heard is not None,
            index=state.index + 1,
        )
        block = AudioBlock(sound, self._format.sample_rate, state.index * self._hop)
        return block, (want,), after

    def _next(
        self, state: _State, latent: Latent, window: Loop | None
    ) -> tuple[Course | None, Loop | None, float]:
        """The course, a window that is to be heard from now on, and its share of blend a hop."""
        arrived = window if window is not state.taken else None
        events, over = self._events, state.new.over
        course = events.follow(state.course, latent) if self.options.event_seconds else None
        if course is None or not state.sounding:
            return course, arrived, self._blend_step
        before = course.now
        if arrived is not None:
            course, at_once = events.take(course, arrived, over)
            if at_once:
                slow = course.now is not before
                return course, arrived, self._event_step if slow else self._blend_step
        course, waited = events.due(course)
        return course, waited, self._blend_step

    def _follow(self, before: tuple[float, ...], play: Mapping[str, float]) -> tuple[float, ...]:
        """Controls within their ranges, spectral ones smoothed; speed is exact."""
        wanted = tuple(
            control.within(play.get(control.name, control.rest)) for control in self.controls
        )
        if not before:
            return wanted
        return (
            wanted[0],
            *(b + self._smooth * (w - b) for b, w in zip(before[1:], wanted[1:], strict=True)),
        )

    def _slope(
        self, old: Loop, new: Loop, blend: float, playhead: float, speed: float
    ) -> FloatArray:
        """Change of log-magnitude per hop ``[bins]``: the window knows its own future."""
        if speed == 0:
            return np.zeros(self._format.bins, np.float32)
        after = _read(old, new, blend, playhead + speed)
        before = _read(old, new, blend, playhead - speed)
        tiny = np.float32(1e-5)
        return (0.5 * np.log((after + tiny) / (before + tiny))).astype(np.float32)

    def _envelope(
        self, old: Loop, new: Loop, blend: float, playhead: float, speed: float
    ) -> FloatArray | None:
        """Gains of the samples of the frame ``[n_fft]``; None where no window has an envelope.

        Frames that overlap have the same gain at the same sample: what they add up to is the
        sound times its envelope, however fast the playhead goes.
        """
        if old.envelope is None and new.envelope is None:
            return None
        positions = np.float32(playhead) + np.float32(speed) * self._columns_around
        here: FloatArray | np.float32 = np.float32(1)
        if new.envelope is not None:
            here = read_envelope(new, positions)
        if old is new:
            return np.asarray(here, np.float32)
        before: FloatArray | np.float32 = np.float32(1)
        if old.envelope is not None:
            before = read_envelope(old, positions)
        return np.asarray(before + np.float32(blend) * (here - before), np.float32)

    def _transposed(
        self, magnitude: FloatArray, slope: FloatArray, ratio: float
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Magnitudes and their change per hop with all partials at ``ratio`` times their frequency.

        Returns:
            Both, and the log-magnitude slope over frequency from before, at the new places.
        """
        layout = self._format
        level = np.log(magnitude + _NOTHING)
        over = np.zeros_like(level)
        np.subtract(level[2:], level[:-2], out=over[1:-1])
        over *= np.float32(0.5)
        stretched = Stretch(np.array([ratio]), len(level))
        moved = stretched(level[None], math.log(_NOTHING))[0]
        moved += np.float32(lobe_level(ratio, layout.window, layout.n_fft, layout.hop))
        return np.exp(moved), stretched(slope[None], 0.0)[0], stretched(over[None], 0.0)[0]

    def _frames(
        self,
        log_magnitude: FloatArray,
        phase: FloatArray,
        angle: FloatArray | None,
        envelope: FloatArray | None,
        limit: float,
    ) -> tuple[FloatArray, float]:
        """Windowed frames ``[channels, n_fft]``, turned down as a whole where one would peak."""
        spectra = np.zeros((self.options.channels, self._format.bins + 1), np.complex64)
        spectra[:, :-1] = self._scale * np.exp(log_magnitude + 1j * phase)
        if angle is not None:
            turn = np.exp(1j * angle)
            spectra[0, :-1] *= turn
            spectra[1, :-1] *= turn.conj()
        spectra[:, 0] = 0
        frames = np.fft.irfft(spectra, self._format.n_fft).astype(np.float32)
        if envelope is not None:
            frames *= envelope
        peak = float(np.max(np.abs(frames[:, self._middle]) * self._unwindow))
        needed = _CEILING / peak if peak > _CEILING else 1.0
        limit = min(needed, limit + self._release * (1 - limit))
        return frames * self._synthesis * np.float32(limit), limit


def _read(old: Loop, new: Loop, blend: float, position: float) -> FloatArray:
    there = read_column(new.magnitude, position)
    if blend >= 1 or old is new:
        return there
    here = read_column(old.magnitude, position)
    return here + np.float32(blend) * (there - here)
