"""A way through moods: what is played drives how fast it goes on, and what a beat does to it.

Moods are named places of the model. A closed path leads through them; its pace follows the energy
of what is sensed, and nearly stops in silence. On top, every direction that the model has is a
slider, and a pulse zooms, bends and sharpens for a moment, where the model has such directions.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import Field

from latent_resonance.contracts.errors import AssemblyError
from latent_resonance.contracts.mapping import ControlMap, MapLine
from latent_resonance.contracts.parts import Navigator, PartOptions
from latent_resonance.contracts.values import ControlRange, Controls, FloatArray, Latent, Spec
from latent_resonance.navigate.latent_space.directions import HIGH, LOW
from latent_resonance.navigate.paths.interpolate import lerp, slerp
from latent_resonance.navigate.suggestion.match import Wanted, first_open, match
from latent_resonance.sound.smoothing import share

_ENERGY = ControlRange("energy", 0, 1, 0, "", "how fast it goes on")
_PULSE = ControlRange("pulse", 0, 1, 0, "", "a beat: zooms in, bends, sharpens")
_FLOW = ControlRange("flow_speed", -4, 4, 1, "x", "speed of all waves")
_TURNING = ControlRange("spin_speed", -1, 1, 0, "turns per 16 s", "of the whole picture")
_MOTION = (_ENERGY, _PULSE, _FLOW, _TURNING)

# Of the way through the waves, in turns a second: at rest, and added by full energy.
_REST_FLOW, _FULL_FLOW = 0.003, 0.09
# A pulse rises over about three pictures, so that it is no flash.
_RISE_SECONDS, _FALL_SECONDS = 0.04, 0.22
_ENERGY_SECONDS = 0.15
# What a full pulse adds, as steps of the model's directions: 6 % of zoom.
_PULSED: Mapping[str, float] = {"zoom": 5 * math.log2(1.06), "warp": 1.2, "edge": 1.5}
_WAVES, _SPIN = "flow", "spin"
_STEPS = 5.0


class Options(PartOptions):
    """Which moods, and how it goes from one to the next."""

    moods: list[str] = Field(default=[], description="places to lead through; none: all named ones")
    mood_seconds: float = Field(10.0, gt=0, description="from one mood to the next at full energy")
    calmness: float = Field(
        0.02, ge=0, le=1, description="pace in silence, as a share of that at full energy"
    )
    reaction: float = Field(1.0, ge=0, le=4, description="how far the energy drives the pace")
    mood_depth: float = Field(
        1.0, ge=0, le=1, description="how far it goes into each mood; 0 stays where it began"
    )
    path: str = Field("lerp", pattern="^(lerp|slerp)$", description="way between two moods")
    glide_seconds: float = Field(0.08, ge=0, description="smoothing of sliders")


@dataclass(frozen=True, slots=True)
class _State:
    """Where it is.

    Attributes:
        way: along the closed path, in moods; whole numbers are moods.
        flow: of the waves, in turns.
        spin: of the picture, in turns.
        energy: smoothed.
        pulse: smoothed, with its own rise and fall.
        asked: sliders and shares of moods, smoothed, in the order of ``listens``.
    """

    way: float = 0.0
    flow: float = 0.0
    spin: float = 0.0
    energy: float = 0.0
    pulse: float = 0.0
    asked: tuple[float, ...] = ()


class Part(Navigator):
    """Navigator: a path through moods that sound, or any other sense, drives."""

    listens: Sequence[ControlRange] = _MOTION

    def __init__(self, options: Options) -> None:
        self.options = options
        self._names: Sequence[str] = ()
        self._directions = np.zeros((0, 0), np.float32)
        self._moods = np.zeros((1, 0), np.float32)
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
        self._start = None if spec.start is None else np.asarray(spec.start, np.float32)
        moved = space.directions
        self._names = [name for name in moved if name not in {one.name for one in _MOTION}]
        self._directions = np.array(
            [moved[name].vector for name in self._names], np.float32
        ).reshape(-1, space.size)
        sliders = [
            ControlRange(name, LOW, HIGH, 0, moved[name].unit, moved[name].description)
            for name in self._names
        ]
        shares = [
            ControlRange(name, 0, 1, 0, "share", "mood")
            for name in wanted
            if name not in self._names
        ]
        self._shared = np.array([space.place(one.name) for one in shares], np.float32).reshape(
            -1, space.size
        )
        self.listens = [*_MOTION, *sliders, *shares]

    def suggest(self, sensed: Sequence[ControlRange]) -> ControlMap:
        """The pace by what is loud or open, pulses by onsets; then sliders by their meaning."""
        sliders = self.listens[len(_MOTION) : len(_MOTION) + len(self._names)]
        return match(
            sensed,
            [
                *(Wanted(one, _MEANING.get(one.name, ())) for one in _MOTION),
                *(Wanted(one, _MEANING[one.name]) for one in sliders if one.name in _MEANING),
                *first_open(
                    [one for one in sliders if one.name not in {*_PULSED, _WAVES, _SPIN}],
                    MapLine((), low=-4, high=4),
                    3,
                ),
            ],
        )

    def start(self) -> _State:
        return _State(asked=(0.0,) * (len(self.listens) - len(_MOTION)))

    def step(self, state: _State, controls: Controls, dt_seconds: float) -> tuple[Latent, _State]:
        """Go on along the path. Pure."""
        options = self.options

        def value(one: ControlRange) -> float:
            given = controls.values.get(one.name, one.rest)
            return min(max(given, one.low), one.high)

        loud = value(_ENERGY)
        energy = state.energy + (loud - state.energy) * share(dt_seconds, _ENERGY_SECONDS)
        struck = value(_PULSE)
        pace = _RISE_SECONDS if struck > state.pulse else _FALL_SECONDS
        pulse = state.pulse + (struck - state.pulse) * share(dt_seconds, pace)
        drive = min(1.0, options.calmness + options.reaction * energy * energy)
        way = (state.way + dt_seconds * drive / options.mood_seconds) % len(self._moods)
        flow = state.flow + dt_seconds * value(_FLOW) * (_REST_FLOW + _FULL_FLOW * drive)
        spin = state.spin + dt_seconds * value(_TURNING) / 16
        follow = share(dt_seconds, options.glide_seconds)
        asked = tuple(
            before + follow * (value(one) - before)
            for one, before in zip(self.listens[len(_MOTION) :], state.asked, strict=True)
        )
        after = _State(way, flow % 1.0, spin % 1.0, energy, pulse, asked)
        return Latent(self._at(after, controls.place)), after

    def _at(self, state: _State, named: FloatArray | None) -> FloatArray:
        """The place of a state, float32 ``[latent_size]``."""
        count = len(self._names)
        base = named if named is not None else self._on_the_way(state.way)
        shares = np.array(state.asked[count:], np.float32)
        total = float(shares.sum())
        if total > 0:
            base = lerp(base, shares @ self._shared / np.float32(total), min(1.0, total))
        steps = np.array(state.asked[:count], np.float32)
        for name, amount in (
            *((name, amount * state.pulse) for name, amount in _PULSED.items()),
            (_WAVES, _STEPS * state.flow),
            (_SPIN, 2 * _STEPS * state.spin),
        ):
            if name in self._names:
                steps[self._names.index(name)] += np.float32(amount)
        return (base + steps @ self._directions).astype(np.float32)

    def _on_the_way(self, way: float) -> FloatArray:
        """Between two moods; it lingers at each."""
        here = int(way) % len(self._moods)
        part = way - int(way)
        eased = part * part * (3 - 2 * part)
        between = slerp if self.options.path == "slerp" else lerp
        there = between(self._moods[here], self._moods[(here + 1) % len(self._moods)], eased)
        if self._start is None:
            return there
        return lerp(self._start, there, self.options.mood_depth)


_MEANING: Mapping[str, Sequence[MapLine]] = {
    "energy": (
        MapLine(("rms",)),
        MapLine(("mouth",)),
        MapLine(("cc1", "velocity"), mode="max"),
    ),
    "pulse": (
        MapLine(("beat",)),
        MapLine(("onset",)),
        MapLine(("brow",), gate=0.1),
        MapLine(("notes",), span=(0, 1)),
    ),
    "spin_speed": (MapLine(("yaw_degrees",)), MapLine(("bend",))),
    "warmth": (
        MapLine(("bass",), low=0, high=4.5, smooth_seconds=0.08),
        MapLine(("mouth",), low=0, high=4),
        MapLine(("note",), low=4, high=-4),
    ),
    "light": (
        MapLine(("centroid",), low=-1.5, high=2, smooth_seconds=0.3),
        MapLine(("pitch_degrees",), low=2, high=-2),
    ),
    "chroma": (
        MapLine(("mids",), low=-1, high=2, smooth_seconds=0.3),
        MapLine(("mouth_width",), low=-2, high=2),
    ),
    "jagged": (
        MapLine(("flatness",), low=-2, high=2.5, smooth_seconds=0.4),
        MapLine(("cc16",), low=-4, high=4),
    ),
    "detail": (
        MapLine(("highs",), low=-2, high=2.5, smooth_seconds=0.25),
        MapLine(("cc17",), low=-4, high=4),
    ),
}
