"""Controls that leave as MIDI, into a port that stands for RtMidi's."""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from latent_resonance.contracts.errors import (
    AssemblyError,
    DeviceError,
    MissingPartError,
    UnknownNameError,
)
from latent_resonance.contracts.parts import ControlStage
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import ControlRange, Controls, Spec

SENSES = (ControlRange("mouth", 0, 1), ControlRange("yaw", -90, 90), ControlRange("brow", 0, 1))


class Output:
    """What python-rtmidi's MidiOut does."""

    ports = ("Midi Through Port-0", "Minilogue MIDI 1", "Desk")
    fails = False
    made: list["Output"] = []  # noqa: RUF012

    def __init__(self) -> None:
        self.opened: int | None = None
        self.deleted = False
        self.sent: list[list[int]] = []
        self.made.append(self)

    def get_ports(self) -> list[str]:
        return list(self.ports)

    def open_port(self, index: int) -> None:
        if self.fails:
            raise SystemError("busy\nnow")
        self.opened = index

    def send_message(self, message: list[int]) -> None:
        if self.fails:
            raise SystemError("unplugged")
        assert all(0 <= byte < 128 for byte in message[1:])
        self.sent.append(message)

    def close_port(self) -> None:
        self.opened = None

    def delete(self) -> None:
        self.deleted = True


@pytest.fixture
def output(monkeypatch) -> type[Output]:
    fresh = type("Fresh", (Output,), {"made": []})
    monkeypatch.setitem(sys.modules, "rtmidi", SimpleNamespace(MidiOut=fresh))
    exists = Path.exists
    monkeypatch.setattr(Path, "exists", lambda p: str(p) == "/dev/snd/seq" or exists(p))
    return fresh


def made(senses=SENSES, **options: object) -> Any:
    part = find_part("stage", "midi").make(options)
    part.prepare(Spec(senses=senses))
    return part


def test_controls_are_numbered_in_order_over_their_ranges(output) -> None:
    part = made(channel=3)
    assert isinstance(part, ControlStage)
    port = output.made[0]
    assert port.opened == 1, "the first that does not loop back"
    part.send(Controls(0.0, {"mouth": 1.0, "yaw": 0.0, "brow": -5.0, "other": 1.0}))
    assert port.sent == [[0xB2, 20, 127], [0xB2, 21, 64], [0xB2, 22, 0]]
    part.send(Controls(0.1, {"mouth": 1.0, "yaw": float("nan"), "brow": 0.5}))
    assert port.sent[3:] == [[0xB2, 22, 64]], "only what has changed"
    part.close()
    part.close()
    assert port.deleted
    part.send(Controls(0.2, {"mouth": 0.0}))
    assert len(port.sent) == 4


def test_fourteen_bits_in_two_controllers(output) -> None:
    part = made(high_resolution=True)
    port = output.made[0]
    part.send(Controls(0.0, {"mouth": 1.0}))
    part.send(Controls(0.1, {"mouth": 0.5}))
    part.send(Controls(0.2, {"mouth": 0.5001}))
    assert port.sent == [
        [0xB0, 20, 127], [0xB0, 52, 127], [0xB0, 20, 64], [0xB0, 52, 0], [0xB0, 52, 1],
    ]  # fmt: skip


def test_no_more_often_than_asked_for(output) -> None:
    part = made(rate=10)
    for step in range(100):
        part.send(Controls(0.008 * step, {"mouth": step / 100}))
    assert len(output.made[0].sent) == 8


def test_own_numbers_and_presence(output) -> None:
    part = made(controllers={"yaw": 1}, presence=20, port="desk")
    port = output.made[0]
    assert port.opened == 2
    part.send(Controls(0.0, {"mouth": 1.0, "yaw": 90.0}))
    part.send(Controls(0.1, {"mouth": 1.0, "yaw": 90.0}, present=False))
    assert port.sent == [[0xB0, 1, 127], [0xB0, 20, 127], [0xB0, 20, 0]]
    assert part.statistics()["controls_left_out"] == ["mouth", "brow"]
    assert made(presence=20).controllers == {"mouth": 21, "yaw": 22, "brow": 23}


def test_more_controls_than_numbers_are_told(output) -> None:
    many = tuple(ControlRange(f"c{k}", 0, 1) for k in range(100))
    part = made(many)
    numbers = list(part.controllers.values())
    assert len(set(numbers)) == len(numbers) == 44
    assert not {7, 10, 11, 64, 123} & set(numbers)
    assert len(part.left_out) == 56
    assert all(n < 32 for n in made(many, high_resolution=True).controllers.values())


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"port": "piano"}, UnknownNameError, "MIDI output is called 'piano'"),
        ({"controllers": {"mowth": 3}}, UnknownNameError, "did you mean 'mouth'"),
        ({"controllers": {"mouth": 3, "yaw": 3}}, AssemblyError, "taken twice"),
        ({"controllers": {"mouth": 40}, "high_resolution": True}, AssemblyError, "no low bits"),
    ],
)
def test_what_does_not_fit_is_said(output, options, error, says) -> None:
    with pytest.raises(error, match=says):
        made(**options)
    assert all(port.deleted for port in output.made)


def test_a_port_that_fails_is_said_first_and_counted_later(output, monkeypatch) -> None:
    part = made()
    output.fails = True
    part.send(Controls(0.0, {"mouth": 1.0}))
    assert part.statistics()["midi_errors"] == 1
    output.fails = False
    part.send(Controls(0.1, {"mouth": 1.0}))
    assert part.statistics()["midi_messages"] == 1, "what did not arrive is sent again"
    output.fails = True
    with pytest.raises(DeviceError, match="will not open: busy now"):
        made()
    assert output.made[-1].deleted
    monkeypatch.setattr(output, "ports", ("Midi Through Port-0",))
    output.fails = False
    with pytest.raises(DeviceError, match="no MIDI output is connected"):
        made()


def test_no_driver_says_how_to_get_it(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "rtmidi", None)
    with pytest.raises(MissingPartError, match="python-rtmidi"):
        made()
