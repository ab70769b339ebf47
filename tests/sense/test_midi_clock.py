"""MIDI clock: tempo and beat of timing messages, from a device and on their own."""

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Spec
from latent_resonance.sense import midi
from latent_resonance.sense.midi_files.clock import CLOCK_CONTROLS, MidiClock, clock_values
from latent_resonance.sound import midi_ports

TICK, START, CONTINUE, STOP = [0xF8], [0xFA], [0xFB], [0xFC]


def run(clock: MidiClock, bpm: float, count: int, start: float = 0.0, jitter: float = 0.0) -> float:
    """Ticks from ``start`` on; the time of the last one."""
    rng = np.random.default_rng(1)
    at = start
    for number in range(count):
        at = start + number * 60 / bpm / 24
        clock.take(TICK, at + jitter * rng.uniform(-1, 1))
    return at


def test_a_start_makes_the_next_tick_a_beat() -> None:
    clock = MidiClock()
    run(clock, 100, 17)
    clock.take(START, 0.45)
    last = run(clock, 100, 24 * 4 + 7, 1.0)
    tempo = clock.tempo(5.0, last)
    assert tempo is not None
    assert tempo.exact
    assert tempo.time_seconds == 5.0
    assert tempo.bpm == pytest.approx(100)
    assert tempo.phase == pytest.approx(6 / 24)
    later = clock.tempo(5.0, last + 60 / 100 / 48)
    assert later is not None
    assert later.phase == pytest.approx(6.5 / 24)


def test_ticks_that_shake_make_a_steady_tempo() -> None:
    clock = MidiClock()
    last = run(clock, 128, 200, jitter=0.002)
    tempo = clock.tempo(0.0, last)
    assert tempo is not None
    assert tempo.bpm == pytest.approx(128, rel=0.01)


def test_a_tempo_is_there_while_the_clock_runs() -> None:
    clock = MidiClock()
    last = run(clock, 120, 6)
    assert clock.tempo(0.0, last) is None, "too few to measure"
    last = run(clock, 120, 48)
    assert clock.tempo(0.0, last) is not None
    assert clock.tempo(0.0, last + 0.6) is None, "the cable is out"
    clock.take(STOP, last)
    assert clock.tempo(0.0, last) is None
    last = run(clock, 120, 12, last + 0.02)
    assert clock.tempo(0.0, last) is None, "a stopped device may go on ticking"
    clock.take([0xF2, 4, 0], last)  # a beat from the start
    clock.take(CONTINUE, last)
    last = run(clock, 120, 1, last + 0.02)
    tempo = clock.tempo(0.0, last)
    assert tempo is not None
    assert tempo.phase == pytest.approx(0)


def test_another_tempo_is_followed_within_a_beat() -> None:
    clock = MidiClock()
    last = run(clock, 90, 60)
    last = run(clock, 150, 26, last + 60 / 150 / 24)
    tempo = clock.tempo(0.0, last)
    assert tempo is not None
    assert tempo.bpm == pytest.approx(150, rel=0.01)


def test_beats_are_announced_ahead() -> None:
    clock = MidiClock()
    clock.take(START, 0.0)
    last = run(clock, 120, 24 * 2 + 1)  # on a beat; 0.5 s to the next
    values = []
    for step in range(60):
        tempo = clock.tempo(0.0, min(last + step * 0.008, last + 0.02))
        assert tempo is not None
        values.append(clock_values(tempo, 0.06))
    for control in CLOCK_CONTROLS:
        assert all(control.low <= one[control.name] <= control.high for one in values)
    assert values[0]["beat_phase"] == pytest.approx(0.12)
    assert 0.5 < values[0]["beat"] < 0.8
    on = clock.tempo(0.0, last)
    assert on is not None
    assert clock_values(on, 0.0)["beat"] == 1
    assert clock_values(on, 0.5 - 1e-9)["beat"] < 0.05


class Device:
    """MidiIn as far as a clock needs it."""

    def __init__(self) -> None:
        self.timing = False
        self.callback: Any = None
        devices.append(self)

    def get_ports(self) -> list[str]:
        return ["Drum machine"]

    def open_port(self, index: int) -> None: ...

    def ignore_types(self, *, timing: bool) -> None:
        self.timing = not timing

    def set_callback(self, callback: Any) -> None:
        self.callback = callback

    def cancel_callback(self) -> None: ...

    def close_port(self) -> None: ...

    def delete(self) -> None: ...


devices: list[Device] = []


def test_a_device_s_clock_gives_controls_while_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("rtmidi")
    module.MidiIn = Device  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "rtmidi", module)
    monkeypatch.setattr(midi_ports, "no_sequencer", lambda: False)
    ticks = SimpleNamespace(now=10.0)
    monkeypatch.setattr(midi, "time", SimpleNamespace(perf_counter=lambda: ticks.now))
    part = find_part("sense", "midi").make({"clock": True})
    part.prepare(Spec())
    device = devices[-1]
    assert device.timing, "RtMidi leaves timing messages out unless it is told"
    assert {"beat", "beat_phase", "tempo"} <= {control.name for control in part.controls}
    before = part.read(0.0)
    assert "tempo" not in before.values
    assert before.tempo is None
    device.callback((START, 0.0), None)
    for _ in range(25):
        device.callback((TICK, 0.0), None)
        ticks.now += 60 / 140 / 24
    now = part.read(0.5)
    assert now.present
    assert now.values["tempo"] == pytest.approx(140)
    assert now.tempo is not None
    assert now.tempo.time_seconds == 0.5
    ticks.now += 1.0
    assert part.read(1.5).tempo is None
    part.close()


def test_without_the_option_a_clock_is_left_out() -> None:
    part = find_part("sense", "midi").make({})
    assert not {"beat", "beat_phase", "tempo"} & {control.name for control in part.controls}
