"""A face: mouth, brow, eyes, the turn of the head, where it is, and how still.

From a camera, a video or a folder of images. Frames are analysed and dropped: none is shown,
written or sent.
"""

import math
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from latent_resonance.contracts.parts import PartOptions, Sensor
from latent_resonance.contracts.values import ControlRange, Controls, Spec
from latent_resonance.sense.face_tracking.camera import find_camera
from latent_resonance.sense.face_tracking.clips import IMAGES
from latent_resonance.sense.face_tracking.controls import FACE_CONTROLS
from latent_resonance.sense.face_tracking.frames import Frames, open_frames
from latent_resonance.sense.face_tracking.interpreter import check_models
from latent_resonance.sense.face_tracking.measures import Measures, measure
from latent_resonance.sense.face_tracking.neutral import (
    BROW_DEAD,
    BROW_RANGE,
    LEARN_SECONDS,
    MOUTH_DEAD,
    MOUTH_RANGE,
    SMILE_RANGE,
    Learner,
    Neutral,
    Shown,
    default_path,
    load_neutral,
    save_neutral,
)
from latent_resonance.sense.face_tracking.nods import Nods
from latent_resonance.sense.face_tracking.one_euro import OneEuro
from latent_resonance.sense.face_tracking.rest import Presence
from latent_resonance.sense.face_tracking.stillness import Stillness
from latent_resonance.sense.face_tracking.tracker import Tracker

# The usual ones; FFmpeg reads others too.
_VIDEOS = (".mp4", ".mov", ".webm", ".mkv", ".avi", ".m4v", ".mpg", ".mpeg", ".gif")
_REST = {control.name: control.rest for control in FACE_CONTROLS}
# Speeds, in units per second, open the filters; this brings other units to those of the angles.
_UNIT = 0.01
# How often controls go on to rest while there are no frames.
_TICK_SECONDS = 0.02
# Outer-eye distances that turning leaks into the width of the mouth, and the way from rest to a
# full pucker; shares of their opening that eyes close by without a blink, and by a whole one.
_SMILE_DEAD, _PUCKER_DEAD, _PUCKER_RANGE = 0.02, 0.025, 0.13
_BLINK_DEAD, _BLINK_RANGE = 0.12, 0.22
# A mouth that opens takes its corners down by this part of the opening.
_CORNERS_BY_OPENING, _CORNERS_WEIGHT = 0.3, 0.7
_FULL_TILT_DEGREES = 20.0
# Gestures whose range a calibration learns.
_USUAL = {"mouth": MOUTH_RANGE, "brow": BROW_RANGE, "smile": SMILE_RANGE}
# Between the outer corners of an adult's eyes (Farkas 1994), in metres; half the picture's width
# over its distance.
_EYES_METRES, _HALF_WIDTH = 0.09, math.tan(math.radians(30))


class Options(PartOptions):
    """Which face, and how calm its controls are."""

    source: str = Field("0", description="camera: number or part of its name; or a path")
    fps: float = Field(25.0, gt=0, le=240, description="frame rate of a folder of images")
    loop: bool = Field(default=False, description="start a file over at its end")
    calibration: Path | None = Field(default=None, description="saved neutral face (JSON)")
    calibrate: bool = Field(
        default=False,
        description="learn rest and range from this performance, save them at its end",
    )
    min_cutoff: float = Field(1.0, gt=0, description="one-euro cutoff at rest, in Hz")
    beta: float = Field(0.15, ge=0, description="one-euro opening by speed")
    hold_seconds: float = Field(0.2, ge=0, description="how long a lost face keeps its controls")
    rest_seconds: float = Field(0.6, gt=0, description="how slowly a lost face glides to rest")


class Part(Sensor):
    """Sensor: the nearest face."""

    controls: Sequence[ControlRange] = FACE_CONTROLS
    quick = False
    reads = (*_VIDEOS, *sorted(IMAGES), "")

    def __init__(self, options: Options) -> None:
        self.options = options
        self._frames: Frames | None = None
        self._tracker: Tracker | None = None
        self._stillness = Stillness()
        self._nods = Nods()
        self._presence = Presence(options.hold_seconds, options.rest_seconds)
        self._learner = Learner()
        self._milliseconds: deque[float] = deque(maxlen=4_000)
        self.reset()

    @property
    def duration_seconds(self) -> float | None:
        return self._frames.duration_seconds if self._frames else None

    def prepare(self, spec: Spec) -> None:
        """Open the source and load the models.

        Raises:
            MediaError: the file cannot be played.
            DeviceError: the camera is not there.
            MissingPartError: the face models are not there; says how to get them.
            InputError: the calibration cannot be used.
        """
        check_models()
        path = self.options.calibration
        if path is None and not self.options.calibrate and default_path().is_file():
            # A saved neutral belongs to the person at the camera, not to one in a film.
            path = default_path() if find_camera(self.options.source) else None
        saved = load_neutral(path) if path and not self.options.calibrate else None
        self._learner = Learner(saved)
        self._frames = open_frames(self.options.source, self.options.fps, loop=self.options.loop)
        self._tracker = Tracker()

    def reset(self) -> None:
        """Forget the face, keep the models; a file goes on where it is."""
        self._now = Controls(0.0, dict(_REST), present=False)
        self._before = 0.0
        self._left_at = dict(_REST)
        self._filters = {
            name: OneEuro(
                self.options.min_cutoff,
                self.options.beta / (1.0 if name.endswith("_degrees") else _UNIT),
            )
            for name in _REST
            if not name.endswith("_velocity") and name not in {"stillness", "nod"}
        }
        self._stillness.reset()
        self._nods.reset()
        self._presence.reset()
        self._learner.reset()
        self._shown = Shown(_USUAL)
        if self._tracker:
            self._tracker.reset()
        self._count = self._found = self._errors = 0

    def close(self) -> None:
        """Close the source; save a calibration that was asked for."""
        frames, self._frames = self._frames, None
        if frames is not None:
            frames.close()
        neutral = self._learner.neutral
        if frames is not None and neutral and self._has_calibrated():
            save_neutral(self._calibration_path(), self._calibrated(neutral))

    def read(self, now_seconds: float, step_seconds: float = 0.0) -> Controls:
        if self._frames is None or self._tracker is None:
            return self._now
        newest = self._frames.latest(now_seconds)
        if newest is None:
            return self._without_frames(now_seconds, self._frames)
        at, pixels = newest
        dt = max(at - self._before, 1e-3)
        self._before = at
        began = time.perf_counter()
        try:
            tracked = self._tracker.step(pixels)
            measures = measure(tracked[0]) if tracked else None
        except (ValueError, ArithmeticError, RuntimeError):
            # A frame that cannot be measured leaves the controls as they were.
            self._errors += 1
            return self._now
        self._count += 1
        if tracked is None or measures is None:
            values, present = self._absent(dt)
        else:
            self._found += 1
            values = self._present(measures, pixels.shape, dt, other=tracked[1])
            present = True
        self._now = Controls(at, values, present)
        self._milliseconds.append(1e3 * (time.perf_counter() - began))
        return self._now

    @property
    def trouble(self) -> str:
        """What is wrong with the camera or the clip now; empty where nothing is."""
        return self._frames.trouble if self._frames else ""

    def _without_frames(self, now: float, frames: Frames) -> Controls:
        """What was last seen, or nobody where nothing is to be seen any more."""
        if not self._count or not frames.over(now) or now - self._before < _TICK_SECONDS:
            return self._now
        dt, self._before = now - self._before, now
        values, present = self._absent(dt)
        self._now = Controls(now, values, present)
        return self._now

    def statistics(self) -> Mapping[str, Any]:
        """Frames, how many had a face, and the time that each took."""
        found: dict[str, Any] = {
            "frames": self._count,
            "faces_found_ratio": round(self._found / self._count, 4) if self._count else 0.0,
            "bad_frames": self._errors + (self._frames.errors if self._frames else 0),
        }
        if self._milliseconds:
            p50, p95 = np.percentile(list(self._milliseconds), [50, 95])
            found["frame_ms"] = {"p50": round(float(p50), 3), "p95": round(float(p95), 3)}
        if self.trouble:
            found["warning"] = self.trouble
        elif self._count and not self._found:
            found["warning"] = "no face was found: nothing moved what is played"
        if self.options.calibrate:
            found |= self._told_of_calibration(str(found.get("warning", "")))
        return found

    def _told_of_calibration(self, warning: str) -> dict[str, Any]:
        """What is saved at the end, and what it lacks."""
        told = [warning] if warning else []
        if not self._has_calibrated():
            told.append(
                f"calibration: a face was seen for {self._shown.seconds:.1f} s, "
                f"{LEARN_SECONDS:g} are needed: nothing is saved"
            )
            return {"warning": "; ".join(told)}
        usual = {name: far < _USUAL[name] / 2 for name, far in self._shown.far().items()}
        ranges = {
            name: _as_told(far, _USUAL[name], "; not shown, the usual one" * usual[name])
            for name, far in self._ranges().items()
        }
        if missed := [name for name, kept in usual.items() if kept]:
            names = " and ".join(missed)
            verbs = "were not shown, and keep" if len(missed) > 1 else "was not shown, and keeps"
            told.append(f"calibration: {names} {verbs} the usual range")
        found: dict[str, Any] = {"calibration": {"saved": str(self._calibration_path()), **ranges}}
        return found | ({"warning": "; ".join(told)} if told else {})

    def _has_calibrated(self) -> bool:
        return self.options.calibrate and self._shown.seconds >= LEARN_SECONDS

    def _calibration_path(self) -> Path:
        return self.options.calibration or default_path()

    def _present(
        self, measures: Measures, shape: tuple[int, ...], dt: float, *, other: bool
    ) -> dict[str, float]:
        height, width = shape[:2]
        neutral = self._learner.step(measures, dt)
        if self.options.calibrate:
            mouth, brow = measures.mouth - neutral.mouth, measures.brow - neutral.brow
            self._shown.step((mouth, brow, _smile(measures, neutral)), dt)
        raw = _normalise(measures, neutral, width, height)
        if self._presence.returns(dt, other=other):
            self._left_at = dict(self._now.values)
            for one_euro in self._filters.values():
                one_euro.restart(None)
        values = {name: f.step(raw[name], dt) for name, f in self._filters.items()}
        back = self._presence.fade_in
        if back < 1:
            # From where rest had led to where the face is now: a glide, not a swing.
            values = {
                n: self._left_at[n] + back * (v - self._left_at[n]) for n, v in values.items()
            }
        speeds = {name: one_euro.speed for name, one_euro in self._filters.items()}
        aspect = width / max(measures.size, 1.0) / 2
        values["stillness"] = self._stillness.step(
            {
                "yaw": speeds["yaw_degrees"],
                "pitch": speeds["pitch_degrees"],
                "roll": speeds["roll_degrees"],
                # In the usual range, however small the one that plays is.
                "mouth": speeds["mouth"] * neutral.mouth_range / MOUTH_RANGE,
                "brow": speeds["brow"],
                "x": speeds["face_x"] * aspect,
                "y": speeds["face_y"] * aspect,
            },
            dt,
        )
        for name in ("yaw", "pitch", "roll"):
            before = self._now.values[f"{name}_degrees"]
            speed = (values[f"{name}_degrees"] - before) / dt
            # A face that has just come back does not swing from rest to where it is.
            speed = speed if self._presence.steady else 0.0
            last = self._now.values[f"{name}_velocity"]
            values[f"{name}_velocity"] = last + min(1.0, dt / 0.05) * (speed - last)
        if self._presence.steady:
            nodding = values["pitch_degrees"], values["pitch_velocity"]
            values["nod"] = self._nods.step(*nodding, dt)
        return values

    def _absent(self, dt: float) -> tuple[dict[str, float], bool]:
        """The last face for a moment, then a glide to rest."""
        share = self._presence.lost(dt)
        self._stillness.reset()
        self._nods.reset()
        values = {
            name: value + share * (_REST[name] - value) for name, value in self._now.values.items()
        }
        return values, self._now.present and share == 0

    def _ranges(self) -> dict[str, float]:
        """How far each gesture went; one of which less than half was seen, as far as usual."""
        shown = self._shown.far().items()
        return {name: far if far >= _USUAL[name] / 2 else _USUAL[name] for name, far in shown}

    def _calibrated(self, neutral: Neutral) -> Neutral:
        """The neutral with the ranges that were shown."""
        return replace(neutral, **{f"{name}_range": far for name, far in self._ranges().items()})


def _as_told(far: float, usual: float, why: str) -> str:
    return f"{far:.3f} eye distances ({100 * far / usual:.0f} % of the usual{why})"


def _normalise(measures: Measures, neutral: Neutral, width: int, height: int) -> dict[str, float]:
    """Measures against rest, in the units and ranges of the controls."""
    mouth = (measures.mouth - neutral.mouth - MOUTH_DEAD) / neutral.mouth_range
    brow = (measures.brow - neutral.brow - BROW_DEAD) / neutral.brow_range
    wider = measures.mouth_width - neutral.mouth_width
    smile = (_smile(measures, neutral) - _SMILE_DEAD) / neutral.smile_range
    closed = 1 - measures.eyes / neutral.eyes if neutral.eyes else 0.0
    pose = measures.pose
    roll, size = pose.roll - neutral.roll, min(measures.size / width, 1.0)
    return {
        "mouth": min(max(mouth, 0.0), 1.0),
        "mouth_width": min(max(wider / 0.25, -1.0), 1.0),
        "smile": min(max(smile, 0.0), 1.0),
        "pucker": min(max((-wider - _PUCKER_DEAD) / _PUCKER_RANGE, 0.0), 1.0),
        "blink": min(max((closed - _BLINK_DEAD) / _BLINK_RANGE, 0.0), 1.0),
        "brow": min(max(brow, 0.0), 1.0),
        "yaw_degrees": pose.yaw - neutral.yaw,
        "pitch_degrees": pose.pitch - neutral.pitch,
        "roll_degrees": roll,
        "tilt": min(max(roll / _FULL_TILT_DEGREES, -1.0), 1.0),
        "face_x": 2 * measures.x / width - 1,
        "face_y": 1 - 2 * measures.y / height,
        "face_size": size,
        "distance": min(max(_EYES_METRES / (2 * _HALF_WIDTH * max(size, 0.01)), 0.2), 3.0),
    }


def _smile(measures: Measures, neutral: Neutral) -> float:
    """How far the corners of the mouth are apart and up from rest, in outer-eye distances."""
    opened = measures.mouth - neutral.mouth
    up = measures.corners - neutral.corners + _CORNERS_BY_OPENING * opened
    return measures.mouth_width - neutral.mouth_width + _CORNERS_WEIGHT * up
