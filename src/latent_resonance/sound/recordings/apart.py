"""A sound file that is not trusted: looked at and decoded in a child process with limits."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.confined.media import MediaStream, Pace
from latent_resonance.contracts.errors import MediaError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.recordings.announced import is_shorter
from latent_resonance.sound.recordings.reader import NoSoundError
from latent_resonance.sound.recordings.served import HEAD

_SERVED = "latent_resonance.sound.recordings.served"
_MEMORY = 512 << 20
# Decoders of all kinds are tens of times faster than what they decode sounds.
_SLACK_SECONDS, _SECONDS_A_SECOND = 10.0, 1.0


class RecordingApart:
    """As ``Recording``; a file that takes too long or too much costs a child, not this process.

    Args:
        path: a regular file.

    Attributes:
        rate: in Hz, 1,000 to 768,000.
        channels: 1 to 64.
        announced: seconds that the file says it holds; None where it does not say, as streams.
        damaged: places that were left out by ``blocks``.

    Raises:
        NoSoundError: it is a video without sound.
        MediaError: it cannot be opened, is not a regular file, or is no sound that can be read
            within the limits.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.damaged = 0
        facts = self._one("tell")
        self.rate: int = facts["rate"]
        self.channels: int = facts["channels"]
        self.announced: float | None = facts["announced"]

    def blocks(self, start_seconds: float = 0.0) -> Iterator[FloatArray]:
        """All of it, or all from a moment on, as float32 ``[samples, channels]``.

        Damaged places are left out and counted.

        Raises:
            MediaError: a limit was reached, or the decoder died.
        """
        stream = self._stream("read", start=max(0.0, start_seconds))
        before, given = self.damaged, 0.0
        try:
            while (piece := stream.next(given)) is not None:
                self.damaged = before + HEAD.unpack_from(piece)[0]
                block = np.frombuffer(piece, "<f4", offset=HEAD.size).reshape(-1, self.channels)
                given += len(block) / self.rate
                if len(block):
                    yield block
        finally:
            stream.close()

    def missing(self, seconds: float) -> float | None:
        """What was announced, where ``seconds`` of sound are clearly less than that; else None."""
        if self.announced is None or not is_shorter(seconds, self.announced):
            return None
        return self.announced

    def count_seconds(self) -> float:
        """Its length where it announces none, by its packets; nothing is decoded."""
        return float(self._one("count"))

    def _one(self, function: str) -> Any:
        """The only answer of a function."""
        stream = self._stream(function)
        try:
            return json.loads(stream.next() or b"null")
        finally:
            stream.close()

    def _stream(self, function: str, **arguments: float) -> MediaStream:
        return MediaStream(
            f"{_SERVED}:{function}",
            {"path": str(self.path), **arguments},
            Pace(_MEMORY, _SLACK_SECONDS, _SECONDS_A_SECOND),
            (MediaError, NoSoundError),
        )
