"""A keyboard: note events, pedals and wheels become notes at places of the latent space."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pydantic import Field, model_validator

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.mapping import ControlMap
from latent_resonance.contracts.parts import Navigator, PartOptions
from latent_resonance.contracts.values import (
    ControlRange,
    Controls,
    Event,
    Latent,
    Spec,
    Tone,
)
from latent_resonance.navigate.keys import gestures
from latent_resonance.navigate.keys.channel import (
    EXPRESSION,
    MODULATION,
    PAN,
    SUSTAIN,
    VOLUME,
)
from latent_resonance.navigate.keys.instruments import Instruments
from latent_resonance.navigate.keys.keys import OWN_CHANNEL, Keys
from latent_resonance.navigate.keys.step import DRUM_CHANNEL, Step
from latent_resonance.sound.drums import KIT

_INSTRUMENT = "instrument"
_MORPH_STEPS = 8
_MOST_GLIDE_SECONDS = 2.0
_BRIGHTEST_DB = 6.0

# By MIDI controller: moved, they act on all channels, as that controller would.
_KNOBS = {
    VOLUME: ControlRange("volume", 0, 127, 100, "", "of all that sounds"),
    PAN: ControlRange("pan", 0, 127, 64, "", "0 left .. 127 right"),
    MODULATION: ControlRange("modulation", 0, 127, 0, "", "vibrato"),
    EXPRESSION: ControlRange("expression", 0, 127, 127, "", "swells while notes sound"),
    SUSTAIN: ControlRange("sustain", 0, 127, 0, "", "pedal: down from 64 on"),
}


class Options(PartOptions):
    """What the keys sound like."""

    instrument: str | None = Field(None, description="of all notes; none follows MIDI programs")
    latent: list[float] = Field([], description="moves the first timbre numbers")
    morph: str | None = Field(None, description="instrument that all notes are on their way to")
    morph_seconds: float = Field(30.0, gt=0, description="length of the way to it")
    glide_seconds: float = Field(
        0.0,
        ge=0,
        le=10,
        description="glide from each note to the next",
        json_schema_extra={"flag": "--glide"},
    )
    melodic_drums: bool = Field(
        default=False, description="play channel 10 as a melody, not as drums"
    )
    off_lifts_pedals: bool = Field(
        default=False, description="all notes off (controller 123) lifts the pedals too"
    )

    @model_validator(mode="before")
    @classmethod
    def _by_older_name(cls, given: Any) -> Any:
        """Recipes and files of notes from before ``melodic_drums`` say ``drums``."""
        if not isinstance(given, Mapping) or "drums" not in given:
            return given
        rest = {name: value for name, value in given.items() if name != "drums"}
        return {"melodic_drums": given["drums"], **rest}


@dataclass(frozen=True, slots=True)
class _State:
    """Keys, and what the controls last said.

    Attributes:
        keys: never changed.
        pending: events that belong to the next step's first sample.
        knobs: MIDI values by controller, of knobs that were moved.
        own_key: that the controls play.
        program: of the last program change on any channel.
    """

    keys: Keys
    pending: tuple[Event, ...] = ()
    knobs: Mapping[int, int] = field(default_factory=dict)
    own_key: int | None = None
    program: int | None = None


class Part(Navigator):
    """Navigator of notes: sixteen MIDI channels, and keys that controls play."""

    plays_notes = True

    def __init__(self, options: Options) -> None:
        self.options = options
        self._rate, self._seed = 16_000, 0

    @property
    def listens(self) -> Sequence[ControlRange]:
        """Knobs, wheel and glide; a level and a key that play notes where no event does."""
        glide = self.options.glide_seconds
        most = max(_MOST_GLIDE_SECONDS, glide)
        return [
            *_KNOBS.values(),
            ControlRange("bend", -1, 1, 0, "", "added to the pitch wheels"),
            ControlRange("glide_seconds", 0, most, glide, "s", "from each note to the next"),
            ControlRange("brightness", -1, 1, 0, "", "darker below 0"),
            ControlRange(gestures.KEY, 0, 127, 60, "MIDI number", "key that play_level plays"),
            ControlRange(gestures.LEVEL, 0, 1, 0, "", "plays play_key while it is high"),
        ]

    @property
    def choices(self) -> Mapping[str, Sequence[str]]:
        return {_INSTRUMENT: self._instruments.names}

    def prepare(self, spec: Spec) -> None:
        """Find the instruments.

        Raises:
            AssemblyError: the model plays no notes.
            UnknownNameError: it has no such instrument.
            InputError: ``latent`` does not fit its timbre, or ``morph`` is of the drum kit.
        """
        options = self.options
        self._rate, self._seed = spec.sample_rate, spec.seed
        self._instruments = known = Instruments(spec.space, options.latent, spec.kit)
        self._tone = None if options.instrument is None else known.find(options.instrument)
        self._goal = None if options.morph is None else known.find(options.morph)
        self._ways: dict[str, tuple[Tone, ...]] = {}
        if KIT in {one.name for one in (self._tone, self._goal) if one and self._goal}:
            raise InputError(
                "a morph leads from one instrument to another, and the drum kit is none: leave "
                "'morph' out, or name another instrument"
            )

    def suggest(self, sensed: Sequence[ControlRange]) -> ControlMap:
        """A face or music plays ``play_key`` by ``play_level``; sliders move what they name."""
        return gestures.suggest(sensed, self.listens)

    def start(self) -> _State:
        return _State(Keys())

    def step(self, state: _State, controls: Controls, dt_seconds: float) -> tuple[Latent, _State]:
        values, rate = controls.values, self._rate
        keys = state.keys.copy()
        keys.forget(rate)
        seconds = keys.sample / rate
        position = self._position(seconds)
        tones = self._tones(controls)
        step = Step(
            keys=keys,
            rate=rate,
            begin=round(controls.time_seconds * rate),
            samples=round(dt_seconds * rate),
            glide_seconds=values.get("glide_seconds", self.options.glide_seconds),
            melodic_drums=self.options.melodic_drums,
            tones=partial(self._of_note, keys, tones, int(position)),
            position=position - int(position),
            program=state.program,
            off_lifts_pedals=self.options.off_lifts_pedals,
        )
        knobs = _turn(keys, state.knobs, values)
        # Where everything is to be let go of, no gesture strikes a key beside it.
        let_go = any(one.kind == "all_off" and one.channel < 0 for one in controls.events)
        own_key = None if let_go else gestures.played_key(state.own_key, values)
        if own_key != state.own_key:
            if state.own_key is not None:
                keys.lift(OWN_CHANNEL, state.own_key)
            if own_key is not None:
                velocity = gestures.played_velocity(values[gestures.LEVEL])
                step.strike(OWN_CHANNEL, own_key, velocity, 0, controls.time_seconds)
        pending = step.take((*state.pending, *controls.events))
        bend, way = values.get("bend", 0.0), _MORPH_STEPS + 1 if self._goal else 0
        notes = keys.move(seconds, bend, position, way, self._seed, rate)
        keys.sample += step.samples
        play = {}
        if "brightness" in values:
            play["tilt_db"] = _BRIGHTEST_DB * values["brightness"]
        current = (tones or self._of_program(step.program, int(position)))[0]
        return Latent(current.w, play, notes), _State(keys, pending, knobs, own_key, step.program)

    def report(self, state: _State) -> Mapping[str, Any]:
        keys, drums = state.keys, state.keys.drum_notes
        told = f"{drums} notes on the drum channel were skipped: there is no drum for them"
        if self._tone is not None and self._tone.name == KIT:
            told = f"{drums} notes were skipped: the drum kit has no drum for them"
        return {
            "notes": keys.notes,
            "instruments": sorted(keys.instruments),
            "drum_notes_skipped": drums,
            **({"note": told} if drums else {}),
        }

    def _of_note(
        self, keys: Keys, tones: tuple[Tone, ...], first: int, channel: int, key: int
    ) -> tuple[Tone, ...]:
        """What a note sounds like; ``tones`` are those of all, empty where programs choose."""
        known = self._instruments
        if channel == DRUM_CHANNEL and not self.options.melodic_drums:
            return known.at_key((known.find(KIT),), key) if known.kit else ()
        own = tones or self._of_program(keys.channels[channel].program, first)
        return known.at_key(own, key)

    def _of_program(self, program: int | None, first: int) -> tuple[Tone, ...]:
        """What a note of a program that begins now sounds like; a piano without a program."""
        start = self._tone or self._instruments.for_program(program or 0)
        return self._way(start)[first:]

    def _way(self, start: Tone) -> tuple[Tone, ...]:
        """The tones of a morph from there; ``start`` alone without one."""
        if self._goal is None:
            return (start,)
        if start.name not in self._ways:
            shares = (step / _MORPH_STEPS for step in range(_MORPH_STEPS + 1))
            between = self._instruments.between
            self._ways[start.name] = tuple(between(start, self._goal, one) for one in shares)
        return self._ways[start.name]

    def _position(self, seconds: float) -> float:
        """Where in a morph's tones it is, 0 .. their number - 1; 0 without a morph."""
        if self._goal is None:
            return 0.0
        way = min(max(seconds / self.options.morph_seconds, 0.0), 1.0)
        return way * _MORPH_STEPS

    def _tones(self, controls: Controls) -> tuple[Tone, ...]:
        """What all notes that begin now sound like; empty where it is the programs' choice."""
        if controls.place is not None:
            return (self._instruments.at(controls.place),)
        chosen = controls.choices.get(_INSTRUMENT)
        return (self._instruments.find(chosen),) if chosen else ()


def _turn(keys: Keys, before: Mapping[int, int], values: Mapping[str, float]) -> Mapping[int, int]:
    """Knobs that moved act as their controller does, on all channels; gives where all stand.

    One that rests leaves the channels to their own controllers.
    """
    moved = {
        number: round(values[knob.name])
        for number, knob in _KNOBS.items()
        if knob.name in values and round(values[knob.name]) != before.get(number)
    }
    for number, value in moved.items():
        for channel in range(len(keys.channels)):
            keys.control(channel, number, value)
    return {**before, **moved} if moved else before
