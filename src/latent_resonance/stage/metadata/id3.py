"""A comment in an ID3v2 tag: the twin of a WAV file's ``LIST INFO``, which some editors drop.

Written as ID3v2.4 in UTF-8, read in 2.3 and 2.4, in all their encodings (id3.org, "ID3 tag version
2.4.0 - Main Structure", "- Native Frames").
"""

from collections.abc import Iterator

_COMMENT = b"COMM"
_ENCODINGS = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}
_UNSYNCHRONISED, _EXTENDED = 0x80, 0x40


def spell_tag(comment: str) -> bytes:
    """A whole tag with one comment, in no language and without a description."""
    body = b"\x03XXX\x00" + comment.encode()
    frame = _COMMENT + _spread(len(body)) + b"\0\0" + body
    return b"ID3\x04\0\0" + _spread(len(frame)) + frame


def comments_of(tag: bytes) -> Iterator[str]:
    """The comments of a tag; none of what is no tag, or is broken or packed."""
    if len(tag) < 10 or tag[:3] != b"ID3" or tag[3] not in (3, 4):
        return
    if tag[5] & (_UNSYNCHRONISED | _EXTENDED):
        return
    version, end = tag[3], min(len(tag), 10 + _joined(tag[6:10]))
    at = 10
    while at + 10 <= end and tag[at : at + 4].strip(b"\0"):
        size = tag[at + 4 : at + 8]
        length = _joined(size) if version == 4 else int.from_bytes(size, "big")
        body = tag[at + 10 : min(end, at + 10 + length)]
        if tag[at : at + 4] == _COMMENT:
            yield _text_of(body)
        at += 10 + length


def _text_of(body: bytes) -> str:
    """The comment after encoding, language and description."""
    encoding = _ENCODINGS.get(body[0] if body else 0, "utf-8")
    wide = encoding.startswith("utf-16")
    rest = body[4:]
    end = rest.find(b"\0\0" if wide else b"\0")
    while wide and end % 2 and end >= 0:
        end = rest.find(b"\0\0", end + 1)
    text = rest[end + (2 if wide else 1) :] if end >= 0 else rest
    return text.decode(encoding, "replace").rstrip("\0")


def _spread(number: int) -> bytes:
    """Four bytes of seven bits each."""
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def _joined(data: bytes) -> int:
    number = 0
    for byte in data:
        number = number << 7 | byte & 0x7F
    return number
