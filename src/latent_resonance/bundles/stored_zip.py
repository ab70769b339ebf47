"""The one way to spell a bundle as a zip: stored, dated 1980, the manifest first, then by name.

With a single spelling every byte of the file belongs to something, so a byte that was changed,
added or hidden between members is found. Record layouts: PKWARE APPNOTE.TXT 4.3.7 (local
header), 4.3.12 (central directory), 4.3.16 (end of it).
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_VERSION = 20
_UNIX = 3 << 8
_DATE = 1 << 5 | 1  # 1 January 1980
_PLAIN_FILE = 0o644 << 16
_CHUNK = 1 << 20

MOST_BYTES = (4 << 30) - (1 << 20)  # sizes and offsets are 32 bits


def pieces(content: Mapping[str, bytes]) -> Iterator[bytes]:
    """The file, piece by piece; ``content`` in the order in which it is to be stored."""
    directory = []
    offset = 0
    for name, data in content.items():
        spelled = name.encode("ascii")
        facts = (_VERSION, 0, 0, 0, _DATE, zlib.crc32(data), len(data), len(data), len(spelled), 0)
        local = _LOCAL.pack(b"PK\x03\x04", *facts) + spelled
        directory.append(
            _CENTRAL.pack(b"PK\x01\x02", _VERSION | _UNIX, *facts, 0, 0, 0, _PLAIN_FILE, offset)
            + spelled
        )
        yield local
        yield data
        offset += len(local) + len(data)
    listing = b"".join(directory)
    count = len(directory)
    yield listing
    yield _END.pack(b"PK\x05\x06", 0, 0, count, count, len(listing), offset, 0)


def is_spelled_so(path: Path, content: Mapping[str, bytes]) -> bool:
    """Whether the file is ``pieces(content)`` byte for byte."""
    with path.open("rb") as file:
        for piece in pieces(content):
            for start in range(0, len(piece), _CHUNK):
                part = piece[start : start + _CHUNK]
                if file.read(len(part)) != part:
                    return False
        return not file.read(1)


def claimed_members(tail: bytes) -> int | None:
    """Members that the last 42 bytes of a zip announce; None when it does not end as zips do.

    The 64-bit form is not accepted: its counts are elsewhere, and no bundle needs it.
    """
    end = tail[-_END.size :]
    if len(end) < _END.size or not end.startswith(b"PK\x05\x06") or b"PK\x06\x07" in tail[:4]:
        return None
    return int(_END.unpack(end)[4])
