"""The energy states of the face instrument: a moving face opens the sound, a still one rests it.

Anchors, named places of the model, are laid out over (mouth, yaw) and blended by radial basis.
The mouth opens the band and the level, the turning of the head moves the playhead, the brow adds
entropy and shakes the place, and a still, closed face comes to rest on a pure tone, quietly.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from latent_resonance.contracts.errors import AssemblyError
from latent_resonance.contracts.mapping import ControlMap, MapLine
from latent_resonance.contracts.parts import Navigator, PartOptions
from latent_resonance.contracts.values import ControlRange, Controls, FloatArray, Latent, Spec
from latent_resonance.navigate.paths.interpolate import lerp, radial_weights, slerp
from latent_resonance.navigate.suggestion.match import Wanted, match
from latent_resonance.sound.smoothing import share

# A talker opens a fifth of the way: most of the band is open by then.
_OPENING = 6
# From this opening of the mouth on a face that holds still is no face at rest.
_AWAKE = 0.06
# Turning the other way, as shares of the turn that adds 1 to the speed: noise, and a will.
_TURN_NOISE, _TURN_BACK = 0.1, 0.3
_LEVEL_SECONDS = 0.03
# Slowest and fastest swing of what shakes a place, in Hz.
_SHAKES = (2.5, 7.0)
_REST, _MEAN = "tone", "w_avg"

# A face is passed on as it is; what else is sensed takes the place of a gesture.
_WANTED = (
    Wanted(
        ControlRange("mouth", 0, 1, 0, "", "opening"),
        [MapLine(("cc1", "velocity"), mode="max"), MapLine(("rms",))],
        MapLine(()),
    ),
    Wanted(
        ControlRange("brow", 0, 1, 0, "", "raised brows"),
        [MapLine(("cc16", "pressure"), mode="max"), MapLine(("flatness",))],
        MapLine((), high=0.6),
    ),
    Wanted(
        ControlRange("yaw_degrees", -90, 90, 0, "degrees", "turn of the head"),
        [MapLine((name,), low=-30, high=30) for name in ("bend", "centroid")],
        MapLine((), low=-30, high=30),
    ),
    Wanted(
        ControlRange("yaw_velocity", -720, 720, 0, "degrees per second", "speed of the turn"),
        [MapLine(("onset",), low=0, high=120)],
    ),
    Wanted(
        ControlRange("stillness", 0, 1, 0, "", "1 at rest"),
        [MapLine(("notes",), span=(0, 1), low=1, high=0), MapLine(("rms",), low=1, high=0)],
    ),
)


class Anchor(BaseModel):
    """A place of the model, put where mouth and yaw ask for it."""

    model_config = ConfigDict(extra="forbid")

    place: str = Field(description="name of a place of the model")
    mouth: float = Field(default=0.0, ge=0, le=1)
    yaw: float = Field(default=0.0, ge=-1, le=1, description="-1 full left .. 1 full right")


class Options(PartOptions):
    """How the face moves the sound; times are time constants in seconds."""

    anchors: list[Anchor] = Field(default=[], description="none: spread over the model's places")
    rest: str = Field(
        "", description="place where a still face rests; none: 'tone', or else the mean"
    )
    width: float = Field(0.35, gt=0, description="radius of an anchor's influence")
    full_yaw_degrees: float = Field(30.0, gt=0, description="yaw that counts as full")
    glide_seconds: float = Field(0.025, ge=0, description="smoothing of the way")
    path: str = Field("lerp", pattern="^(lerp|slerp)$")
    settle_seconds: float = Field(0.8, ge=0, description="how slowly stillness comes to rest")
    wake_seconds: float = Field(0.01, ge=0, description="how fast movement wakes")
    closed_hz: float = Field(300.0, gt=0, description="top of the band with the mouth closed")
    open_hz: float = Field(16_000.0, gt=0, description="top of the band with the mouth open")
    open_tilt_db: float = Field(
        8.0, ge=0, le=12, description="how much an open mouth brightens, per octave"
    )
    closed_gain_db: float = Field(-22.0, le=0, description="level with the mouth closed")
    moving_share: float = Field(
        0.35, ge=0, le=1, description="part of the way to full level that turning or brows go"
    )
    jitter: float = Field(
        0.4, ge=0, le=2, description="how far raised brows shake the place, in distances of places"
    )
    bottom_hz: float = Field(50.0, ge=0, description="bottom of the band")
    turn_degrees_per_second: float = Field(
        60.0, gt=0, description="yaw velocity that adds 1 to the playhead's speed"
    )
    absent_gain_db: float = Field(-96.0, le=0, description="level without a face in view")
    absent_seconds: float = Field(0.12, ge=0, description="how slowly it gets there")

    def on_another_model(self, places: Collection[str]) -> Self:
        """Anchors are spread over its places, where it lacks one of these."""
        named = {self.rest or _MEAN, *(one.place for one in self.anchors)}
        return (
            self
            if named <= {_MEAN, *places}
            else self.model_copy(update={"anchors": [], "rest": ""})
        )


@dataclass(frozen=True, slots=True)
class _State:
    w: FloatArray
    rested: float = 1.0
    gain_db: float = 0.0
    seconds: float = 0.0


class Part(Navigator):
    """Navigator of the face instrument."""

    listens: Sequence[ControlRange] = tuple(one.control for one in _WANTED)

    def __init__(self, options: Options) -> None:
        self.options = options
        self._places = np.zeros((1, 0), np.float32)
        self._centres = np.zeros((1, 2), np.float32)
        self._rest = np.zeros(0, np.float32)

    def prepare(self, spec: Spec) -> None:
        """Look the anchors up among the model's places.

        Raises:
            AssemblyError: the model has no place of an anchor's name.
        """
        space = spec.space
        rest = self.options.rest or (_REST if _REST in space.places else _MEAN)
        anchors = self.options.anchors or _spread(space.offered, rest)
        for name in [anchor.place for anchor in anchors] + [rest]:
            if name not in space.places and name != _MEAN:
                raise AssemblyError(
                    f"the model has no place called '{name}'; it has: "
                    f"{', '.join(sorted(space.offered)) or 'none'}"
                )
        self._places = np.stack([space.place(anchor.place) for anchor in anchors])
        self._centres = np.array([[a.mouth, a.yaw] for a in anchors], np.float32)
        self._rest = np.asarray(space.place(rest), np.float32)
        random = np.random.Generator(np.random.PCG64(spec.seed))
        count = len(self._places)
        self._shake_hz = random.uniform(*_SHAKES, count)
        self._shake_phase = random.uniform(0, 1, count)
        self._around = (self._places - self._places.mean(axis=0)) / math.sqrt(count)

    def suggest(self, sensed: Sequence[ControlRange]) -> ControlMap:
        """A face as it is; sound and MIDI by what is nearest to a gesture."""
        return match(sensed, _WANTED)

    def start(self) -> _State:
        """At rest, as quiet as without a face in view."""
        return _State(self._rest, gain_db=self.options.absent_gain_db)

    def step(self, state: _State, controls: Controls, dt_seconds: float) -> tuple[Latent, _State]:
        """Move towards where the face points, or play the place that is named. Pure."""
        options = self.options
        value = controls.values.get
        mouth = min(max(value("mouth", 0.0), 0.0), 1.0)
        yaw = min(max(value("yaw_degrees", 0.0) / options.full_yaw_degrees, -1.0), 1.0)
        turning = value("yaw_velocity", 0.0) / options.turn_degrees_per_second

        brow = min(max(value("brow", 0.0), 0.0), 1.0)

        # An open mouth that is held is a gesture, not rest.
        calm = value("stillness", 0.0) * (1 - min(1.0, mouth / _AWAKE))
        calm = _eased(calm)
        if not controls.present:
            calm = 1.0
        pace = options.settle_seconds if calm > state.rested else options.wake_seconds
        rested = state.rested + (calm - state.rested) * share(dt_seconds, pace)

        weights = radial_weights((mouth, yaw), self._centres, options.width)
        target = lerp(weights @ self._places, self._rest, rested)
        way = slerp if options.path == "slerp" else lerp
        w = way(state.w, target, share(dt_seconds, options.glide_seconds))

        opening = 1 - (1 - mouth) ** _OPENING
        level = options.absent_gain_db
        if controls.present:
            level = options.closed_gain_db * (1 - self._loudness(opening, turning, brow))
        pace = _LEVEL_SECONDS if controls.present else options.absent_seconds
        gain_db = _towards(state.gain_db, level, share(dt_seconds, pace))
        # Forwards as long as the head does not turn the other way; that way, backwards.
        back = _eased((-turning - _TURN_NOISE) / (_TURN_BACK - _TURN_NOISE))
        play = {
            "speed": min(max((1 - rested) * (1 - 2 * back) + turning, -2.0), 2.0),
            "low_hz": options.bottom_hz,
            "high_hz": options.closed_hz
            * math.exp(opening * math.log(options.open_hz / options.closed_hz)),
            "tilt_db": options.open_tilt_db * opening,
            "entropy": brow,
            "gain_db": gain_db,
        }
        seconds = state.seconds + dt_seconds
        played = w if controls.place is None else controls.place
        if brow > 0 and options.jitter > 0:
            played = played + np.float32(brow * options.jitter) * self._shake(seconds)
        return Latent(played, play), _State(w, rested, gain_db, seconds)

    def _loudness(self, opening: float, turning: float, brow: float) -> float:
        """Where between the closed mouth's level and the full one it plays, 0..1."""
        share_of = self.options.moving_share
        quiet = (1 - share_of * min(abs(turning), 1.0)) * (1 - share_of * brow)
        return 1 - (1 - opening) * quiet

    def _shake(self, seconds: float) -> FloatArray:
        """A way off the place that never stands still, about as long as places are apart."""
        swing = np.sin(2 * math.pi * (self._shake_hz * seconds + self._shake_phase))
        return np.asarray(swing @ self._around, np.float32)


def _towards(gain_db: float, goal_db: float, part: float) -> float:
    """A level on its way: up in amplitude, which is quick out of silence, down in decibels."""
    if goal_db < gain_db:
        return gain_db + part * (goal_db - gain_db)
    now, goal = 10 ** (gain_db / 20), 10 ** (goal_db / 20)
    return 20 * math.log10(now + part * (goal - now))


def _eased(part: float) -> float:
    """Smoothstep of what is kept within 0..1."""
    part = min(max(part, 0.0), 1.0)
    return part * part * (3 - 2 * part)


def _spread(places: Sequence[str], rest: str) -> list[Anchor]:
    """Anchors where the options have none: rest in the middle, the others around it."""
    others = [name for name in sorted(places) if name != rest]
    anchors = [Anchor(place=rest)] if rest in places else []
    for index, name in enumerate(others[:8]):
        yaw = 2 * index / max(1, min(len(others), 8) - 1) - 1
        anchors.append(Anchor(place=name, mouth=0.25 + 0.75 * (index % 2), yaw=yaw))
    return anchors or [Anchor(place=_MEAN)]
