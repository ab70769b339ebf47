"""Cuts a pickle into its instructions, without copying and without trusting a length.

Instructions and their arguments: Python's ``pickletools`` and PEP 307, 3154, 574.
"""

import struct

from latent_resonance.bundles.foreign.values import LongText, Refusal

_LONGEST_TEXT = 4096
_LONGEST_LINE = 1024
_LONGEST_NUMBER = 16  # bytes; the longest in use is torch's magic number of 10

_ENDS = "is damaged: it ends too early"

# Code to (name, argument).
INSTRUCTIONS: dict[int, tuple[str, str]] = {
    code[0]: (name, argument)
    for code, name, argument in (
        (b"\x80", "proto", "u1"),
        (b"\x95", "frame", "u8"),
        (b".", "stop", ""),
        (b"(", "mark", ""),
        (b"0", "pop", ""),
        (b"1", "pop_mark", ""),
        (b"2", "dup", ""),
        (b"N", "none", ""),
        (b"\x88", "true", ""),
        (b"\x89", "false", ""),
        (b"I", "push", "int_line"),
        (b"L", "push", "long_line"),
        (b"F", "push", "float_line"),
        (b"J", "push", "i4"),
        (b"K", "push", "u1"),
        (b"M", "push", "u2"),
        (b"\x8a", "push", "long1"),
        (b"\x8b", "push", "long4"),
        (b"G", "push", "f8"),
        (b"V", "push", "text_line"),
        (b"\x8c", "push", "text1"),
        (b"X", "push", "text4"),
        (b"\x8d", "push", "text8"),
        (b"C", "push", "bytes1"),
        (b"B", "push", "bytes4"),
        (b"\x8e", "push", "bytes8"),
        (b"\x96", "push", "bytes8"),
        (b")", "empty_tuple", ""),
        (b"t", "tuple", ""),
        (b"\x85", "tuple1", ""),
        (b"\x86", "tuple2", ""),
        (b"\x87", "tuple3", ""),
        (b"]", "empty_list", ""),
        (b"l", "list", ""),
        (b"a", "append", ""),
        (b"e", "appends", ""),
        (b"}", "empty_dict", ""),
        (b"d", "dict", ""),
        (b"s", "setitem", ""),
        (b"u", "setitems", ""),
        (b"\x8f", "empty_set", ""),
        (b"\x90", "additems", ""),
        (b"\x91", "frozenset", ""),
        (b"g", "get", "int_line"),
        (b"h", "get", "u1"),
        (b"j", "get", "u4"),
        (b"p", "put", "int_line"),
        (b"q", "put", "u1"),
        (b"r", "put", "u4"),
        (b"\x94", "memoize", ""),
        (b"c", "global", "two_lines"),
        (b"\x93", "stack_global", ""),
        (b"R", "reduce", ""),
        (b"b", "build", ""),
        (b"\x81", "newobj", ""),
        (b"Q", "binpersid", ""),
        (b"i", "inst", "two_lines"),
        # What no network is written with, refused by these names.
        (b"\x92", "NEWOBJ_EX", "refused"),
        (b"o", "OBJ", "refused"),
        (b"P", "PERSID", "refused"),
        (b"\x82", "EXT1", "refused"),
        (b"\x83", "EXT2", "refused"),
        (b"\x84", "EXT4", "refused"),
        (b"\x97", "NEXT_BUFFER", "refused"),
        (b"\x98", "READONLY_BUFFER", "refused"),
        (b"S", "STRING", "refused"),
        (b"T", "BINSTRING", "refused"),
        (b"U", "SHORT_BINSTRING", "refused"),
    )
}

_NUMBERS = {
    "u1": struct.Struct("<B"),
    "u2": struct.Struct("<H"),
    "u4": struct.Struct("<I"),
    "i4": struct.Struct("<i"),
    "u8": struct.Struct("<Q"),
    "f8": struct.Struct(">d"),
}
_SIZES = {"1": "u1", "4": "u4", "8": "u8"}


class Steps:
    """A place in a stretch of bytes, from which instructions are taken."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self.at = 0

    @property
    def left(self) -> int:
        """Bytes that follow."""
        return len(self._data) - self.at

    def take(self, count: int) -> memoryview:
        """The next bytes; raises Refusal when there are fewer."""
        if count > self.left:
            raise Refusal(_ENDS)
        self.at += count
        return self._data[self.at - count : self.at]

    def next(self) -> tuple[str, object]:
        """The next instruction's name and argument; raises Refusal."""
        # Not by ``take``: a file may have a million of them.
        if self.at >= len(self._data):
            raise Refusal(_ENDS)
        code = self._data[self.at]
        self.at += 1
        if code not in INSTRUCTIONS:
            raise Refusal(f"is damaged: 0x{code:02x} is not an instruction of a pickle")
        name, argument = INSTRUCTIONS[code]
        if not argument:
            return name, None
        if argument == "refused":
            raise Refusal(f"has the instruction {name}, which no network needs: refused")
        return name, self._argument(argument)

    def _argument(self, kind: str) -> object:
        if kind in _NUMBERS:
            return self._number(kind)
        if kind.endswith("line") or kind == "two_lines":
            return self._lines(kind)
        size = int(self._number(_SIZES[kind[-1]]))
        if kind.startswith("long"):
            if size > _LONGEST_NUMBER:
                raise Refusal(f"has a number of {size} bytes: refused")
            return int.from_bytes(self.take(size), "little", signed=True)
        return _text(self.take(size)) if kind.startswith("text") else self.take(size)

    def _number(self, kind: str) -> int | float:
        form = _NUMBERS[kind]
        number: int | float = form.unpack(self.take(form.size))[0]
        return number

    def _line(self) -> str:
        line = bytes(self._data[self.at : self.at + _LONGEST_LINE])
        end = line.find(b"\n")
        if end < 0:
            raise Refusal("is damaged: a line without an end")
        self.at += end + 1
        try:
            return line[:end].decode()
        except UnicodeDecodeError as error:
            raise Refusal("is damaged: a line that is not text") from error

    def _lines(self, kind: str) -> object:
        line = self._line()
        if kind == "two_lines":
            return line, self._line()
        if kind == "text_line":
            if "\\" in line:
                raise Refusal("has a text in escapes, which no network needs: refused")
            return line
        if kind == "int_line" and line in {"00", "01"}:
            return line == "01"
        if len(line) > 2 * _LONGEST_NUMBER:
            raise Refusal("has a number of too many digits: refused")
        try:
            return float(line) if kind == "float_line" else int(line.removesuffix("L"))
        except ValueError as error:
            raise Refusal("is damaged: a number that cannot be read") from error


def _text(utf8: memoryview) -> str | LongText:
    if len(utf8) > _LONGEST_TEXT:
        return LongText(utf8)
    try:
        return bytes(utf8).decode()
    except UnicodeDecodeError as error:
        raise Refusal("is damaged: a text that is not UTF-8") from error
