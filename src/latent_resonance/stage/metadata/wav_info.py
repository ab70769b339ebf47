"""Texts in a WAV file: the comment of a ``LIST INFO`` chunk (Multimedia Programming Interface 1.0).

libsndfile writes at most 2 KiB of texts and drops longer ones silently; here the chunk comes
after the sound, where its length does not matter. An ``id3`` chunk says the same once more:
editors keep the one or the other.
"""

import io
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from latent_resonance.contracts.errors import MediaError
from latent_resonance.stage.metadata.id3 import comments_of, spell_tag

_MOST_BYTES = 4 << 20
_MOST_SIZE = 0xFFFF_FFFF
_WAVE = (b"RIFF", b"WAVE")
_TAGS = {b"id3 ", b"ID3 "}


def append_comment(path: Path, comment: str) -> None:
    """Add ``comment`` to a whole WAV file, after its last chunk.

    Raises:
        MediaError: it is not a WAV file, or too large to have one chunk more.
        OSError: it cannot be written.
    """
    text = comment.encode() + b"\0"
    body = b"INFO" + _chunk(b"ICMT", text)
    chunk = _chunk(b"LIST", body) + _chunk(b"id3 ", spell_tag(comment))
    with path.open("r+b") as file:
        _enter(file, path)
        file.seek(0, 2)
        if file.tell() % 2:
            file.write(b"\0")
        if file.tell() + len(chunk) - 8 >= 1 << 32:
            raise MediaError(f"{path} is too large for a comment")
        file.write(chunk)
        size = file.tell() - 8
        file.seek(4)
        file.write(struct.pack("<I", size))


def mend_wav(path: Path, size: int | None = None) -> None:
    """Make a WAV file whole whose writer ended before it could: its sizes are those of the file.

    Args:
        path: of the file; its sound is in its last chunk.
        size: bytes of it that are kept; all where not given.

    Raises:
        MediaError: it is not a WAV file, or holds no sound.
        OSError: it cannot be written.
    """
    with path.open("r+b") as file:
        _enter(file, path)
        size = file.seek(0, 2) if size is None else size
        file.truncate(size)
        file.seek(12)
        for name, _ in _chunks(file):
            at = file.tell()
            if name == b"data":
                file.seek(4)
                file.write(struct.pack("<I", min(size - 8, _MOST_SIZE)))
                file.seek(at - 4)
                file.write(struct.pack("<I", min(size - at, _MOST_SIZE)))
                return
    raise MediaError(f"{path} holds no sound")


def read_comments(path: Path) -> list[str]:
    """The comments of a WAV file, in the order in which they lie in it.

    Raises:
        MediaError: it is not a WAV file.
        OSError: it cannot be read.
    """
    found = []
    with path.open("rb") as file:
        _enter(file, path)
        for name, size in _chunks(file):
            if size > _MOST_BYTES:
                continue
            if name == b"LIST":
                found.append(_comment_in(file.read(size)))
            elif name in _TAGS:
                found += comments_of(file.read(size))
    return [comment for comment in found if comment]


def _enter(file: BinaryIO, path: Path) -> None:
    head = file.read(12)
    if len(head) < 12 or (head[:4], head[8:]) != _WAVE:
        raise MediaError(f"{path} is not a WAV file")


def _chunk(name: bytes, content: bytes) -> bytes:
    """Name, length and content, filled to an even length that is not counted."""
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Name and length of each chunk, the file standing at its content."""
    while len(head := file.read(8)) == 8:
        name, size = head[:4], int(struct.unpack("<I", head[4:])[0])
        begin = file.tell()
        yield name, size
        file.seek(begin + size + size % 2)


def _comment_in(body: bytes) -> str:
    if body[:4] != b"INFO":
        return ""
    file = io.BytesIO(body[4:])
    for name, size in _chunks(file):
        if name == b"ICMT":
            return file.read(size).split(b"\0")[0].decode("utf-8", "replace")
    return ""
