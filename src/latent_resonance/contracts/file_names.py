"""Names of files as text that can be printed and stored; a name is bytes, not always text."""

# Unicode counts them with what has no shape: without them Persian words and families of emoji
# fall apart (UAX 31, UTS 51).
_JOINERS = frozenset("\u200c\u200d") | {chr(code) for code in range(0xE0020, 0xE0080)}


def is_printable(text: str) -> bool:
    """Whether it is one line of characters that have a shape, or join such."""
    return all(one.isprintable() or one in _JOINERS for one in text)


def printable(text: str) -> str:
    r"""``text`` with what no line should hold spelled out: ``\n``, ``\u202e``, ``\xe9``.

    Bytes of a name that are not UTF-8 are in it as lone surrogates (PEP 383).
    """
    return "".join(one if is_printable(one) else _spelled(one) for one in text)


def spell_name(name: str) -> str:
    """A file's name, or its path, as printable text; two names never become one."""
    return printable(name.replace("\\", "\\\\"))


def _spelled(one: str) -> str:
    code = ord(one)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return one.encode("unicode_escape").decode("ascii")
