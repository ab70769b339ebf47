"""Single characters from the terminal that the program runs in."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from latent_resonance.contracts.errors import DeviceError

ESCAPE = "\x1b"
# What follows Escape by so much is of the same key, such as an arrow's; a slow line may part them.
_SAME_KEY_SECONDS = 0.05
_WINDOWS_PREFIXES = ("\x00", "\xe0")


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
    """Gives a function that waits some milliseconds for a character; "" when there is none.

    Arrows, function keys and the like, which terminals send as several characters, are none.
    """
    if sys.platform == "win32":
        yield _windows_character
        return
    import os
    import select
    import termios
    import tty

    number = sys.stdin.fileno()
    before = termios.tcgetattr(number)

    def read() -> str:
        if not select.select([number], [], [], 0.005)[0]:
            # Who was stopped (Ctrl-Z) and comes back finds the terminal as the shell had it.
            with suppress(OSError, termios.error):
                lines = termios.tcgetattr(number)[3] & termios.ICANON
                if lines and os.tcgetpgrp(number) == os.getpgrp():
                    tty.setcbreak(number)
            return ""
        character = os.read(number, 1).decode("latin1")
        if character == ESCAPE and _is_longer_key(following):
            return ""
        return character or ESCAPE

    def following() -> str:
        if not select.select([number], [], [], _SAME_KEY_SECONDS)[0]:
            return ""
        return os.read(number, 1).decode("latin1")

    try:
        tty.setcbreak(number)
        yield read
    finally:
        termios.tcsetattr(number, termios.TCSADRAIN, before)


def _is_longer_key(following: Callable[[], str]) -> bool:
    """Whether Escape is but the first character of a key (ECMA-48, 5.4); takes the others."""
    character = following()
    while character == ESCAPE:  # some terminals put one more before an arrow, for Alt
        character = following()
    if not character:
        return False
    if character == "O":
        following()
    elif character == "[":
        character = following()
        if character == "[":  # F1 to F5 of Linux's console
            following()
        while character and not "@" <= character <= "~":
            character = following()
    return True


def _windows_character() -> str:
    import msvcrt

    if not msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
        time.sleep(0.005)
        return ""
    character = str(msvcrt.getwch())  # type: ignore[attr-defined,unused-ignore]
    # One of them is a letter as well, which comes alone.
    if character in _WINDOWS_PREFIXES and msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
        msvcrt.getwch()  # type: ignore[attr-defined,unused-ignore]
        return ""
    return character
