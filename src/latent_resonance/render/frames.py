"""Moving pictures at a frame rate of their own: each of the model's is blended into the next."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from pydantic import Field

from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import Want, Windows
from latent_resonance.contracts.values import (
    ByteArray,
    FloatArray,
    Frame,
    Latent,
    Spec,
)
from latent_resonance.render.pictures.fit import PictureRenderer, SizeOptions
from latent_resonance.render.pictures.flash.safety import OFF, PictureSafety, SafetyState
from latent_resonance.render.pictures.look import apply_look
from latent_resonance.sound.smoothing import share


class Options(SizeOptions):
    """Size, pace and smoothness."""

    frame_rate: float = Field(
        30.0,
        ge=1,
        le=240,
        description="pictures a second",
        json_schema_extra={"flag": "--fps"},
    )
    smooth_seconds: float = Field(
        0.05, ge=0, le=10, description="time constant of the blend into each new picture"
    )
    flash_limiter: bool = Field(
        True, description="at most three flashes in any second; turn off only where nobody watches"
    )


# After so many time constants of the blend, less than one level in 256 is left of what was.
_OVER = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """Between two frames; arrays are ``[height, width, 3]`` and are never written to.

    Attributes:
        target: the model's newest picture, uint8; None before the first.
        shown: the blend so far, float32 in 0..255; None where it has arrived at the target.
        frames_left: until it counts as arrived.
        steady: whether it gets there in equal steps.
        waited: frames since the model's newest picture came, and how many the one before took.
        index: of the next frame.
        pictures: of the model, so far.
        safety: of what was shown.
    """

    target: ByteArray | None = None
    shown: FloatArray | None = None
    frames_left: int = 0
    steady: bool = False
    waited: tuple[int, int] = (0, 0)
    index: int = 0
    pictures: int = 0
    safety: SafetyState = field(default_factory=SafetyState)


class Part(PictureRenderer):
    """Renderer: one frame a step; where the model is slower, frames in between are blends."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.gives = PictureFormat(frame_rate=options.frame_rate)

    def prepare(self, spec: Spec) -> None:
        """Agree on the size; raises AssemblyError where the model makes no pictures."""
        rate = self.options.frame_rate
        self.agree_on_size("frames", spec, self.options, rate)
        self._share = np.float32(share(self.gives.step_seconds, self.options.smooth_seconds))
        self._slow = max(2, math.ceil(self.options.smooth_seconds * rate))
        self._over = math.ceil(_OVER * self.options.smooth_seconds * rate)
        self.limit_flashes(self.options.flash_limiter)
        self._black = np.zeros((self.gives.height, self.gives.width, 3), np.uint8)

    def limit_flashes(self, on: bool) -> None:
        """Turn the limiter on or off, from the next frame on."""
        self._safety = PictureSafety(self.gives) if on else None

    def softening(self, state: _State) -> tuple[float, float]:
        """What the limiter did to the newest frame, each 0..1 and 1 where it did nothing.

        How much of the picture was given over the one before, and the contrast that it kept.
        """
        if self._safety is None:
            return 1.0, 1.0
        return state.safety.flashes.share, state.safety.stripes.contrast

    def start(self) -> _State:
        return _State()

    def render(
        self, state: _State, latent: Latent, windows: Windows
    ) -> tuple[Frame, Sequence[Want], _State]:
        """The next frame; black before the model's first picture. Pure."""
        target, shown, left, pictures = state.target, state.shown, state.frames_left, state.pictures
        steady, waited = state.steady, (state.waited[0] + 1, state.waited[1])
        picture = windows.latest()
        if picture is None and target is None:
            # A file begins with a picture, not with black: with the model inline it is made now.
            picture = windows.get(Want(latent.w, key=latent.w.tobytes()))
        if picture is not None and picture is not target:
            if target is not None:  # the first has nothing to blend with
                shown, left = target.astype(np.float32) if shown is None else shown, self._over
                # Where pictures come more rarely than the blend lasts, it would begin with a leap
                # and end in a rest: equal steps until the next one is there.
                steady = min(waited) >= self._slow and max(waited) < self._over
                left = max(waited) if steady else left
            waited = (0, waited[0])
            target, pictures = picture, pictures + 1
        pixels = self._black if target is None else target
        if shown is not None and target is not None:
            part = np.float32(1 / left) if steady else self._share
            left -= 1
            if left > 0:
                way = target - shown
                way *= part
                way += shown
                shown, pixels = way, (way + np.float32(0.5)).astype(np.uint8)
            else:
                shown = None
        pixels, safety = apply_look(pixels, latent.play), state.safety
        if self._safety is not None:
            pixels, safety = self._safety.apply(safety, pixels)
        frame = Frame(pixels, state.index * self.gives.step_seconds)
        after = _State(target, shown, left, steady, waited, state.index + 1, pictures, safety)
        return frame, (Want(latent.w),), after

    def report(self, state: _State) -> Mapping[str, Any]:
        changed = self._safety.report(state.safety) if self._safety else {"warning": OFF}
        return {"frames": state.index, "model_pictures": state.pictures, **changed}
