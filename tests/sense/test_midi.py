"""MIDI as a sensor: events, latest values, files at their times, devices where there is a driver."""

import struct
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latent_resonance.contracts.errors import (
    DeviceError,
    InputError,
    MediaError,
    MissingPartError,
    UnknownNameError,
)
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Event, Spec
from latent_resonance.engine.inspect_machine import list_devices
from latent_resonance.sense.midi_files import device as midi_device
from latent_resonance.sense.performances.playback import Playback
from latent_resonance.sound import midi_ports

# At 100 ticks a beat of 0.5 s: a wheel, a note, a bend, another note, both ends.
SONG = "00 b0 01 40  32 90 3c 7f  32 e0 7f 7f  32 90 43 40  32 80 43 00  00 80 3c 00 00 ff2f00"


def written(path: Path, messages: str = SONG) -> Path:
    data = bytes.fromhex(messages)
    path.write_bytes(
        b"MThd" + struct.pack(">IHHH", 6, 0, 1, 100) + b"MTrk" + struct.pack(">I", len(data)) + data
    )
    return path


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return written(tmp_path / "song.mid")


def made(**options: object) -> Any:
    part = find_part("sense", "midi").make(options)
    part.prepare(Spec())
    return part


def test_a_file_moves_controls_at_its_times(song: Path) -> None:
    part = made(source=str(song))
    assert part.duration_seconds == pytest.approx(1.0)
    assert part.quick
    first = part.read(0.0).values
    assert first["cc1"] == pytest.approx(64 / 127)
    assert (first["bend"], first["notes"], first["timbre"]) == (0, 0, 0.5)
    second = part.read(0.26).values
    assert (second["note"], second["velocity"], second["notes"]) == (60, 1, 1)
    assert part.read(0.51).values["bend"] == 1
    both = part.read(0.8).values
    assert (both["note"], both["notes"]) == (67, 2)
    part.read(5.0)
    last = part.read(5.5)
    assert last.present
    assert last.values["notes"] == last.values["velocity"] == 0
    assert part.read(6.0) is last
    assert part.statistics() == {"midi_messages": 6, "midi_notes": 2}
    assert [control.name for control in part.controls] == list(last.values)
    part.reset()
    assert part.read(0.0).values == first
    part.close()


def test_a_file_gives_its_events_at_their_own_times(song: Path) -> None:
    part = made(source=str(song))
    assert part.read(0.0).events == (), "a step of no length has no events"
    first = part.read(0.0, 0.25)
    assert first.events == (Event(0.0, "control", 0, 1, 64),)
    assert first.values["notes"] == 0
    second = part.read(0.25, 0.5)
    assert second.events == (Event(0.25, "note_on", 0, 60, 127), Event(0.5, "bend", 0, -1, 1.0))
    assert (second.values["notes"], second.values["bend"]) == (1, 0), "in force as it begins"
    rest = part.read(0.75, 9.0).events
    assert [(e.time_seconds, e.kind, e.key) for e in rest] == [
        (0.75, "note_on", 67),
        (1.0, "note_off", 67),
        (1.0, "note_off", 60),
    ]
    assert part.read(9.0, 9.0).events == ()


@given(st.lists(st.floats(0, 0.6), max_size=20), st.booleans())
def test_no_event_is_dropped_or_doubled(steps: list[float], loop: bool) -> None:
    with TemporaryDirectory() as folder:
        part = made(source=str(written(Path(folder) / "song.mid")), loop=loop)
    once = Playback(part._messages, 1.0, loop=loop)
    now, found = 0.0, []
    for step in steps:
        found += part.read(now, step).events
        now += step
    assert found == once.take(now)


def test_a_loop_lets_go_and_starts_over(song: Path) -> None:
    part = made(source=str(song), loop=True)
    assert part.duration_seconds is None
    for _ in range(3):
        part.read(0.3)
    assert part.read(1.0).values["notes"] == 0
    events = part.read(1.0, 0.1).events
    assert [(e.time_seconds, e.kind) for e in events][-2:] == [(1.0, "all_off"), (1.0, "control")]
    assert part.read(7.3).values["notes"] == 1
    assert part.read(7.6).values["bend"] == 1


def test_channels_and_knobs_that_maps_name(song: Path) -> None:
    part = made(source=str(song), channel=2)
    assert not part.read(9.0).present
    assert part.read(9.0, 1.0).events == ()
    part = find_part("sense", "midi").make({"source": str(song)})
    part.prepare(Spec(named=frozenset({"cc7", "cc1", "cc128", "mouth"})))
    names = [control.name for control in part.controls]
    assert names == [
        *("note", "velocity", "notes", "bend", "pressure", "timbre"),
        *("cc1", "cc16", "cc17", "cc18", "cc19", "cc7"),
    ]
    assert part.read(0.0).values["cc7"] == 0
    part = made(source=str(written(song, "00 b0 4a 7f 00 b0 15 7f 00 ff2f00")))
    values = part.read(0.0).values
    assert (values["timbre"], values["cc74"], values["cc21"]) == (1, 1, 1), "any that was moved"


def test_mpe_of_a_file_bends_each_note(song: Path) -> None:
    zone = "00 b0 65 00  00 b0 64 06  00 b0 06 02"
    written(song, zone + "00 91 3c 7f  00 92 40 7f  32 e1 7f 7f  32 e2 00 40  00 ff2f00")
    events = made(source=str(song)).read(0.0, 9.0).events
    ranges = [(e.channel, e.value) for e in events if e.key == 6 and e.channel]
    assert ranges == [(1, 48), (2, 48)]
    bends = [e for e in events if e.kind == "bend" and e.time_seconds > 0]
    assert bends == [Event(0.25, "bend", 1, -1, 1.0), Event(0.5, "bend", 2, -1, 0.0)]
    begun = made(source=str(song), mpe="lower").read(0.0, 0.001).events
    assert {e.channel for e in begun if e.key == 6} == set(range(16))
    assert all(e.time_seconds == 0 for e in begun)
    assert not any(e.value == 48 for e in made(source=str(song), mpe="off").read(0, 9).events)


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cannot read"):
        made(source=str(tmp_path / "no.mid"))
    with pytest.raises(InputError, match="all channels"):
        made(channel=3, mpe="lower")


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


class Output(Device):
    ports = ("Synth MIDI 1",)


made_devices: list[Device] = []


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> type[Device]:
    module = ModuleType("rtmidi")
    module.MidiIn = Device  # type: ignore[attr-defined]
    module.MidiOut = Output  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "rtmidi", module)
    monkeypatch.setattr(midi_ports, "no_sequencer", lambda: False)
    made_devices.clear()
    return Device


def test_a_device_plays_and_is_given_back(driver: type[Device]) -> None:
    part = made()
    device = made_devices[-1]
    assert device.opened == 1, "the loop-back port is passed over"
    assert not part.read(0.2).present
    device.callback(([0x90, 64, 127], 0.0), None)
    device.callback(([0xF8], 0.0), None)  # a clock tick
    device.callback(([0xB0, 1, 127], 0.0), None)
    now = part.read(0.5, 0.008)
    assert now.events == (Event(0.5, "note_on", 0, 64, 127), Event(0.5, "control", 0, 1, 127))
    assert (now.values["note"], now.values["cc1"]) == (64, 1)
    assert part.read(0.508, 0.008).events == ()
    assert part.duration_seconds is None
    part.close()
    part.close()
    assert device.deleted
    assert made(source="keystation").statistics()["midi_messages"] == 0
    assert made(source="0") is not None
    assert made_devices[-1].opened == 0


def test_a_device_that_is_unplugged_lets_its_notes_go_and_comes_back(
    driver: type[Device], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(midi_device, "_LOOK_SECONDS", 60.0)
    monkeypatch.setattr(driver, "ports", ("Midi Through Port-0", "Keystation:MIDI 1 24:0"))
    part = made()
    made_devices[-1].callback(([0x90, 64, 127], 0.0), None)
    assert part.read(0.2, 0.008).present
    monkeypatch.setattr(driver, "ports", ("Midi Through Port-0",))
    part._device.look()
    now = part.read(0.5, 0.008)
    assert not now.present
    assert now.events == (Event(0.5, "all_off", -1),)
    assert part.read(0.6, 0.008).events == ()
    assert part.trouble == "the MIDI input Keystation:MIDI 1 is gone"
    monkeypatch.setattr(driver, "ports", ("Midi Through Port-0", "Keystation:MIDI 1 28:0"))
    part._device.look()
    assert part.trouble == ""
    made_devices[-1].callback(([0x90, 65, 127], 0.0), None)
    back = part.read(0.8, 0.008)
    assert back.present
    assert [event.key for event in back.events] == [65]
    part.close()
    assert all(one.deleted for one in made_devices)


def test_a_device_of_mpe_is_announced_at_the_first_read(driver: type[Device]) -> None:
    part = made(mpe="upper")
    made_devices[-1].callback(([0xE3, 0x7F, 0x7F], 0.0), None)
    events = part.read(2.0, 0.008).events
    assert all(event.time_seconds == 2 for event in events)
    assert events[-1] == Event(2.0, "bend", 3, -1, 1.0)
    assert sum(event.key == 6 and event.value == 48 for event in events) == 15
    assert part.read(2.008, 0.008).events == ()


def test_devices_are_listed(driver: type[Device], monkeypatch: pytest.MonkeyPatch) -> None:
    assert list_devices()["midi inputs"] == list(Device.ports)
    assert list_devices()["midi outputs"] == ["Synth MIDI 1"]
    monkeypatch.setattr(midi_ports, "no_sequencer", lambda: True)
    assert list_devices()["midi inputs"] == []
    monkeypatch.setitem(sys.modules, "rtmidi", None)
    (hint,) = list_devices()["midi outputs"]
    assert "pip install 'latent-resonance[midi]'" in hint


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
