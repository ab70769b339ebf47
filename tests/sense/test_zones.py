"""MPE: a channel to each note comes out as channels that an instrument plays one by one."""

from collections.abc import Iterable

import pytest

from latent_resonance.contracts.values import Event
from latent_resonance.sense.midi_files.latest import LatestValues
from latent_resonance.sense.midi_files.messages import decode_message
from latent_resonance.sense.midi_files.zones import ZoneMode, Zones


class Instrument:
    """Sixteen channels that know registered parameter 0 and nothing of zones."""

    def __init__(self) -> None:
        self.bend = [0.0] * 16
        self.range = [2] * 16
        self.pressure = [0.0] * 16
        self.controllers: list[dict[int, float]] = [{} for _ in range(16)]

    def play(self, events: Iterable[Event]) -> None:
        for event in events:
            channel, known = event.channel, self.controllers[event.channel]
            if event.kind == "bend":
                assert -1 <= event.value <= 1
                self.bend[channel] = event.value
            elif event.kind == "pressure":
                self.pressure[channel] = event.value
            elif event.kind == "control":
                known[event.key] = event.value
                if event.key == 6 and (known.get(101), known.get(100)) == (0, 0):
                    self.range[channel] = int(event.value)
                if event.key == 121:
                    self.bend[channel] = 0.0

    def semitones(self, channel: int) -> float:
        return self.bend[channel] * self.range[channel]


def played(mode: ZoneMode, *messages: str) -> tuple[Instrument, list[Event]]:
    zones, instrument, found = Zones(mode), Instrument(), []
    instrument.play(zones.begin(0.0))
    for message in messages:
        event = decode_message(bytes.fromhex(message), 1.0)
        assert event is not None
        found += zones.pass_on(event)
    instrument.play(found)
    return instrument, found


def test_each_note_bends_by_itself_and_all_with_the_master() -> None:
    half = "00 60"  # (96 << 7) - 8192 of 8191
    up = 4096 / 8191
    instrument, _ = played("lower", f"e1 {half}", "92 40 7f", "e2 00 00")
    assert instrument.semitones(1) == pytest.approx(48 * up)
    assert instrument.semitones(2) == -48
    assert instrument.semitones(3) == 0
    instrument, _ = played("lower", f"e1 {half}", "e0 7f 7f")
    assert instrument.semitones(0) == 2
    assert instrument.semitones(1) == pytest.approx(48 * up + 2)
    assert instrument.semitones(2) == pytest.approx(2)
    assert instrument.range[1:] == [48] * 15
    instrument, _ = played("upper", f"e0 {half}", "ef 7f 7f")
    assert instrument.semitones(0) == pytest.approx(48 * up + 2)
    assert instrument.semitones(15) == 2


def test_ranges_that_the_device_asks_for_hold_for_all_members() -> None:
    twelve = ("b3 65 00", "b3 64 00", "b3 06 0c", "b3 26 00")
    instrument, events = played("lower", "e1 7f 7f", *twelve)
    assert instrument.semitones(1) == pytest.approx(12)
    assert instrument.range[1:] == [48] * 15
    assert not any(event.key == 6 for event in events)
    master = ("b0 65 00", "b0 64 00", "b0 06 07")
    instrument, _ = played("lower", "e0 7f 7f", *master)
    assert instrument.semitones(0) == 7
    assert instrument.semitones(5) == pytest.approx(7)
    instrument, _ = played("lower", *twelve, "e1 7f 7f", *master, "e0 00 00")
    assert instrument.semitones(1) == pytest.approx(12 - 7)


def test_what_the_master_sends_reaches_all_its_notes() -> None:
    instrument, events = played("lower", "b0 40 7f", "c0 2a", "d0 20", "d2 60", "d0 30")
    assert [instrument.controllers[c].get(64) for c in range(16)] == [127] * 16
    assert [e.channel for e in events if e.kind == "program"] == list(range(16))
    assert instrument.pressure == [48, 48, 96] + [48] * 13
    _, events = played("lower", "90 3c 40", "91 3c 40", "a1 3c 09")
    assert [(e.kind, e.channel) for e in events] == [
        ("note_on", 0),
        ("note_on", 1),
        ("pressure", 1),
    ]


def test_reset_controllers_leave_the_masters_bend() -> None:
    instrument, _ = played("lower", "e0 7f 7f", "e1 7f 7f", "b1 79 00")
    assert instrument.semitones(1) == pytest.approx(2)
    instrument, _ = played("lower", "e0 7f 7f", "e1 7f 7f", "b0 79 00", "e0 00 40")
    assert [instrument.semitones(c) for c in range(16)] == [0] * 16


def test_a_device_configures_its_zones() -> None:
    lower = ("b0 65 00", "b0 64 06", "b0 06 05")
    instrument, _ = played("auto", *lower, "e0 7f 7f", "e1 7f 7f", "e6 7f 7f")
    assert instrument.semitones(1) == 48, "no more than its range"
    assert instrument.semitones(5) == pytest.approx(2)
    assert instrument.semitones(6) == 2, "outside the zone"
    assert instrument.range == [2] + [48] * 5 + [2] * 10
    upper = ("bf 65 00", "bf 64 06", "bf 06 0c")
    instrument, _ = played("auto", *lower, *upper, "ef 7f 7f", "e1 00 60")
    assert instrument.range == [2] + [48] * 14 + [2]
    assert instrument.semitones(1) == pytest.approx(48 * 4096 / 8191)
    assert instrument.semitones(2) == 0
    assert instrument.semitones(3) == pytest.approx(2), "the newer zone has what overlaps"
    everything = ("bf 65 00", "bf 64 06", "bf 06 0f")
    instrument, _ = played("auto", *lower, *everything, "e0 7f 7f")
    assert instrument.range == [48] * 15 + [2]
    assert instrument.semitones(0) == 48
    instrument, _ = played("auto", *lower, "e1 7f 7f", *lower[:2], "b0 06 00")
    assert instrument.range == [2] * 16
    assert instrument.semitones(1) == 2
    instrument, events = played("off", *lower, "e1 7f 7f")
    assert len(events) == 4
    assert instrument.semitones(1) == 2


def test_without_zones_messages_pass_as_they_are() -> None:
    messages = ("b0 65 00", "b0 64 00", "b0 06 0c", "e0 00 10", "90 3c 40", "b3 7b 00", "d0 05")
    assert Zones("auto").begin(0.0) == []
    _, events = played("auto", *messages)
    assert events == [decode_message(bytes.fromhex(m), 1.0) for m in messages]


def test_values_are_those_of_the_newest_key() -> None:
    latest = LatestValues("lower", [1])

    def take(*messages: str) -> dict[str, float]:
        for message in messages:
            event = decode_message(bytes.fromhex(message), 0.0)
            assert event is not None
            latest.take(event)
        return latest.values

    assert take("e1 7f 7f", "d1 7f", "b1 4a 7f", "91 3c 7f")["bend"] == 1
    values = take("92 40 40")
    assert (values["bend"], values["pressure"], values["timbre"]) == (0, 0, 0.5)
    assert take("d1 40")["pressure"] == 0, "that of a key before"
    assert take("d2 7f")["pressure"] == 1
    values = take("82 40 00")
    assert (values["bend"], values["pressure"], values["timbre"]) == (1, 64 / 127, 1)
    assert (values["note"], values["notes"], values["velocity"]) == (64, 1, 1)
    assert take("b0 7b 00")["notes"] == 0
    assert values["cc1"] == 0
