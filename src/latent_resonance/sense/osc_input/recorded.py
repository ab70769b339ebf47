"""OSC messages in a text file: one line for each, ``SECONDS ADDRESS NUMBER NUMBER ...``.

Times count from the start and never go back. Empty lines and those that begin with ``#`` are
notes; a line that holds a time alone sets the length. For example::

    0.0   /found 1
    0.0   /pose/orientation 0.1 0 0
    0.5   /brightness 2.5
    10.0
"""

import math
from pathlib import Path
from typing import NamedTuple

from latent_resonance.contracts.errors import MediaError

_LONGEST_BYTES = 64 << 20


class TimedMessage(NamedTuple):
    """A message, and when it arrived, in seconds."""

    seconds: float
    address: str
    numbers: tuple[float, ...]


def read_messages(path: Path) -> tuple[list[TimedMessage], float]:
    """The messages of a file, and its length in seconds.

    Raises:
        MediaError: it cannot be read; says which line is wrong.
    """
    try:
        if path.stat().st_size > _LONGEST_BYTES:
            raise MediaError(f"cannot read {path}: it is larger than 64 MiB")
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise MediaError(f"cannot read {path}: {reason}") from error
    messages: list[TimedMessage] = []
    end = 0.0
    for number, line in enumerate(lines, 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        try:
            seconds, *numbers = (float(word) for word in [words[0], *words[2:]])
        except ValueError:
            raise MediaError(
                f"{path}, line {number}: no recorded OSC (SECONDS ADDRESS NUMBER ...)"
            ) from None
        if not all(map(math.isfinite, (seconds, *numbers))) or seconds < end:
            raise MediaError(f"{path}, line {number}: a time goes back, or a number is not finite")
        end = seconds
        if len(words) > 1:
            if not words[1].startswith("/") or not numbers:
                raise MediaError(
                    f"{path}, line {number}: no recorded OSC (SECONDS ADDRESS NUMBER ...)"
                )
            messages.append(TimedMessage(seconds, words[1], tuple(numbers)))
    if end <= 0:
        raise MediaError(f"{path} holds no messages after its start")
    return messages, end
