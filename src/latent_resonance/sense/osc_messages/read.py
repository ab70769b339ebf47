"""Reads OSC 1.0 packets: messages and bundles of them. Numbers only; what comes is not trusted."""

import struct
from collections.abc import Iterator

_BUNDLE = b"#bundle\0"
_DEEPEST = 4
# Type tag to its struct format; those of no bytes are numbers too.
_NUMBERS = {"f": ">f", "i": ">i", "d": ">d", "h": ">q"}
_CONSTANTS = {"T": 1.0, "F": 0.0}


class OscError(ValueError):
    """Bytes that are no OSC packet."""


def read_packet(data: bytes, depth: int = 0) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Addresses and numbers of all messages in a packet; times of bundles are not kept.

    Raises:
        OscError: it is no OSC, or nests too deeply.
    """
    if not data.startswith(_BUNDLE):
        yield _message(data)
        return
    if depth >= _DEEPEST:
        raise OscError("bundles nest too deeply")
    at = len(_BUNDLE) + 8
    while at < len(data):
        size = int(_number(">i", data, at))
        if size <= 0 or at + 4 + size > len(data):
            raise OscError("an element ends outside its bundle")
        yield from read_packet(data[at + 4 : at + 4 + size], depth + 1)
        at += 4 + size


def _message(data: bytes) -> tuple[str, tuple[float, ...]]:
    address, at = _text(data, 0)
    if not address.startswith("/"):
        raise OscError("no address")
    tags, at = _text(data, at)
    if not tags.startswith(","):
        raise OscError("no type tags")
    numbers = []
    for tag in tags[1:]:
        if tag in _CONSTANTS:
            numbers.append(_CONSTANTS[tag])
            continue
        if tag not in _NUMBERS:
            raise OscError(f"an argument of type {tag!r}")
        form = _NUMBERS[tag]
        numbers.append(float(_number(form, data, at)))
        at += struct.calcsize(form)
    return address, tuple(numbers)


def _text(data: bytes, at: int) -> tuple[str, int]:
    """A text that ends with zeros to a multiple of four, and where the next thing begins."""
    end = data.find(b"\0", at)
    if end < 0:
        raise OscError("a text without an end")
    try:
        return data[at:end].decode("ascii"), (end // 4 + 1) * 4
    except UnicodeDecodeError as error:
        raise OscError("a text that is not ASCII") from error


def _number(form: str, data: bytes, at: int) -> float:
    if at + struct.calcsize(form) > len(data):
        raise OscError("a number is cut off")
    return struct.unpack_from(form, data, at)[0]  # type: ignore[no-any-return]
