"""Keys of a terminal: what is one key, and what ends a performance."""

import os
import pty
import sys
import threading
from collections.abc import Iterator

import pytest

from latent_resonance.sense.terminal.characters import TerminalReader, skip_sequence

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The keyboard's side of a terminal that is this process's input."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "rb", buffering=0) as given:
        monkeypatch.setattr(sys, "stdin", given)
        yield ours
    os.close(ours)


class Read:
    """What a reader gave, and an event for the first character that is asked for."""

    def __init__(self) -> None:
        self.text, self.seen, self.there = "", "z", threading.Event()

    def take(self, character: str, _: float) -> None:
        self.text += character
        if self.seen in self.text:
            self.there.set()


@pytest.mark.parametrize(
    "keys",
    [b"\x1b[A", b"\x1bOP", b"\x1b[3~", b"\x1b[1;5C", b"\x1bx", b"\x1b[200~some words\x1b[201~"],
    ids=["up", "F1", "Delete", "Ctrl-right", "Alt-x", "paste"],
)
def test_keys_that_send_more_than_one_byte_end_nothing(terminal: int, keys: bytes) -> None:
    found = Read()
    reader = TerminalReader(found.take)
    os.write(terminal, b"a" + keys + b"z")
    assert found.there.wait(30)
    assert not reader.ended
    assert found.text == "az"
    reader.close()


def test_escape_alone_ends(terminal: int) -> None:
    found = Read()
    reader = TerminalReader(found.take)
    os.write(terminal, b"\x1b")
    reader._thread.join(30)
    assert reader.ended
    reader.close()


def test_a_sequence_without_end_is_left_after_a_while() -> None:
    given = iter([b"[", *[b"1"] * 100])
    skip_sequence(lambda: next(given, b""))
    assert len(list(given)) == 100 - 32
    skip_sequence(lambda: b"")
