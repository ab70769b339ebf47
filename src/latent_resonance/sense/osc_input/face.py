"""A face that another program tracks and sends as FaceOSC's messages."""

import math
from collections.abc import Sequence

from latent_resonance.contracts.face_osc import FOUND, RAW_POINTS, read_face_message
from latent_resonance.sense.face_tracking.controls import FACE_CONTROLS
from latent_resonance.sense.face_tracking.stillness import Stillness

_REST = {control.name: control.rest for control in FACE_CONTROLS}
_TURNS = ("yaw", "pitch", "roll")
_GONE_SECONDS = 0.5
# Messages that come closer than this belong to one picture of the sender's camera.
_SAME_PICTURE_SECONDS = 0.004
_VELOCITY_SECONDS = 0.05
_FASTEST = 720.0


class OscFace:
    """The controls of a face out of single messages; what moves how fast is worked out here.

    Args:
        size: width and height in pixels of the sender's pictures.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._stillness = Stillness()
        self.reset()

    def reset(self) -> None:
        """No message of a face has come yet."""
        self.announced = False
        self._found = False
        self._last = self._moved = -math.inf
        self._brows: dict[str, float] = {}
        self._values = dict(_REST)
        self._before = dict(_REST)
        self._stillness.reset()

    def take(self, address: str, numbers: Sequence[float], seconds: float) -> bool:
        """Take a message that came at ``seconds``; whether it was one of a face's."""
        if address == RAW_POINTS:
            return True
        self.follow(seconds)
        if address == FOUND and len(numbers) == 1:
            found = numbers[0] != 0
            fresh: dict[str, float] | None = {}
        else:
            found = True
            fresh = read_face_message(address, numbers, self._size)
        if fresh is None:
            return False
        if found and not self.present(seconds):
            # It was lost: the jump to where it comes back does not count as motion.
            self._values = self.values(seconds)
            self._moved = -math.inf
        self.announced, self._found, self._last = True, found, seconds
        for name in ("brow_left", "brow_right"):
            if name in fresh:
                self._brows[name] = fresh.pop(name)
                fresh["brow"] = sum(self._brows.values()) / len(self._brows)
        self._values |= fresh
        return True

    def follow(self, seconds: float) -> None:
        """It is ``seconds``: once a picture's messages are complete, how fast does it move?"""
        complete = seconds - self._last > _SAME_PICTURE_SECONDS
        if not self._found or not complete or self._last <= self._moved:
            return
        dt, first = self._last - self._moved, math.isinf(self._moved)
        self._moved = self._last
        before, self._before = self._before, dict(self._values)
        speeds = {
            name: 0.0 if first else (self._values[name] - value) / dt
            for name, value in before.items()
        }
        pace = 1.0 if first else min(1.0, dt / _VELOCITY_SECONDS)
        for turn in _TURNS:
            velocity = self._values[f"{turn}_velocity"]
            velocity += pace * (speeds[f"{turn}_degrees"] - velocity)
            self._values[f"{turn}_velocity"] = min(max(velocity, -_FASTEST), _FASTEST)
        # Half the picture's width in eye distances, for a face that is not too small to tell.
        aspect = 0.5 / max(self._values["face_size"], 0.05)
        self._values["stillness"] = self._stillness.step(
            {turn: speeds[f"{turn}_degrees"] for turn in _TURNS}
            | {name: speeds[name] for name in ("mouth", "brow")}
            | {"x": speeds["face_x"] * aspect, "y": speeds["face_y"] * aspect},
            0.0 if first else min(dt, 1.0),
        )

    def present(self, seconds: float) -> bool:
        """Whether there is a face at ``seconds``; one that falls silent is gone."""
        return self._found and seconds - self._last <= _GONE_SECONDS

    def silent(self, seconds: float) -> bool:
        """Whether its sender has stopped, rather than say that there is no face."""
        return self._found and not self.present(seconds)

    def values(self, seconds: float) -> dict[str, float]:
        """The controls; those of a face that is gone stay where they were, at rest."""
        if self.present(seconds):
            return dict(self._values)
        still = {f"{turn}_velocity": 0.0 for turn in _TURNS}
        return self._values | still | {"stillness": 1.0}
