"""Names of files as text that can be printed and stored; a name is bytes, not always text."""


def printable(text: str) -> str:
    r"""``text`` with what no line should hold spelled out: ``\n``, ``\u202e``, ``\xe9``.

    Bytes of a name that are not UTF-8 are in it as lone surrogates (PEP 383).
    """
    return "".join(one if one.isprintable() else _spelled(one) for one in text)


def spell_name(name: str) -> str:
    """A file's name, or its path, as printable text; two names never become one."""
    return printable(name.replace("\\", "\\\\"))


def _spelled(one: str) -> str:
    code = ord(one)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return one.encode("unicode_escape").decode("ascii")
