"""Sliders that mean something: brightness, rate, impact and what else the model's space has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from latent_resonance.contracts.values import ControlRange, Controls, FloatArray, Latent, Spec
from latent_resonance.navigate.latent_space.directions import HIGH, LOW, PREFIX, Sliders
from latent_resonance.navigate.paths.interpolate import lerp
from latent_resonance.sound.smoothing import share

_GROUPS = ("prototype", "label")
_NO_PLACES = {"w_avg", "w_std", "start"}
_PLAY = (
    ControlRange("speed", -2, 2, 1, "columns per hop"),
    ControlRange("low_hz", 0, 24_000, 0, "Hz"),
    ControlRange("high_hz", 20, 24_000, 24_000, "Hz"),
    ControlRange("tilt_db", -12, 12, 0, "dB per octave"),
    ControlRange("gain_db", -96, 12, 0, "dB"),
    ControlRange("gate_db", -96, 0, -96, "dB"),
    ControlRange("entropy", 0, 1),
)


class Options(BaseModel):
    """How fast the sound follows, and what the sliders are."""

    model_config = ConfigDict(extra="forbid")

    glide_seconds: float = Field(0.12, ge=0, description="smoothing of the way")
    start: str = Field("start", description="landmark where all sliders are 0; else the middle")
    order: list[str] = Field(default=[], description="controls in the order of the slope map")


@dataclass(frozen=True, slots=True)
class _State:
    w: FloatArray
    asked: tuple[float, ...]
    target: FloatArray


class Part:
    """Navigator: named sliders of -5..5 move w; a place's own name blends it in, 0..1.

    Landmarks ``direction/NAME`` are its sliders. With an attribute map among the landmarks each
    follows the slope where it is; otherwise straight lines.
    """

    latency_seconds = 0.0
    play_controls: Sequence[ControlRange] = _PLAY

    def __init__(self, options: Options) -> None:
        self.options = options
        self._sliders = Sliders((), np.zeros((0, 0), np.float32))
        self._names: list[str] = []
        self._places = np.zeros((0, 0), np.float32)
        self._start = np.zeros(0, np.float32)

    @property
    def listens(self) -> Sequence[ControlRange]:
        """The sliders, a weight for each place, and the renderer's controls."""
        sliders = [ControlRange(name, LOW, HIGH, 0, "steps") for name in self._sliders.names]
        places = [ControlRange(name, 0, 1, 0, "", "place") for name in self._names]
        return [*sliders, *places, *self.play_controls]

    def prepare(self, spec: Spec) -> None:
        """Take the model's sliders and places."""
        fitting = {
            name: value
            for name, value in spec.landmarks.items()
            if not name.startswith(PREFIX) or np.shape(value) == (spec.latent_size,)
        }
        self._sliders = Sliders.read(fitting, self.options.order)
        places = _places(fitting, spec.latent_size)
        places = {name: w for name, w in places.items() if name not in self._sliders.names}
        self._names = list(places)
        self._places = np.array(list(places.values()), np.float32).reshape(-1, spec.latent_size)
        middle = fitting.get("w_avg", np.zeros(spec.latent_size, np.float32))
        self._start = np.asarray(fitting.get(self.options.start, middle), np.float32)

    def reset(self) -> None:
        """Nothing is kept here: the state travels outside."""

    def close(self) -> None:
        """Nothing is held."""

    def start(self) -> _State:
        """At the start, all sliders at 0."""
        nothing = (0.0,) * (len(self._sliders.names) + len(self._names))
        return _State(self._start, nothing, self._start)

    def step(self, state: _State, controls: Controls, dt_seconds: float) -> tuple[Latent, _State]:
        """Move towards where the sliders stand. Pure."""
        values = controls.values
        asked = self._asked(values)
        target = state.target if asked == state.asked else self._find(asked)
        w = lerp(state.w, target, share(dt_seconds, self.options.glide_seconds))
        play = {c.name: values[c.name] for c in self.play_controls if c.name in values}
        return Latent(w, play), _State(w, asked, target)

    def _asked(self, values: Mapping[str, float]) -> tuple[float, ...]:
        """Sliders and weights, each within its range."""
        sliders = (min(max(values.get(name, 0.0), LOW), HIGH) for name in self._sliders.names)
        weights = (min(max(values.get(name, 0.0), 0.0), 1.0) for name in self._names)
        return (*sliders, *weights)

    def _find(self, asked: tuple[float, ...]) -> FloatArray:
        count = len(self._sliders.names)
        weights = np.array(asked[count:], np.float32)
        total = float(weights.sum())
        place = self._start
        if total > 0:
            centre = weights @ self._places / np.float32(total)
            place = lerp(place, centre, min(1.0, total))
        return self._sliders.move(place, dict(zip(self._sliders.names, asked[:count], strict=True)))


def _places(landmarks: Mapping[str, FloatArray], size: int) -> dict[str, FloatArray]:
    """Places by plain names, those of the first groups first: ``prototype/rain`` is ``rain``."""
    found: dict[str, FloatArray] = {}
    for group in (*_GROUPS, ""):
        for name, value in landmarks.items():
            head, slash, tail = name.rpartition("/")
            if np.shape(value) != (size,) or name in _NO_PLACES or head != group:
                continue
            found.setdefault(tail if slash else name, np.asarray(value, np.float32))
    return found
