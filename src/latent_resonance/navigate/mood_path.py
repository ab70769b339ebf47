"""A way through moods: what is played drives how fast it goes on, and what a beat does to it.

Moods are named places of the model. Where what is sensed tells a point among them, the place goes
towards the moods around that point; else a closed path leads from one to the next. Its pace follows
the energy of what is sensed, and nearly stops in silence. On top, every direction that the model
has is a slider, keys turn the hue, the camera moves, and a pulse zooms, bends and sharpens for a
moment, where the model has such directions.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from pydantic import Field

from latent_resonance.contracts.errors import AssemblyError
from latent_resonance.contracts.mapping import ControlMap, MapLine
from latent_resonance.contracts.parts import Navigator, PartOptions
from latent_resonance.contracts.values import ControlRange, Controls, FloatArray, Latent, Spec
from latent_resonance.navigate.latent_space.directions import HIGH, LOW
from latent_resonance.navigate.paths.around import drift, follow_beats, orbit, ways_around
from latent_resonance.navigate.paths.interpolate import lerp, radial_weights, slerp
from latent_resonance.navigate.paths.lit import lit_weights
from latent_resonance.navigate.paths.mood_points import AXES, mood_points
from latent_resonance.navigate.suggestion import moods as on
from latent_resonance.navigate.suggestion.match import Wanted, first_open, match
from latent_resonance.sound.smoothing import share

# Of the way through the waves, in turns a second: at rest, and added by full energy. The camera and
# the drift go round more slowly by these factors.
_REST_FLOW, _FULL_FLOW = 0.003, 0.09
_CAMERA_SHARE, _WANDER_SHARE = 0.12, 0.2
# A pulse rises over about three pictures, so that it is no flash.
_RISE_SECONDS, _FALL_SECONDS = 0.13, 0.22
_ENERGY_SECONDS, _KEY_SECONDS = 0.15, 2.0
_USUAL_BPM = 120.0
# What a full pulse adds, as steps of the model's directions: 6 % of zoom.
_PULSED: Mapping[str, float] = {"zoom": 5 * math.log2(1.06), "warp": 1.2, "edge": 1.5}
# Turns of the waves that a full pulse adds as it rises: at full energy they go on three times as
# fast for that moment, else quick beats drown in what moves between them.
_PUSH = 0.02
_LIFT, _GAIN = 2.5, 0.5
_STEPS = 5.0
# Of the camera's circle, in steps of the directions dx and dy.
_RADIUS = 2.5
_MOVED = frozenset({"zoom", "dx", "dy", "flow", "spin", "hue"})
# How much of a place each coordinate of the point adds by itself, and how far a mood reaches.
_RESIDUAL, _REACH = 0.08, 0.42
# The time in which most of the way to another mixture is gone, as a share of ``mood_seconds``.
_MIXING = 0.3


class Options(PartOptions):
    """Which moods, and how it goes from one to the next."""

    moods: list[str] = Field(default=[], description="places to lead through; none: all named ones")
    led_by: Literal["music", "path"] = Field(
        "music", description="what is sensed chooses among the moods, or they come one by one"
    )
    mood_seconds: float = Field(10.0, gt=0, description="from one mood to the next at full energy")
    calmness: float = Field(
        0.02, ge=0, le=1, description="pace in silence, as a share of that at full energy"
    )
    reaction: float = Field(1.0, ge=0, le=4, description="how far the energy drives the pace")
    mood_depth: float = Field(
        1.0, ge=0, le=1, description="how far it goes into each mood; 0 stays where it began"
    )
    path: Literal["lerp", "slerp"] = Field("lerp", description="way between two moods")
    loop_beats: Literal[0, 4, 8, 16] = Field(
        0, description="orbit around the mood in so many beats; 0 wanders freely"
    )
    harmony: float = Field(0.15, ge=0, le=1, description="how far the key turns the hue")
    glide_seconds: float = Field(0.025, ge=0, description="smoothing of sliders")

    def on_another_model(self, places: Collection[str]) -> Self:
        """All of its named places, where it lacks one of these."""
        return self if set(self.moods) <= set(places) else self.model_copy(update={"moods": []})


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """Where it is.

    Attributes:
        way: along the closed path, in moods; whole numbers are moods.
        at: the place among the moods, ``[size]``; None before the first step.
        flow: of the waves, in turns.
        spin: of the picture, in turns.
        camera: on its circle, in turns.
        wander: of the drift, in turns.
        beats: since the start.
        key: how far the key turns the hue, in half turns.
        energy: smoothed.
        strike: the last pulse that was sensed, as it dies away.
        pulse: the same with a slower rise.
        asked: sliders and shares of moods, smoothed, in the order of ``listens``.
    """

    way: float = 0.0
    at: FloatArray | None = None
    flow: float = 0.0
    spin: float = 0.0
    camera: float = 0.0
    wander: float = 0.0
    beats: float = 0.0
    key: float = 0.0
    energy: float = 0.0
    strike: float = 0.0
    pulse: float = 0.0
    asked: tuple[float, ...] = ()


class Part(Navigator):
    """Navigator: a path through moods that sound, or any other sense, drives."""

    listens: Sequence[ControlRange] = on.MOTION

    def __init__(self, options: Options) -> None:
        self.options = options
        self._between = slerp if options.path == "slerp" else lerp
        self._names: Sequence[str] = ()
        self._directions = np.zeros((0, 0), np.float32)
        self._moods = np.zeros((1, 0), np.float32)
        self._points = np.zeros((1, len(AXES)), np.float32)
        self._around = np.zeros((6, 0), np.float32)
        self._mean = np.zeros(0, np.float32)
        self._shared = np.zeros((0, 0), np.float32)
        self._start: FloatArray | None = None

    def prepare(self, spec: Spec) -> None:
        """Look the moods up among the model's places.

        Raises:
            AssemblyError: the model has no place of a mood's name.
        """
        space = spec.space
        wanted = self.options.moods or [name for name in space.shown if name in space.offered]
        unknown = next((name for name in wanted if name not in space.places), None)
        if unknown is not None:
            raise AssemblyError(
                f"the model has no mood called '{unknown}'; it has: "
                f"{', '.join(sorted(space.offered)) or 'none'}"
            )
        places = [space.place(name) for name in wanted]
        self._moods = np.array(places or [space.mean], np.float32)
        self._points = mood_points(space, self._moods)
        self._around = ways_around(space, spec.seed)
        self._mean = np.asarray(space.mean, np.float32)
        self._start = None if spec.start is None else np.asarray(spec.start, np.float32)
        moved = space.directions
        own = {one.name for one in on.MOTION}
        self._names = [name for name in moved if name not in own]
        self._directions = np.array(
            [moved[name].vector for name in self._names], np.float32
        ).reshape(-1, space.size)
        sliders = [
            ControlRange(name, LOW, HIGH, 0, moved[name].unit, moved[name].description)
            for name in self._names
        ]
        shares = [
            ControlRange(name, 0, 1, 0, "share", "led between those that have any")
            for name in wanted
            if name not in self._names and name not in own
        ]
        self._shared = np.array([space.place(one.name) for one in shares], np.float32).reshape(
            -1, space.size
        )
        self.listens = [*on.MOTION, *sliders, *shares]

    def suggest(self, sensed: Sequence[ControlRange]) -> ControlMap:
        """The pace by what is loud or open, pulses by onsets; then sliders by their meaning."""
        sliders = self.listens[len(on.MOTION) : len(on.MOTION) + len(self._names)]
        led = self.options.led_by == "music"
        return match(
            sensed,
            [
                *(
                    Wanted(one, on.MEANING.get(one.name, ()))
                    for one in on.MOTION
                    if led or one not in on.POINT
                ),
                *(Wanted(one, on.MEANING[one.name]) for one in sliders if one.name in on.MEANING),
                *first_open(
                    [one for one in sliders if one.name not in {*_PULSED, *_MOVED}],
                    MapLine((), low=-4, high=4),
                    3,
                ),
            ],
        )

    def start(self) -> _State:
        return _State(asked=(0.0,) * (len(self.listens) - len(on.MOTION)))

    def step(self, state: _State, controls: Controls, dt_seconds: float) -> tuple[Latent, _State]:
        """Go on along the path. Pure."""
        options = self.options

        def value(one: ControlRange) -> float:
            given = controls.values.get(one.name, one.rest)
            return min(max(given, one.low), one.high)

        energy = state.energy + (value(on.ENERGY) - state.energy) * share(
            dt_seconds, _ENERGY_SECONDS
        )
        fallen = state.strike * (1 - share(dt_seconds, _FALL_SECONDS))
        strike = max(value(on.PULSE), fallen)
        pulse = min(strike, state.pulse + dt_seconds / _RISE_SECONDS)
        pushed = _PUSH * max(0.0, pulse - state.pulse)
        drive = min(1.0, options.calmness + options.reaction * energy)
        turned = dt_seconds * (_REST_FLOW + _FULL_FLOW * drive)
        way = (state.way + dt_seconds * drive / options.mood_seconds) % len(self._moods)
        led = any(one.name in controls.values for one in on.POINT)
        point = [value(one) for one in on.POINT]
        at = self._into(self._mixed(point) if led else self._on_the_way(way))
        if led and state.at is not None:
            mixing = share(dt_seconds * drive, _MIXING * options.mood_seconds)
            at = self._between(state.at, at, mixing)
        x, y = value(on.KEY_X), value(on.KEY_Y)
        sure = min(1.0, math.hypot(x, y))
        key = state.key + (math.atan2(y, x) / math.pi - state.key) * share(
            sure * dt_seconds, _KEY_SECONDS
        )
        follow = share(dt_seconds, options.glide_seconds)
        asked = tuple(
            before + follow * (value(one) - before)
            for one, before in zip(self.listens[len(on.MOTION) :], state.asked, strict=True)
        )
        after = _State(
            way=way,
            at=at,
            flow=(state.flow + value(on.FLOW) * (turned + pushed)) % 1.0,
            spin=(state.spin + dt_seconds * value(on.TURNING) / 16) % 1.0,
            camera=(state.camera + _CAMERA_SHARE * value(on.DRIFT) * turned) % 1.0,
            wander=state.wander + _WANDER_SHARE * turned,
            beats=follow_beats(
                state.beats, drive * _USUAL_BPM, controls.tempo, controls.time_seconds, dt_seconds
            ),
            key=key,
            energy=energy,
            strike=strike,
            pulse=pulse,
            asked=asked,
        )
        return self._played(after, controls.place, point if led else None, value), after

    def _played(
        self,
        state: _State,
        named: FloatArray | None,
        point: Sequence[float] | None,
        value: Callable[[ControlRange], float],
    ) -> Latent:
        """The place of a state, and what the renderer adds."""
        count = len(self._names)
        base = state.at if named is None else named
        assert base is not None  # noqa: S101 - every step has a place
        if named is None:
            loop = self.options.loop_beats
            around = (
                orbit(self._around, state.beats / loop)
                if loop
                else drift(self._around, state.wander)
            )
            base = base + np.float32(value(on.WANDER)) * around
            if point is not None:
                base = base + np.float32(_RESIDUAL) * (
                    np.array(point, np.float32) @ self._around[:4]
                )
        shares = np.array(state.asked[count:], np.float32)
        total = float(shares.sum())
        if total > 0:
            among = base if state.at is None else state.at
            lit = lit_weights(among, self._shared, shares)
            base = lerp(base, lit @ self._shared, min(1.0, total))
        base = lerp(self._mean, base, value(on.TRUNCATION))
        steps = np.array(state.asked[:count], np.float32)
        for name, amount in self._moves(state, value).items():
            if name in self._names:
                steps[self._names.index(name)] += np.float32(amount)
        return Latent(
            (base + steps @ self._directions).astype(np.float32), self._look(state, value)
        )

    def _moves(self, state: _State, value: Callable[[ControlRange], float]) -> Mapping[str, float]:
        """What is added to the sliders, in their steps."""
        loop = self.options.loop_beats
        circle = 2 * math.pi * (state.beats / loop if loop else state.camera)
        pulsed = {name: amount * state.pulse for name, amount in _PULSED.items()}
        return {
            **pulsed,
            "zoom": pulsed["zoom"] + _STEPS * value(on.BREATH) * math.sin(2 * circle),
            "dx": _RADIUS * (math.cos(circle) - 1),
            "dy": _RADIUS * math.sin(circle),
            "flow": _STEPS * state.flow,
            "spin": 2 * _STEPS * state.spin,
            "hue": _STEPS * self.options.harmony * state.key,
            "light": _LIFT * value(on.FLASH) * state.pulse,
        }

    def _look(self, state: _State, value: Callable[[ControlRange], float]) -> Mapping[str, float]:
        """The same for the renderer, of what the model has no direction for."""
        look = {}
        if "hue" not in self._names and state.key:
            look["picture_hue_degrees"] = 180 * self.options.harmony * state.key
        if "light" not in self._names and value(on.FLASH):
            look["picture_gain"] = 1 + _GAIN * value(on.FLASH) * state.pulse
        return look

    def _mixed(self, point: Sequence[float]) -> FloatArray:
        """The moods around a point, each as near as it is."""
        return np.asarray(radial_weights(point, self._points, _REACH) @ self._moods)

    def _into(self, mood: FloatArray) -> FloatArray:
        """As far into a mood as it may go from where it began."""
        return mood if self._start is None else lerp(self._start, mood, self.options.mood_depth)

    def _on_the_way(self, way: float) -> FloatArray:
        """Between two moods; it lingers at each."""
        here = int(way) % len(self._moods)
        part = way - int(way)
        eased = part * part * (3 - 2 * part)
        return self._between(self._moods[here], self._moods[(here + 1) % len(self._moods)], eased)
