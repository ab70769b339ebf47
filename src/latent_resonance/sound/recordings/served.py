"""What a child tells of a sound file: its facts, its length, its blocks."""

import json
import struct
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.recordings.reader import Recording

HEAD = struct.Struct("<I")
"""Before the samples of each piece: how many damaged places were left out so far."""
# In samples of all channels; small enough to be decoded between two blocks of live sound.
_AT_ONCE = 32_768


def tell(path: str) -> Iterator[bytes]:
    """``rate``, ``channels`` and ``announced`` of a ``Recording``, as JSON."""
    file = _open(path)
    facts = {"rate": file.rate, "channels": file.channels, "announced": file.announced}
    yield json.dumps(facts).encode()


def count(path: str) -> Iterator[bytes]:
    """Its ``count_seconds``, as JSON."""
    yield json.dumps(_open(path).count_seconds()).encode()


def read(path: str, start: float) -> Iterator[bytes]:
    """Its blocks from a moment on, as ``HEAD`` and float32, sample by sample."""
    file = _open(path)
    before = file.damaged
    held: list[FloatArray] = []
    size = 0
    for block in file.blocks(start):
        held.append(block)
        size += block.size
        if size >= _AT_ONCE:
            yield _piece(file.damaged - before, held)
            held, size = [], 0
    yield _piece(file.damaged - before, held)


def _piece(damaged: int, held: list[FloatArray]) -> bytes:
    return HEAD.pack(damaged) + b"".join(np.ascontiguousarray(one, "<f4").tobytes() for one in held)


def _open(path: str) -> Recording:
    stamp = Path(path).stat() if Path(path).exists() else None
    return _opened(
        path, stamp and stamp.st_ino, stamp and stamp.st_mtime_ns, stamp and stamp.st_size
    )


@lru_cache(maxsize=1)
def _opened(path: str, _file: int | None, _changed: int | None, _size: int | None) -> Recording:
    """Looked at once, however often one goes to a moment of it."""
    return Recording(Path(path))
