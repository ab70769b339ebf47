"""Single characters from the terminal that the program runs in."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from latent_resonance.contracts.errors import DeviceError

ESCAPE = "\x1b"
_ESCAPE = b"\x1b"
# An arrow or a function key is an escape sequence: what follows Escape sooner than a hand types.
_SEQUENCE_SECONDS = 0.03
_PASTE, _PASTE_END = b"200~", b"\x1b[201~"
_MOST_OF_SEQUENCE = 32


class TerminalReader:
    """Reads the terminal on a thread of its own, until Escape.

    Args:
        take: called on that thread every few milliseconds, with a character, or "" for none, and
            the seconds of ``time.perf_counter``.

    Raises:
        DeviceError: the input is not a terminal.
    """

    def __init__(self, take: Callable[[str, float], None]) -> None:
        need_terminal()
        self._take = take
        self._stop = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._read, name="keys", daemon=True)
        self._thread.start()

    @property
    def ended(self) -> bool:
        """Whether Escape was pressed, or the input has ended."""
        return self._ended.is_set()

    def close(self) -> None:
        """Restore the terminal; safe to call twice."""
        self._stop.set()
        self._thread.join(timeout=1)

    def _read(self) -> None:
        with terminal_characters() as read:
            while not self._stop.is_set():
                character = read()
                if character == ESCAPE:
                    self._ended.set()
                    return
                self._take(character, time.perf_counter())


def need_terminal() -> None:
    """Raises DeviceError where the input is not a terminal."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise DeviceError("there is no terminal to read keys from: the input is not a tty")


@contextmanager
def terminal_characters() -> Iterator[Callable[[], str]]:
    """Gives a function that waits some milliseconds for a character; "" when there is none."""
    if sys.platform == "win32":
        yield _windows_character
        return
    import os
    import select
    import termios
    import tty

    number = sys.stdin.fileno()
    before = termios.tcgetattr(number)

    def coming(seconds: float) -> bool:
        return bool(select.select([number], [], [], seconds)[0])

    def read() -> str:
        if not coming(0.005):
            # Who was stopped (Ctrl-Z) and comes back finds the terminal as the shell had it.
            with suppress(OSError, termios.error):
                lines = termios.tcgetattr(number)[3] & termios.ICANON
                if lines and os.tcgetpgrp(number) == os.getpgrp():
                    tty.setcbreak(number)
            return ""
        data = os.read(number, 1)
        if data == _ESCAPE and coming(_SEQUENCE_SECONDS):
            skip_sequence(lambda: os.read(number, 1) if coming(_SEQUENCE_SECONDS) else b"")
            return ""
        return data.decode("latin1") if data else ESCAPE

    try:
        tty.setcbreak(number)
        yield read
    finally:
        termios.tcsetattr(number, termios.TCSADRAIN, before)


def skip_sequence(read: Callable[[], bytes]) -> None:
    """Read on behind an Escape to where its sequence ends (ECMA-48), a pasted text with it.

    Args:
        read: gives the next byte, or nothing where none follows at once.
    """
    kind = read()
    if kind not in (b"[", b"O"):  # Alt with a key: two bytes
        return
    found = b""
    while len(found) < _MOST_OF_SEQUENCE and (byte := read()):
        found += byte
        if b"@" <= byte <= b"~":
            break
    if found == _PASTE:
        last = b""
        while last != _PASTE_END and (byte := read()):
            last = (last + byte)[-len(_PASTE_END) :]


def _windows_character() -> str:
    import msvcrt

    if not msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
        time.sleep(0.005)
        return ""
    character = str(msvcrt.getwch())  # type: ignore[attr-defined,unused-ignore]
    if character in {"\0", "\xe0"}:  # an arrow or a function key, whose number follows
        msvcrt.getwch()  # type: ignore[attr-defined,unused-ignore]
        return ""
    return character
