"""Blends the model's named places, and moves in a plane of its space: a slider or pad each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import Field

from latent_resonance.contracts.mapping import ControlMap, MapLine
from latent_resonance.contracts.parts import Navigator, PartOptions
from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import ControlRange, Controls, FloatArray, Latent, Spec
from latent_resonance.navigate.paths.interpolate import lerp, slerp
from latent_resonance.navigate.suggestion.match import Wanted, first_open, match
from latent_resonance.sound.smoothing import share

_X = ControlRange("place_x", -1, 1, 0, "", "along the first axis of the plane")
_Y = ControlRange("place_y", -1, 1, 0, "", "along the second axis of the plane")
_TRUNCATION = ControlRange("truncation", 0, 1, 1, "", "share of the way from the mean")
_REACH = 2.0
_ACROSS = ("yaw_degrees", "centroid", "note", "bend", "cc16", "face_x")
_WANTED = (
    Wanted(_X, [MapLine((name,), low=-1, high=1) for name in _ACROSS], MapLine((), low=-1, high=1)),
    Wanted(
        _Y,
        [
            MapLine(("mouth",), low=0),
            MapLine(("rms",), low=-1, high=1),
            MapLine(("cc1", "velocity"), low=0, mode="max"),
        ],
        MapLine((), low=-1, high=1),
    ),
    Wanted(_TRUNCATION),
)


class Options(PartOptions):
    """Where it begins, and how it follows."""

    glide_seconds: float = Field(0.08, ge=0, description="smoothing of the way")
    path: Literal["lerp", "slerp"] = Field("lerp", description="straight, or along the arc")


@dataclass(frozen=True, slots=True)
class _State:
    w: FloatArray


class Part(Navigator):
    """Navigator: a control called like a place is that place's weight.

    Weights are shared out to sum 1; with none above 0 it stays where it begins. ``place_x`` and
    ``place_y`` move it from there in the plane of the space's first two axes, 2 deviations at 1;
    ``truncation`` then draws it towards the mean.
    """

    def __init__(self, options: Options) -> None:
        self.options = options
        self._names: tuple[str, ...] = ()
        self._places = np.zeros((0, 0), np.float32)
        self._plane = np.zeros((2, 0), np.float32)
        self._mean = self._start = np.zeros(0, np.float32)

    @property
    def listens(self) -> Sequence[ControlRange]:
        """The plane, the truncation, and a weight for each of the model's places."""
        weights = [ControlRange(name, 0, 1, 0, "share", "place") for name in self._names]
        return [_X, _Y, _TRUNCATION, *weights]

    def prepare(self, spec: Spec) -> None:
        space = spec.space
        self._names = space.offered
        places = [space.place(name) for name in self._names]
        self._places = np.array(places, np.float32).reshape(-1, space.size)
        self._plane = _plane(space)
        self._mean = np.asarray(space.mean, np.float32)
        self._start = self._mean if spec.start is None else np.asarray(spec.start, np.float32)

    def suggest(self, sensed: Sequence[ControlRange]) -> ControlMap:
        """The plane first, then a gate to each of the first places."""
        # Any weight above 0 takes a share: small movements of what is sensed must not.
        return match(sensed, [*_WANTED, *first_open(self.listens[3:], MapLine((), gate=0.25), 4)])

    def start(self) -> _State:
        return _State(self._start)

    def step(self, state: _State, controls: Controls, dt_seconds: float) -> tuple[Latent, _State]:
        values = controls.values
        target = self._start if controls.place is None else controls.place
        weights = np.array([max(0.0, values.get(name, 0.0)) for name in self._names], np.float32)
        total = float(weights.sum())
        if total > 0:
            target = weights @ self._places / np.float32(total)
        x, y, kept = (_within(control, values) for control in (_X, _Y, _TRUNCATION))
        if x or y:
            target = target + np.float32(x) * self._plane[0] + np.float32(y) * self._plane[1]
        if kept < 1:
            target = lerp(self._mean, target, kept)
        way = slerp if self.options.path == "slerp" else lerp
        w = way(state.w, target, share(dt_seconds, self.options.glide_seconds))
        return Latent(w), _State(w)


def _within(control: ControlRange, values: Mapping[str, float]) -> float:
    return control.within(values.get(control.name, control.rest))


def _plane(space: LatentSpace) -> FloatArray:
    """What ``place_x`` = 1 and ``place_y`` = 1 add to w, ``[2, size]``.

    The widest axes where the space has any: 2 deviations along each. Otherwise two ways to random
    places, at right angles and as long as the way from the mean to such a place is on average.
    """
    for group in ("pca", *space.axes):
        if group in space.axes and len(space.axes[group]) >= 2:
            return np.asarray(_REACH * space.axes[group][:2], np.float32)
    # The same plane for every seed of a performance.
    noise = np.random.Generator(np.random.PCG64(0)).standard_normal((space.size, 2))
    found = np.zeros((2, space.size), np.float32)
    across = np.linalg.qr(noise * space.spread[:, None])[0].T
    found[: len(across)] = across * np.linalg.norm(space.spread)
    return found
