"""MIDI as a sensor: latest values, files at their times, devices when there is a driver."""

import struct
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from latent_resonance.contracts.errors import (
    DeviceError,
    InputError,
    MediaError,
    MissingPartError,
    UnknownNameError,
)
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Spec
from latent_resonance.sense.midi_files import ports


@pytest.fixture
def song(tmp_path: Path) -> Path:
    # At 100 ticks a beat of 0.5 s: a wheel, a note, a bend, the note's end.
    data = bytes.fromhex(
        "00 b0 01 40  32 90 3c 7f  32 e0 7f 7f  32 90 43 40  32 80 43 00  00 80 3c 00 00 ff2f00"
    )
    path = tmp_path / "song.mid"
    path.write_bytes(
        b"MThd" + struct.pack(">IHHH", 6, 0, 1, 100) + b"MTrk" + struct.pack(">I", len(data)) + data
    )
    return path


def made(**options: object) -> Any:
    part = find_part("sense", "midi").make(options)
    part.prepare(Spec())
    return part


def test_a_file_moves_controls_at_its_times(song: Path) -> None:
    part = made(source=str(song))
    assert part.duration_seconds == pytest.approx(1.0)
    first = part.read(0.0).values
    assert first["mouth"] == pytest.approx(64 / 127)
    assert first["yaw_degrees"] == 0
    assert first["notes"] == 0
    second = part.read(0.26).values
    assert (second["note"], second["velocity"], second["notes"]) == (60, 1, 1)
    third = part.read(0.51).values
    assert third["bend"] == 1
    assert third["yaw_degrees"] == 30
    both = part.read(0.8).values
    assert (both["note"], both["notes"]) == (67, 2)
    last = part.read(5.0)
    assert last.present
    assert last.values["notes"] == last.values["velocity"] == 0
    assert part.read(6.0) is last
    assert part.statistics() == {"midi_messages": 6, "midi_notes": 2}
    assert {control.name for control in part.controls} == set(last.values)
    part.reset()
    assert part.read(0.0).values == first
    part.close()


def test_loops_channels_and_maps(song: Path) -> None:
    part = made(source=str(song), loop=True)
    assert part.duration_seconds is None
    for _ in range(3):
        part.read(0.3)
    assert part.read(7.3).values["notes"] == 1
    assert part.read(7.6).values["bend"] == 1
    part = made(source=str(song), channel=2)
    assert not part.read(9.0).present
    part = made(source=str(song), map={"brow": {"of": "velocity", "low": 1, "high": -1}})
    assert part.read(0.3).values["brow"] == -1
    assert "mouth" not in part.read(0.3).values


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cannot read"):
        made(source=str(tmp_path / "no.mid"))
    for wrong in ("cc128", "cc", "wheel"):
        with pytest.raises(InputError, match="cc0 to cc127"):
            made(map={"mouth": {"of": wrong}})


class Device:
    """What python-rtmidi's MidiIn does, for ports that are not here."""

    ports = ("Midi Through Port-0", "Keystation 49 MIDI 1")
    fails = False

    def __init__(self) -> None:
        self.callback: Any = None
        self.opened: int | None = None
        self.deleted = False
        made_devices.append(self)

    def get_ports(self) -> list[str]:
        return list(self.ports)

    def open_port(self, index: int) -> None:
        if self.fails:
            raise SystemError("busy")
        self.opened = index

    def set_callback(self, callback: Any) -> None:
        self.callback = callback

    def cancel_callback(self) -> None:
        self.callback = None

    def close_port(self) -> None:
        self.opened = None

    def delete(self) -> None:
        self.deleted = True


made_devices: list[Device] = []


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> type[Device]:
    module = ModuleType("rtmidi")
    module.MidiIn = Device  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "rtmidi", module)
    monkeypatch.setattr(ports, "no_sequencer", lambda: False)
    made_devices.clear()
    return Device


def test_a_device_is_heard_and_given_back(driver: type[Device]) -> None:
    part = made()
    device = made_devices[-1]
    assert device.opened == 1, "the loop-back port is passed over"
    device.callback(([0x90, 64, 127], 0.0), None)
    device.callback(([0xF8], 0.0), None)  # a clock tick
    device.callback(([0xB0, 1, 127], 0.0), None)
    values = part.read(0.5).values
    assert (values["note"], values["mouth"]) == (64, 1)
    assert part.duration_seconds is None
    part.close()
    part.close()
    assert device.deleted
    assert made(source="keystation").statistics()["midi_messages"] == 0
    assert made(source="0") is not None
    assert made_devices[-1].opened == 0


def test_devices_that_are_not_there(driver: type[Device], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownNameError, match="Keystation"):
        made(source="Keystaton 49 MIDI 1")
    monkeypatch.setattr(driver, "fails", True)
    with pytest.raises(DeviceError, match="busy"):
        made()
    monkeypatch.setattr(driver, "ports", ("Midi Through Port-0",))
    with pytest.raises(DeviceError, match="no MIDI input is connected"):
        made()
    assert all(device.deleted for device in made_devices)
    monkeypatch.setitem(sys.modules, "rtmidi", None)
    with pytest.raises(MissingPartError, match="pip install"):
        made()
