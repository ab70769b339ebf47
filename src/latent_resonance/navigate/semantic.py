"""Sliders that mean something: brightness, rate, impact and what else the model's space has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import Field

from latent_resonance.contracts.mapping import ControlMap, MapLine
from latent_resonance.contracts.parts import Navigator, PartOptions
from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import (
    ControlRange,
    Controls,
    FloatArray,
    Latent,
    Others,
    Spec,
)
from latent_resonance.navigate.latent_space.directions import HIGH, LOW, Sliders
from latent_resonance.navigate.latent_space.kin import others
from latent_resonance.navigate.paths.interpolate import lerp
from latent_resonance.navigate.suggestion.match import Wanted, first_open, match
from latent_resonance.sound.smoothing import share

_AXIS_REACH, _MOST_AXES = 5.0, 8
# While sliders move, the way along the slopes is found anew so often: the glide hides the rest.
_FIND_SECONDS = 0.03
# Of new events of a sound that goes on: so many places until one comes again.
_EVENTS = 16


class Options(PartOptions):
    """How fast the sound follows."""

    glide_seconds: float = Field(0.12, ge=0, description="smoothing of the way")


@dataclass(frozen=True, slots=True)
class _State:
    w: FloatArray
    base: FloatArray
    asked: tuple[float, ...]
    target: FloatArray
    others: Others
    age_seconds: float = _FIND_SECONDS


class Part(Navigator):
    """Navigator: named sliders of -5..5 move w; a place's own name blends it in, 0..1.

    With a slope map in the space each slider follows the slope where it is; otherwise straight
    lines. Axes, called ``GROUP/NUMBER``, move the place where the sliders begin.
    """

    listens: Sequence[ControlRange] = ()

    def __init__(self, options: Options) -> None:
        self.options = options
        self._sliders = Sliders((), np.zeros((0, 0), np.float32))
        self._axes: Sequence[FloatArray] = ()
        self._names: Sequence[str] = ()
        self._places = np.zeros((0, 0), np.float32)
        self._start = np.zeros(0, np.float32)
        self._noise = np.zeros((0, 0), np.float32)
        self._space = LatentSpace()

    def prepare(self, spec: Spec) -> None:
        self._space = space = spec.space
        self._sliders = Sliders.of(space)
        random = np.random.Generator(np.random.PCG64([spec.seed, 4]))
        self._noise = random.standard_normal((_EVENTS, space.size)).astype(np.float32)
        axes = _axes(space)
        names = [name for name in space.offered if name not in self._sliders.names]
        self._axes = list(axes.values())
        self._names = names
        self._places = np.array([space.place(n) for n in names], np.float32).reshape(-1, space.size)
        start = space.mean if spec.start is None else spec.start
        self._start = np.asarray(start, np.float32)
        self.listens = [
            *(
                ControlRange(name, LOW, HIGH, 0, one.unit, one.description)
                for name, one in space.directions.items()
            ),
            *(ControlRange(n, -_AXIS_REACH, _AXIS_REACH, 0, "deviations", "axis") for n in axes),
            *(ControlRange(name, 0, 1, 0, "share", "place") for name in names),
        ]

    def suggest(self, sensed: Sequence[ControlRange]) -> ControlMap:
        """Sliders by their meaning; then some axes and places by what is left."""
        sliders, first = len(self._sliders.names), len(self._sliders.names) + len(self._axes)
        return match(
            sensed,
            [
                *(
                    Wanted(one, _MEANING.get(one.name, ()), MapLine((), low=-4, high=4))
                    for one in self.listens[:sliders]
                ),
                *first_open(self.listens[sliders:first], MapLine((), low=-2, high=2), 2),
                *first_open(self.listens[first:], MapLine((), gate=0.1), 2),
            ],
        )

    def start(self) -> _State:
        asked, w = (0.0,) * len(self.listens), self._start
        return _State(w, w, asked, w, self._others(w, asked))

    def step(self, state: _State, controls: Controls, dt_seconds: float) -> tuple[Latent, _State]:
        base = self._start if controls.place is None else controls.place
        value = controls.values.get
        asked = tuple(min(max(value(c.name, 0.0), c.low), c.high) for c in self.listens)
        here = base is state.base or bool(np.array_equal(base, state.base))
        if here and (asked == state.asked or state.age_seconds < _FIND_SECONDS):
            asked, target, age = state.asked, state.target, state.age_seconds + dt_seconds
            others = state.others
        else:
            target, age = self._find(base, asked), dt_seconds
            first = len(self._sliders.names)
            kept = here and asked[first:] == state.asked[first:]
            others = state.others if kept else self._others(base, asked)
        w = lerp(state.w, target, share(dt_seconds, self.options.glide_seconds))
        return Latent(w, others=others), _State(w, base, asked, target, others, age)

    def _others(self, base: FloatArray, asked: tuple[float, ...]) -> Others:
        """Places of new events, for the named places that lead to where the sliders begin."""
        weights = asked[len(self._sliders.names) + len(self._axes) :]
        blended = max(1.0, sum(weights))
        named = {n: w / blended for n, w in zip(self._names, weights, strict=True) if w}
        rest = 1.0 - sum(named.values())
        places = self._space.places
        at = next((n for n in self._names if np.array_equal(places[n].w, base)), None)
        if at is not None and rest > 0:
            named[at] = named.get(at, 0.0) + rest
        return others(self._space, named, self._noise)

    def _find(self, base: FloatArray, asked: tuple[float, ...]) -> FloatArray:
        count = len(self._sliders.names)
        first = count + len(self._axes)
        place = base
        for amount, axis in zip(asked[count:first], self._axes, strict=True):
            if amount:
                place = place + np.float32(amount) * axis
        weights = np.array(asked[first:], np.float32)
        total = float(weights.sum())
        if total > 0:
            centre = weights @ self._places / np.float32(total)
            place = lerp(place, centre, min(1.0, total))
        return self._sliders.move(place, dict(zip(self._sliders.names, asked[:count], strict=True)))


def _axes(space: LatentSpace) -> dict[str, FloatArray]:
    """The first axes of each group by names such as ``all/1``."""
    return {
        f"{group}/{number}": space.axis(group, number)
        for group, rows in space.axes.items()
        for number in range(1, min(len(rows), _MOST_AXES) + 1)
    }


# What suits the attributes that texture models ship sliders for, the best first.
_MEANING: Mapping[str, Sequence[MapLine]] = {
    "brightness": (
        MapLine(("mouth",), low=-3, high=4, curve="ease"),
        MapLine(("centroid",), low=-4, high=4),
        MapLine(("cc1", "velocity"), low=0, high=5, mode="max"),
    ),
    "rate": (
        MapLine(("brow",), low=0, high=4, gate=0.1),
        MapLine(("onset",), low=-2, high=4),
        MapLine(("cc16", "notes"), low=0, high=4, mode="max"),
    ),
    "impact": (
        MapLine(("mouth_width",), low=-4, high=4),
        MapLine(("contrast",), low=-3, high=3),
        MapLine(("cc17", "pressure"), low=0, high=4, mode="max"),
    ),
    "size": (
        MapLine(("roll_degrees",), low=-4, high=4),
        MapLine(("bass",), low=-3, high=4),
        MapLine(("note",), low=4, high=-4),
        MapLine(("cc18",), low=0, high=4),
    ),
    "roughness": (
        MapLine(("pitch_degrees",), low=-3, high=3),
        MapLine(("flatness",), low=-3, high=4),
        MapLine(("bend",), low=-4, high=4),
        MapLine(("cc19",), low=0, high=4),
    ),
}
