"""Frames of a file that is not trusted: decoded in a child process with limits."""

import json
import math
from typing import Any

import numpy as np

from latent_resonance.contracts.confined.media import MediaStream, Pace
from latent_resonance.contracts.errors import MediaError
from latent_resonance.contracts.values import ByteArray
from latent_resonance.sense.face_tracking.clips import LENGTH

_SERVED = "latent_resonance.sense.face_tracking.clips"
_MEMORY = 1 << 30
# A minute of the largest films may take half an hour; a file that gives nothing may not.
_SLACK_SECONDS, _SECONDS_A_SECOND = 10.0, 30.0


class ClipApart:
    """A video, a folder of images or a still; never more than a frame of it in this process.

    Args:
        source: its path.
        fps: of a folder of images.
        loop: start over at its end; it then has no duration.

    Attributes:
        duration_seconds: None where it is played round and round.
        errors: damaged packets or images that were left out.
        trouble: why it ended before its end; empty where it did not.

    Raises:
        MediaError: it cannot be played, or not within the limits; says why.
    """

    def __init__(self, source: str, fps: float = 25.0, *, loop: bool = False) -> None:
        self.errors = 0
        self.trouble = ""
        self._told = ""
        self._due, self._end, self._last = 0.0, math.inf, 0.0
        self._stream = MediaStream(
            f"{_SERVED}:watch",
            {"source": source, "fps": fps, "loop": loop},
            Pace(_MEMORY, _SLACK_SECONDS, _SECONDS_A_SECOND),
        )
        try:
            facts, _ = self._next(None)
        except MediaError as error:
            line = str(error)
            raise MediaError(line if source in line else f"{source} {line}") from error
        self.duration_seconds: float | None = facts["duration_seconds"]

    def latest(self, now_seconds: float) -> tuple[float, ByteArray] | None:
        """The frame in force, once; those that were overtaken are not given."""
        if now_seconds < self._due:
            return None
        try:
            facts, pixels = self._next(now_seconds)
        except MediaError as error:
            # A performance goes on: the clip ends here, as where a file breaks off.
            self._due, self._end = math.inf, now_seconds
            self._told = f"the clip breaks off: it {error}; {self._last:.2f} s of it could be read"
            return None
        self._due, self._end = facts["due"], facts["end"]
        self.errors, self._told = facts["errors"], facts["trouble"]
        if facts["time"] is None:
            return None
        self._last = facts["time"]
        return self._last, np.frombuffer(pixels, np.uint8).reshape(facts["shape"])

    def over(self, now_seconds: float) -> bool:
        """Whether the last frame has had its time; then ``trouble`` says what was missing."""
        if self._end == math.inf:
            return False
        self.trouble = self._told
        return now_seconds >= self._end

    def close(self) -> None:
        """Close the file; safe to call twice."""
        self._stream.close()
        self._due = math.inf

    def _next(self, now: float | None) -> tuple[dict[str, Any], memoryview]:
        ahead = 0.0 if now is None else now - self._last
        piece = self._stream.next(self._last, now, ahead) or LENGTH.pack(2) + b"{}"
        start = LENGTH.size + LENGTH.unpack_from(piece)[0]
        return json.loads(piece[LENGTH.size : start]), memoryview(piece)[start:]
