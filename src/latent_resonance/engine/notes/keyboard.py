"""The computer keyboard as a piano, in a terminal.

Two rows of keys are two octaves, as trackers have them. A terminal tells when a key is pressed
and repeats it while it is held, but never when it is let go: a note ends when no repeat comes.
Only the last of several keys repeats, so chords are held with the pedal (space).
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from latent_resonance.sense.midi_files.messages import CONTROL, NOTE_OFF, NOTE_ON, MidiEvent

LOWER_ROW = "zsxdcvgbhnjm,l.;/"
UPPER_ROW = "q2w3er5t6y7ui9o0p"
HELP = "zsxdcvgbhnjm and q2w3er5t6y7u play; - = octave; [ ] softer, louder; space pedal; Esc ends"
_FIRST_REPEAT_SECONDS = 0.6  # the longest delay that desktops have by default
_NEXT_REPEAT_SECONDS = 0.12
_PEDAL = 64
_ESCAPE = "\x1b"


@dataclass(slots=True)
class _Held:
    since: float
    until: float


@dataclass(slots=True)
class KeyPiano:
    """Turns pressed characters into messages; knows no terminal."""

    base: int = 48
    velocity: int = 96
    pedal: bool = False
    _held: dict[int, _Held] = field(default_factory=dict)

    def press(self, character: str, now: float) -> list[MidiEvent]:
        """A character came."""
        if character in "-=":
            self.base = min(max(self.base + (12 if character == "=" else -12), 24), 84)
            return []
        if character in "[]":
            self.velocity = min(max(self.velocity + (16 if character == "]" else -16), 16), 127)
            return []
        if character == " ":
            self.pedal = not self.pedal
            return [MidiEvent(now, CONTROL, 0, _PEDAL, 127 if self.pedal else 0)]
        key = self._key(character.lower())
        if key is None:
            return []
        held = self._held.get(key)
        if held is not None:
            held.until = now + _NEXT_REPEAT_SECONDS
            return []
        self._held[key] = _Held(now, now + _FIRST_REPEAT_SECONDS)
        return [MidiEvent(now, NOTE_ON, 0, key, self.velocity)]

    def poll(self, now: float) -> list[MidiEvent]:
        """Keys that were let go."""
        over = [key for key, held in self._held.items() if held.until <= now]
        for key in over:
            del self._held[key]
        return [MidiEvent(now, NOTE_OFF, 0, key, 0) for key in over]

    def _key(self, character: str) -> int | None:
        for row, base in ((LOWER_ROW, self.base), (UPPER_ROW, self.base + 12)):
            place = row.find(character)
            if place >= 0:
                return base + place
        return None


class TerminalPiano:
    """Reads the terminal on a thread of its own.

    Args:
        on_event: called on that thread, with seconds of ``time.perf_counter``.
        on_end: called when Escape is pressed or the input ends.
    """

    def __init__(self, on_event: Callable[[MidiEvent], None], on_end: Callable[[], None]) -> None:
        self._on_event = on_event
        self._on_end = on_end
        self._piano = KeyPiano()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, name="keyboard", daemon=True)
        self._thread.start()

    @staticmethod
    def possible() -> bool:
        """Whether there is a terminal to read."""
        return sys.stdin is not None and sys.stdin.isatty()

    def close(self) -> None:
        """Give the terminal back."""
        self._stop.set()
        self._thread.join(timeout=1)

    def _read(self) -> None:
        with terminal_characters() as read:
            while not self._stop.is_set():
                character = read()
                now = time.perf_counter()
                if character == _ESCAPE:
                    self._on_end()
                    return
                events = self._piano.press(character, now) if character else []
                for event in [*events, *self._piano.poll(now)]:
                    self._on_event(event)


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

    def read() -> str:
        if not select.select([number], [], [], 0.005)[0]:
            return ""
        data = os.read(number, 1)
        return data.decode("latin1") if data else _ESCAPE

    try:
        tty.setcbreak(number)
        yield read
    finally:
        termios.tcsetattr(number, termios.TCSADRAIN, before)


def _windows_character() -> str:
    import msvcrt

    if not msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
        time.sleep(0.005)
        return ""
    return str(msvcrt.getwch())  # type: ignore[attr-defined,unused-ignore]
