"""The computer keyboard: repeats are holding, silence is letting go; and a real terminal."""

import os
import sys
import time

import pytest

from latent_resonance.engine.notes.keyboard import KeyPiano, TerminalPiano
from latent_resonance.sense.midi_files.messages import CONTROL, NOTE_OFF, NOTE_ON, MidiEvent


def test_two_rows_are_two_octaves() -> None:
    piano = KeyPiano()
    keys = [piano.press(character, 0.0)[0].one for character in "zsxdcvgbhnjm"]
    assert keys == list(range(48, 60))
    piano = KeyPiano()
    assert [piano.press(c, 0.0)[0].one for c in "q2w3er5t6y7ui"] == list(range(60, 73))
    assert piano.press("#", 0.0) == []


def test_repeats_hold_and_silence_lets_go() -> None:
    piano = KeyPiano()
    assert piano.press("z", 0.0) == [MidiEvent(0.0, NOTE_ON, 0, 48, 96)]
    assert piano.poll(0.4) == []
    now = 0.45  # the terminal begins to repeat
    for _ in range(20):
        assert piano.press("z", now) == []
        assert piano.poll(now + 0.02) == []
        now += 0.033
    assert piano.poll(now + 0.05) == []
    assert piano.poll(now + 0.15) == [MidiEvent(now + 0.15, NOTE_OFF, 0, 48, 0)]
    assert piano.poll(now + 9) == []


def test_a_tap_ends_by_itself_and_others_stay() -> None:
    piano = KeyPiano()
    piano.press("z", 0.0)
    piano.press("c", 0.3)
    assert [e.one for e in piano.poll(0.65)] == [48]
    assert [e.one for e in piano.poll(0.95)] == [52]


def test_octave_velocity_and_pedal() -> None:
    piano = KeyPiano()
    for _ in range(9):
        piano.press("=", 0.0)
        piano.press("]", 0.0)
    assert piano.press("z", 0.0) == [MidiEvent(0.0, NOTE_ON, 0, 84, 127)]
    for _ in range(9):
        piano.press("-", 0.0)
        piano.press("[", 0.0)
    assert piano.press("z", 0.0) == [MidiEvent(0.0, NOTE_ON, 0, 24, 16)]
    assert piano.press(" ", 1.0) == [MidiEvent(1.0, CONTROL, 0, 64, 127)]
    assert piano.press(" ", 1.0) == [MidiEvent(1.0, CONTROL, 0, 64, 0)]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_real_terminal_plays_and_gets_its_settings_back(monkeypatch: pytest.MonkeyPatch) -> None:
    import pty
    import termios

    hand, terminal = pty.openpty()
    with os.fdopen(terminal, "r", closefd=True) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        assert TerminalPiano.possible()
        before = termios.tcgetattr(stdin.fileno())
        events: list[MidiEvent] = []
        ended: list[bool] = []
        piano = TerminalPiano(events.append, lambda: ended.append(True))
        until = time.monotonic() + 5
        while termios.tcgetattr(stdin.fileno()) == before and time.monotonic() < until:
            time.sleep(0.01)
        os.write(hand, b"z")
        while not events and time.monotonic() < until:
            time.sleep(0.01)
        os.write(hand, b"\x1b")
        while not ended and time.monotonic() < until:
            time.sleep(0.01)
        piano.close()
        assert [(e.kind, e.one) for e in events][:1] == [(NOTE_ON, 48)]
        assert ended == [True]
        assert termios.tcgetattr(stdin.fileno()) == before
    os.close(hand)
