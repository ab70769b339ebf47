"""The terminal's keys: repeats are holding, silence is letting go; sliders; a real terminal."""

import io
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from latent_resonance.contracts.errors import DeviceError
from latent_resonance.contracts.values import ControlRange, Event, Spec
from latent_resonance.sense.keys import Options, Part
from latent_resonance.sense.terminal import piano, sliders, taps
from latent_resonance.sense.terminal.characters import TerminalReader
from latent_resonance.sense.terminal.piano import KeyPiano
from latent_resonance.sense.terminal.sliders import KeySliders
from latent_resonance.sense.terminal.taps import TapTempo

TWO = (ControlRange("brightness", -5, 5), ControlRange("rate", -5, 5))


def test_two_rows_are_two_octaves() -> None:
    keys = KeyPiano()
    assert [keys.press(c, 0.0)[0].key for c in "zsxdcvgbhnjm"] == list(range(48, 60))
    keys = KeyPiano()
    assert [keys.press(c, 0.0)[0].key for c in "q2w3er5t6y7ui"] == list(range(60, 73))
    assert keys.press("#", 0.0) == []


def test_repeats_hold_and_silence_lets_go() -> None:
    keys = KeyPiano()
    assert keys.press("z", 0.0) == [Event(0.0, "note_on", 0, 48, 96)]
    assert keys.poll(0.4) == []
    now = 0.45  # the terminal begins to repeat
    for _ in range(20):
        assert keys.press("z", now) == []
        assert keys.poll(now + 0.02) == []
        now += 0.033
    assert keys.poll(now + 0.05) == []
    assert keys.poll(now + 0.15) == [Event(now + 0.15, "note_off", 0, 48)]
    assert keys.poll(now + 9) == []


def test_a_tap_ends_by_itself_and_others_stay() -> None:
    keys = KeyPiano()
    keys.press("z", 0.0)
    keys.press("c", 0.3)
    assert [e.key for e in keys.poll(0.65)] == [48]
    assert [e.key for e in keys.poll(0.95)] == [52]


def test_taps_become_a_tempo_with_its_beat() -> None:
    tapped = TapTempo()
    assert tapped.press("t", 10.0)
    assert tapped.tempo(0.0, 10.0) is None, "one tap is no tempo"
    for at in (10.52, 10.98, 11.5):
        tapped.press("t", at)
    tempo = tapped.tempo(3.0, 11.75)
    assert tempo is not None
    assert (tempo.time_seconds, tempo.exact) == (3.0, True)
    assert tempo.bpm == pytest.approx(120)
    assert tempo.phase == pytest.approx(0.5)
    tapped.press("*", 12.0)
    assert tapped.bpm == pytest.approx(240)
    tapped.press("*", 12.0)
    assert tapped.bpm == pytest.approx(240), "480 is no tempo"
    tapped.press("/", 12.0)
    tapped.press("/", 12.0)
    assert tapped.bpm == pytest.approx(60)
    for at in (20.0, 20.4):
        tapped.press("t", at)
    assert tapped.bpm == pytest.approx(150), "after a pause it is another one"
    assert not tapped.press("x", 21.0)
    tapped.press("T", 21.0)
    assert tapped.tempo(3.0, 21.0) is None


def test_sliders_and_taps_share_the_keys() -> None:
    part = Part(Options(mode="sliders"))
    part.take("t", 1.0)
    part.take("t", 1.5)
    tempo = part.read(0.3).tempo
    assert tempo is not None
    assert (tempo.bpm, tempo.time_seconds) == (pytest.approx(120), 0.3)
    assert "120 bpm" in part.line
    played = Part(Options(mode="piano"))
    for at in (1.0, 1.5):
        played.take("t", at)
    assert played.read(0.3).tempo is None, "t is a key of the piano"


def test_octave_velocity_and_pedal() -> None:
    keys = KeyPiano()
    for _ in range(9):
        keys.press("=", 0.0)
        keys.press("]", 0.0)
    assert keys.press("z", 0.0) == [Event(0.0, "note_on", 0, 84, 127)]
    for _ in range(9):
        keys.press("-", 0.0)
        keys.press("[", 0.0)
    assert keys.press("z", 0.0) == [Event(0.0, "note_on", 0, 24, 16)]
    assert keys.press(" ", 1.0) == [Event(1.0, "control", 0, 64, 127)]
    assert "velocity 16, pedal down" in keys.line()
    assert keys.press(" ", 1.0) == [Event(1.0, "control", 0, 64, 0)]


def test_keys_choose_and_turn_sliders_within_their_range() -> None:
    keys = KeySliders(TWO)
    for character in "+++2--.":
        assert keys.press(character)
    assert keys.values == {"brightness": 1.5, "rate": -0.9}
    for _ in range(30):
        keys.press("-")
    assert keys.values["rate"] == -5
    assert not keys.press("x")
    assert not keys.press("3") or keys.chosen == 1
    keys.press("0")
    assert keys.values["rate"] == 0
    keys.press("r")
    assert keys.values == {"brightness": 0, "rate": 0}
    assert ">2 rate +0.0" in keys.line()
    assert not KeySliders(()).press("+")


def test_sliders_turn_by_shares_of_their_range_from_where_they_rest() -> None:
    keys = KeySliders((ControlRange("speed", -1, 3, 1), ControlRange("mix", 0, 1, 0.5)))
    keys.press("+")
    keys.press(",")
    assert keys.values == {"speed": 1.16}
    assert keys.line() == ">1 speed +1.16  2 mix +0.50"
    keys.press("r")
    assert keys.values == {"speed": 1, "mix": 0.5}


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes], None]]:
    """A pseudo-terminal as standard input; gives what types on it once it is being read."""
    if sys.platform == "win32":
        pytest.skip("needs a pseudo-terminal")
    import pty
    import termios

    hand, end = pty.openpty()
    with os.fdopen(end, "r") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        before = termios.tcgetattr(stdin.fileno())

        def type_in(characters: bytes) -> None:
            wait_for(lambda: termios.tcgetattr(stdin.fileno()) != before)
            os.write(hand, characters)

        yield type_in
        assert termios.tcgetattr(stdin.fileno()) == before, "it has its settings back"
    os.close(hand)


def wait_for(happened: Callable[[], object]) -> None:
    until = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < until
        threading.Event().wait(0.002)


def test_a_real_terminal_is_a_piano_where_notes_are_played(
    terminal: Callable[[bytes], None],
) -> None:
    part = Part(Options())
    part.prepare(Spec(plays_notes=True, listens=TWO))
    assert part.help == piano.HELP
    assert (part.controls, part.duration_seconds) == ((), None)
    found: list[Event] = []

    def read() -> bool:
        found.extend(part.read(2.0, 0.008).events)
        return bool(found)

    terminal(b"z")
    wait_for(read)
    assert found[0] == Event(2.0, "note_on", 0, 48, 96)
    assert part.statistics() == {"notes_pressed": 1}
    assert not part.ended
    terminal(b"\x1b")
    wait_for(lambda: part.ended)
    part.close()
    part.close()
    assert part.ended


@pytest.mark.parametrize(
    "keys",
    [
        b"\x1b[A\x1b[B",  # arrows
        b"\x1bOP\x1b[15;2~\x1b[[A",  # F1 of most, F5 with Shift, F1 of Linux's console
        b"\x1b[3~\x1b[H\x1bOH",  # Delete, Home of either kind
        b"\x1b[200~b\x1b[201~",  # what is pasted
        b"\x1bx\x1b\x1b[D",  # Alt with a letter, with an arrow
    ],
)
def test_only_escape_alone_ends(terminal: Callable[[bytes], None], keys: bytes) -> None:
    taken: list[str] = []
    reader = TerminalReader(lambda character, now: taken.append(character))
    terminal(keys + b"a")
    wait_for(lambda: "a" in taken or reader.ended)
    assert not reader.ended
    assert "".join(taken) == ("ba" if b"200~" in keys else "a")
    terminal(b"\x1b")
    wait_for(lambda: reader.ended)
    reader.close()


def test_escape_pressed_twice_ends(terminal: Callable[[bytes], None]) -> None:
    reader = TerminalReader(lambda character, now: None)
    terminal(b"\x1b\x1b")
    wait_for(lambda: reader.ended)
    reader.close()


def test_a_real_terminal_has_sliders_elsewhere(terminal: Callable[[bytes], None]) -> None:
    part = Part(Options())
    part.prepare(Spec(listens=TWO))
    assert part.help == f"{sliders.HELP}; {taps.HELP}"
    assert part.controls == TWO
    first = part.read(0.0)
    assert first.values == {}, "nobody turned one yet"
    terminal(b"++2-")
    wait_for(lambda: "rate" in part.read(0.1).values)
    now = part.read(0.1)
    assert now.values == {"brightness": 1.0, "rate": -0.5}
    assert part.read(0.2) is now
    assert ">2 rate -0.5" in part.line
    part.close()


def test_modes_that_are_asked_for() -> None:
    for mode, plays in (("piano", True), ("sliders", False)):
        part = Part(Options(mode=mode))
        part.take("z", 0.0)
        assert bool(part.read(0.0).events) == plays


def test_events_come_once_with_the_time_of_the_read() -> None:
    part = Part(Options(mode="piano"))
    part.take("z", 100.0)
    part.take("", 100.7)
    assert part.read(3.0, 0.1).events == (
        Event(3.0, "note_on", 0, 48, 96),
        Event(3.0, "note_off", 0, 48),
    )
    assert part.read(3.1, 0.1).events == ()


@pytest.mark.parametrize("stdin", [None, io.StringIO("zzz")])
def test_without_a_terminal_it_says_so(
    monkeypatch: pytest.MonkeyPatch, stdin: io.StringIO | None
) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    part = Part(Options())
    with pytest.raises(DeviceError, match="no terminal"):
        part.prepare(Spec(plays_notes=True))
    assert not part.ended
    part.close()
