"""The values that flow through a performance: plain and frozen."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.formats import PictureFormat, SpectrogramFormat
from latent_resonance.contracts.space import LatentSpace

FloatArray = npt.NDArray[np.float32]
ByteArray = npt.NDArray[np.uint8]

EventKind = Literal["note_on", "note_off", "control", "program", "bend", "pressure", "all_off"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens at one instant, such as the start of a note.

    Attributes:
        time_seconds: when, on the performance's clock.
        kind: ``note_on`` and ``note_off`` (``key``; ``value`` is the velocity, 1..127),
            ``control`` (``key`` is the MIDI controller number, 64 the sustain pedal; 0..127),
            ``program`` (``value`` 0..127), ``bend`` (``value`` -1..1), ``pressure`` (``value``
            0..127, of the note ``key``, or of the whole channel where ``key`` is below 0),
            ``all_off`` (every key and pedal of the channel goes up).
        channel: 0..15; for ``all_off`` also -1, every channel.
        key: MIDI note or controller number.
        value: see ``kind``.
    """

    time_seconds: float
    kind: EventKind
    channel: int = 0
    key: int = -1
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class Tempo:
    """The beat that a performer keeps.

    Attributes:
        time_seconds: when it was true, on the performance's clock.
        bpm: beats per minute, above 0.
        phase: part of a beat that had passed, 0..1.
        confidence: 0..1.
        exact: a clock gives it; else it was estimated from sound. A clock goes first.
    """

    time_seconds: float
    bpm: float
    phase: float
    confidence: float = 1.0
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Controls:
    """What is known of a performer at one moment.

    Attributes:
        time_seconds: when it was true, on the performance's own clock (0 at the start).
        values: control name to value, for example ``{"mouth": 0.4, "yaw_degrees": -12.0}``;
            the latest value wins.
        present: whether there is a performer (a face in view, a signal on the line).
        events: what happened since the last read, in order of time; none is ever dropped.
        choices: choice name to the word that was chosen, such as ``{"instrument": "cello"}``.
        place: a point of the latent space that the performer names directly, float32
            ``[latent_size]``; None leaves the place to the other controls.
        tempo: the beat, where the performer keeps one.
        vectors: what is told by many numbers at once, such as the timbre of a voice, by name,
            float32 ``[n]``; only those that a navigator follows. The arrays are the same ones
            until they are measured anew.
        away: names of values whose own source is gone, where others stand, such as a tracker's
            beside faders; None: all of them where nobody is present, else none.
    """

    time_seconds: float
    values: Mapping[str, float] = field(default_factory=dict)
    present: bool = True
    events: tuple[Event, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    place: FloatArray | None = None
    tempo: Tempo | None = None
    vectors: Mapping[str, FloatArray] = field(default_factory=dict)
    away: frozenset[str] | None = None

    @property
    def gone(self) -> frozenset[str]:
        """Names of values that nobody is there for."""
        if self.away is not None:
            return self.away
        return frozenset() if self.present else frozenset(self.values)


@dataclass(frozen=True, slots=True)
class OverKeys:
    """Seconds that change from key to key, such as how long a struck note sounds.

    Attributes:
        seconds: of middle C, above 0.
        per_octave: their factor for each octave up, above 0.
    """

    seconds: float
    per_octave: float = 1.0

    def at(self, pitch: float) -> float:
        """Seconds of a note of that MIDI number."""
        return self.seconds * float(self.per_octave ** ((pitch - 60) / 12))


@dataclass(frozen=True, slots=True)
class Hit:
    """How a strike in a model's window becomes a drum.

    Attributes:
        seconds: T60 of its fall, at most; what falls faster is left.
        semitones: of transposition.
        low_hz: what lies below is filtered out,
        high_hz: and what lies above.
        level_db: of its peak, re -3 dBFS.
        pan: 0 left .. 1 right.
        choke: a hit of the same group ends it; none where empty.
    """

    seconds: float
    semitones: float = 0.0
    low_hz: float = 20.0
    high_hz: float = 24_000.0
    level_db: float = 0.0
    pan: float = 0.5
    choke: str = ""


UNDAMPED_DB = 12.0
"""A string without a damper falls so much faster once its key is up, dB per second."""
TILT_KEYS = (36, 60, 84)
"""MIDI numbers between which a tone's tilt is a line; beyond them it stays."""


@dataclass(frozen=True, slots=True, eq=False)
class Tone:
    """A place of the latent space without pitch and velocity, and how its notes behave.

    Attributes:
        name: of the instrument, or what it was made of.
        w: float32 ``[latent_size]``; its pitch and velocity entries have no meaning.
        release_db_per_second: how fast a released note falls, above 0.
        undamped_from: MIDI number of the first key that has no damper; those from there on ring on.
        decay: T60 of what is struck or plucked; None for what is blown, bowed, sung or electric,
            and holds for as long as its key is down.
        attack: from 20 to 3 dB below the loudest of the first second, what is usual; None where
            nothing is known.
        velocity_tilt_db: how much brighter its hardest notes are than its softest, above 0: dB
            per octave above the fundamental.
        velocity_above_db: how much louder its hardest notes are in each band above 8 kHz beside
            what is below: at middle C, and its change per octave ``[2, bands]``; None where
            nothing is known.
        noise: between partials around each of ``sound.notes.NOISE_HZ``, dB of 100 Hz re the note,
            at middle C, and its change per octave; empty where nothing is known.
        window_tilt_db: how much brighter its notes are than what the model makes of them, dB per
            octave above the fundamental, at ``TILT_KEYS``.
        release: what is heard when its key goes up, ``sound.release_sounds``: level of each band at
            middle C, and its change per octave; empty where nothing is.
        hit: of a drum, a place of the chain's kit: what is struck sounds once, at no pitch.
    """

    name: str
    w: FloatArray
    release_db_per_second: float = 220.0
    decay: OverKeys | None = None
    velocity_tilt_db: float = 5.0
    attack: OverKeys | None = None
    noise: tuple[tuple[float, float], ...] = ()
    release: tuple[tuple[float, float], ...] = ()
    undamped_from: int = 128
    hit: Hit | None = None
    velocity_above_db: FloatArray | None = None
    window_tilt_db: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def brighter_above(self, pitch: float, octaves: float) -> FloatArray | None:
        """What velocity brings beside its tilt, dB from softest to hardest note ``[bands]``.

        Args:
            pitch: MIDI number.
            octaves: of 8 kHz above the fundamental.
        """
        if self.velocity_above_db is None:
            return None
        at, over = self.velocity_above_db
        whole = np.maximum(at + over * ((pitch - 60) / 12), 0)
        return np.asarray(whole - self.velocity_tilt_db * octaves, np.float32)

    def t60(self, pitch: float) -> float | None:
        """Seconds in which its held note falls by 60 dB; None where it does not."""
        return None if self.decay is None else self.decay.at(pitch)

    def fall_db_per_second(self, key: int) -> float:
        """How fast the note of a key falls once it is released."""
        undamped = key >= self.undamped_from
        return (
            min(self.release_db_per_second, UNDAMPED_DB) if undamped else self.release_db_per_second
        )

    def noise_db(self, pitch: float) -> tuple[float, ...]:
        """Levels of its noise at a MIDI number; empty where nothing is known."""
        return _on_lines(self.noise, pitch)

    def release_db(self, pitch: float) -> tuple[float, ...]:
        """Levels of what is heard when its key goes up; empty where nothing is."""
        return _on_lines(self.release, pitch)

    def tilt_db(self, pitch: float) -> float:
        """How much brighter than its window it is, dB per octave above the fundamental."""
        return float(np.interp(pitch, TILT_KEYS, self.window_tilt_db))

    def attack_seconds(self, pitch: float) -> float | None:
        """How long its note usually takes to begin; None where nothing is known."""
        return None if self.attack is None else self.attack.at(pitch)


def _on_lines(lines: tuple[tuple[float, float], ...], pitch: float) -> tuple[float, ...]:
    """Levels at a MIDI number, of those at middle C and their changes per octave."""
    return tuple(level + slope * (pitch - 60) / 12 for level, slope in lines)


@dataclass(frozen=True, slots=True, eq=False)
class Note:
    """One note as it is to sound now.

    Attributes:
        number: counts the notes of a performance; the same note keeps it.
        key: MIDI number of its key.
        velocity: 1..127.
        tones: what it sounds like, one, or several to move between.
        place: position in ``tones``, 0 .. len - 1.
        shift_semitones: bend, tuning and vibrato.
        glide_semitones: what is left of the way from the note before.
        gain: of its channel, in nepers.
        pan: 0 left .. 1 right.
        released_after: how many notes had begun when its key and all pedals let it go; it dies
            away from there on. None while it is held.
        silenced_after: how many had begun when it was to end at once; None if it was not.
        offset_seconds: when it begins, from the start of the step in which it is new.
        asked_seconds: time of its event, on the clock that the event was stamped with.
        quiet: whether a command let all notes go, so that no key is heard to go up.
    """

    number: int
    key: int
    velocity: int
    tones: tuple[Tone, ...]
    place: float = 0.0
    shift_semitones: float = 0.0
    glide_semitones: float = 0.0
    gain: float = 0.0
    pan: float = 0.5
    released_after: int | None = None
    silenced_after: int | None = None
    offset_seconds: float = 0.0
    asked_seconds: float = 0.0
    quiet: bool = False

    @property
    def held(self) -> bool:
        """Whether its key or a pedal holds it."""
        return self.released_after is None


@dataclass(frozen=True, slots=True, eq=False)
class Others:
    """Where other sounds of the same kind lie, from a place: new events of one that goes on.

    Attributes:
        going_on: for what goes on at a window's end, such as rain, float32 ``[n, latent_size]``.
        over: for what is over there, such as a hit, ``[n, latent_size]``.
    """

    going_on: FloatArray
    over: FloatArray


@dataclass(frozen=True, slots=True)
class Latent:
    """A place in a model's latent space, and the manner in which it is to be played.

    Attributes:
        w: the place, float32 ``[latent_size]``.
        play: renderer controls that go with it, for example ``{"speed": 0.0, "high_hz": 900.0}``.
            A renderer ignores those it does not have, so that any sense can drive any model.
        notes: the notes that sound, for renderers of notes, in order of their start.
        of_kit: whether the place is one of the chain's kit of drums, a model of its own.
        others: for renderers whose sound goes on from window to window; the same value until the
            performer goes to another kind of sound. None where one window goes round.
    """

    w: FloatArray
    play: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    of_kit: bool = False
    others: Others | None = None


@dataclass(frozen=True, slots=True)
class Spectrogram:
    """A window of sound as level over time and frequency.

    Attributes:
        level_db: float32 ``[bins, columns]``, in ``[-range_db, 0]`` dB below the reference,
            row 0 the lowest frequency.
        format: the layout.
        envelope_db: gains of the sound that the levels make, finer in time than columns, float32
            ``[columns * n]``: value ``j`` is at ``(j + 1/2) / n`` columns after the first one's
            centre. None where the levels are all.
    """

    level_db: FloatArray
    format: SpectrogramFormat
    envelope_db: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture: uint8 ``[height, width, 3]``, sRGB, and the time of the sound it belongs to."""

    pixels: ByteArray
    time_seconds: float


@dataclass(frozen=True, slots=True)
class AudioBlock:
    """Some sound: float32 ``[samples, channels]`` in -1..1, starting at ``start_sample``."""

    samples: FloatArray
    sample_rate: int
    start_sample: int = 0


@dataclass(frozen=True, slots=True)
class ControlRange:
    """A control's name, its range and its rest value; sliders, flags and docs derive from it."""

    name: str
    low: float
    high: float
    rest: float = 0.0
    unit: str = ""
    description: str = ""

    def within(self, value: float) -> float:
        """The value, brought into the range; at rest for NaN and infinity."""
        return min(max(value, self.low), self.high) if math.isfinite(value) else self.rest


@dataclass(frozen=True, slots=True)
class Spec:
    """What the parts of one chain agree on before they play.

    Attributes:
        sample_rate: of the sound, in Hz.
        channels: of the sound.
        step_seconds: time between two steps of the chain.
        seed: of everything random.
        space: the latent space of the chain's model.
        start: where the performer begins, float32 ``[latent_size]``; None is the navigator's own
            choice.
        format: what the model makes; None where there is no model.
        picture: what a picture renderer gives, for stages.
        listens: the controls that navigators and renderers of the performance can be moved by;
            a sensor without controls of its own (sliders, OSC) offers these.
        plays_notes: whether a navigator of the performance takes note events.
        follows: vectors that navigators of the performance follow; a sensor measures no others.
        named: sensed controls that maps name; a sensor that could give more than anybody wants
            (128 MIDI controllers) declares these.
        senses: what the performance's sensors give, for stages that pass it on; for sensors that
            took others' place, what those gave.
        sole: whether the sensor is the performance's only one.
        threads: processor threads a part may use, 0 for its own choice.
        live: whether it is played as time passes: what is lost cannot be made again.
        ahead_seconds: sound of the chain that may lie ready, as nothing that is played changes it;
            a card may keep half as much once more.
        kit: drums by their MIDI number; empty where the chain has none.
        meta: what else travels with the chain (a stage writes it into files where it can).
    """

    sample_rate: int = 16_000
    channels: int = 1
    step_seconds: float = 0.008
    seed: int = 0
    space: LatentSpace = field(default_factory=LatentSpace)
    start: FloatArray | None = None
    format: SpectrogramFormat | PictureFormat | None = None
    picture: PictureFormat | None = None
    listens: Sequence[ControlRange] = ()
    plays_notes: bool = False
    follows: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    senses: Sequence[ControlRange] = ()
    sole: bool = False
    threads: int = 0
    live: bool = False
    ahead_seconds: float = 0.0
    kit: Mapping[int, Tone] = field(default_factory=dict)
    meta: Mapping[str, str] = field(default_factory=dict)
