"""What a media file holds, piece by piece, from a child that must keep up with what it gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from latent_resonance.contracts.confined.run import ConfinedError
from latent_resonance.contracts.confined.stream import ConfinedStream
from latent_resonance.contracts.errors import MediaError, ResonanceError


@dataclass(frozen=True, slots=True)
class Pace:
    """What decoding may take.

    Attributes:
        memory_bytes: resident.
        slack_seconds: of the processor, for what there is to do before anything is given.
        seconds_a_second: of the processor, for each second of what is given.
    """

    memory_bytes: int
    slack_seconds: float
    seconds_a_second: float


class MediaStream:
    """Pieces of a file; one that takes too long or too much costs a child, not this process.

    Args:
        function: ``"package.module:name"`` of this program; gives an iterator of bytes.
        arguments: its named arguments, as JSON has them.
        pace: at which it is killed.
        errors: kinds of errors that are raised here as they were there.
    """

    def __init__(
        self,
        function: str,
        arguments: Mapping[str, Any],
        pace: Pace,
        errors: Sequence[type[ResonanceError]] = (MediaError,),
    ) -> None:
        self._stream = ConfinedStream(function, arguments, pace.memory_bytes, errors)
        self._pace = pace

    def next(
        self, given_seconds: float = 0.0, word: float | None = None, ahead_seconds: float = 0.0
    ) -> bytes | None:
        """The next piece, or None at the end.

        Args:
            given_seconds: how much of the file was given so far.
            word: what the function is told, as ``yield`` returns it; None at first.
            ahead_seconds: how much of the file this piece may go through.

        Raises:
            MediaError: the function raised one, a limit was reached, or the decoder died; worded to
                follow the file's name.
        """
        pace = self._pace
        most = pace.slack_seconds + pace.seconds_a_second * ahead_seconds
        whole = most + pace.seconds_a_second * given_seconds
        left = whole - self._stream.cpu_seconds
        if left <= 0:
            raise MediaError("takes too long to decode for what it gives: given up")
        try:
            return self._stream.next(min(left, most), word)
        except ConfinedError as error:
            raise MediaError(str(error)) from error

    def close(self) -> None:
        """No more of it; safe to call twice."""
        self._stream.close()
