"""A sound input that stands for PortAudio's: it speaks, falls silent, is pulled out, comes back."""

import subprocess
import sys
import threading
from types import SimpleNamespace

import numpy as np
import pytest

from latent_resonance.contracts.errors import DeviceError
from latent_resonance.contracts.parts import Sensor
from latent_resonance.contracts.values import Spec
from latent_resonance.sense import microphone
from latent_resonance.sense.listening import inputs

RATE = 48_000


class Machine:
    """Stands for sounddevice."""

    PortAudioError = type("PortAudioError", (Exception,), {})

    def __init__(self, *names: str) -> None:
        self.default = SimpleNamespace(device=(1, 0))
        self.devices = [
            {
                "name": name,
                "default_samplerate": float(RATE),
                "max_input_channels": 0 if name == "Speaker" else 4,
                "max_output_channels": 2,
            }
            for name in ("Speaker", *names)
        ]
        self.streams: list[SimpleNamespace] = []
        self.opened = threading.Semaphore(0)
        self.refuses = 0
        self.refused = threading.Semaphore(0)

    def query_devices(self):
        return self.devices

    def InputStream(self, samplerate, channels, device, callback, finished_callback, **how):
        if self.refuses:
            self.refuses -= 1
            self.refused.release()
            raise self.PortAudioError("Device\nunavailable")
        stream = SimpleNamespace(
            rate=samplerate, channels=channels, device=device, latency=0.005, open=True,
            source=inputs.os.environ.get("PULSE_SOURCE"),
            start=self.opened.release, finished=finished_callback,
            give=lambda sound: callback(np.stack([sound] * channels, 1), len(sound), None, None),
        )  # fmt: skip
        stream.close = lambda: setattr(stream, "open", False)
        self.streams.append(stream)
        return stream


def tone(samples: int = 4800) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * 440 * np.arange(samples) / RATE)).astype(np.float32)


class Watched(microphone.Part):
    """Says when a piece was analysed, or the input was missed."""

    def __init__(self, **options: object) -> None:
        self.changed = threading.Condition()
        super().__init__(microphone.Options.model_validate(options))

    def __setattr__(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)
        if name == "_newest":
            with self.changed:
                self.changed.notify_all()

    def wait(self, what) -> None:
        with self.changed:
            assert self.changed.wait_for(what, timeout=60)


@pytest.fixture
def machine(monkeypatch):
    made = Machine("Built-in", "USB Audio")
    monkeypatch.setitem(sys.modules, "sounddevice", made)
    monkeypatch.setattr(inputs, "list_monitors", list)
    monkeypatch.setattr(microphone, "_FIRST_RETRY_SECONDS", 0.01)
    return made


def test_a_voice_becomes_controls(machine) -> None:
    part = Watched(device="usb")
    assert isinstance(part, Sensor)
    part.prepare(Spec())
    try:
        stream = machine.streams[0]
        assert (stream.device, stream.rate, stream.channels) == (2, RATE, 2)
        assert not part.read(0.0).present
        stream.give(tone(24_000))
        part.wait(lambda: part._newest.time_seconds > 0.49)
        got = part.read(1.0)
        assert got.present
        assert got.time_seconds == 1.0
        assert got.values["pitch"] == pytest.approx(69, abs=0.2)
        assert got.values["voicing"] > 0.8
        assert 0.012 < part.latency_seconds < 0.02
        part.reset()
        assert not part.read(0.0).present
        stream.give(tone(600))
        part.wait(lambda: 0 < part._newest.time_seconds < 0.1)
    finally:
        part.close()
    part.close()
    assert not stream.open


def test_an_input_that_is_pulled_out_is_absent_and_comes_back(machine) -> None:
    part = Watched()
    part.prepare(Spec())
    try:
        first = machine.streams[0]
        assert first.device == 1, "the system's own choice"
        assert machine.opened.acquire(timeout=60)
        first.give(tone())
        part.wait(lambda: part.read(0.0).present)
        machine.refuses = 2
        first.finished()  # PortAudio says that the stream ended.
        part.wait(lambda: not part.read(0.0).present)
        assert machine.refused.acquire(timeout=60)
        assert machine.opened.acquire(timeout=60), "it is tried again until it opens"
        assert not first.open
        machine.streams[-1].give(tone())
        part.wait(lambda: part.read(0.0).present)
        assert part.statistics()["input_losses"] == 1
    finally:
        part.close()


def test_an_input_that_gives_nothing_any_more_is_absent(machine, monkeypatch) -> None:
    assert microphone._GONE_SECONDS < 0.5
    monkeypatch.setattr(microphone, "_GONE_SECONDS", 0.05)
    part = Watched()
    part.prepare(Spec())
    try:
        machine.streams[0].give(tone())
        part.wait(lambda: part._losses >= 1)
        part.wait(lambda: not part.read(0.0).present)
    finally:
        part.close()


def test_sound_that_nobody_analyses_is_dropped_and_counted(machine) -> None:
    part = microphone.Part(microphone.Options())
    part._open(inputs.choose_input(None))
    for _ in range(300):
        machine.streams[0].give(tone(10))
    assert part.statistics()["input_dropouts"] == 300 - 256
    part.close()


def test_what_the_machine_plays_is_an_input(machine, monkeypatch) -> None:
    monkeypatch.delenv("PULSE_SOURCE", raising=False)
    monitors = ["alsa_output.pci.analog-stereo.monitor", "null_sink.monitor"]
    monkeypatch.setattr(inputs, "list_monitors", lambda: monitors)
    with pytest.raises(DeviceError, match="PortAudio does not reach"):
        inputs.choose_input("monitor")
    monkeypatch.setitem(sys.modules, "sounddevice", server := Machine("pulse", "Loop monitor 2"))
    assert inputs.choose_input("loop monitor").source == "", "a device of that name comes first"
    assert inputs.choose_input("null_sink").source == "null_sink.monitor"
    server.devices.pop()
    for wanted, source in (("monitor", "@DEFAULT_MONITOR@"), ("null_sink", "null_sink.monitor")):
        part = microphone.Part(microphone.Options(device=wanted))
        part.prepare(Spec())
        part.close()
        assert (server.streams[-1].device, server.streams[-1].source) == (1, source)
        assert "PULSE_SOURCE" not in inputs.os.environ
    with pytest.raises(DeviceError, match=r"no sound input matches 'piano'.*null_sink.monitor"):
        inputs.choose_input("piano")


def test_monitors_are_asked_of_the_sound_server(monkeypatch) -> None:
    listing = "0\tout.monitor\tmodule\ts16le\tIDLE\n1\tmicrophone\tmodule\ts16le\tIDLE\nbroken\n"
    monkeypatch.setattr(inputs.sys, "platform", "linux")
    monkeypatch.setattr(inputs.shutil, "which", lambda name: "/usr/bin/pactl")
    run = lambda *a, **k: SimpleNamespace(stdout=listing)  # noqa: E731
    monkeypatch.setattr(inputs.subprocess, "run", run)
    assert inputs.list_monitors() == ["out.monitor"]

    def hangs(*a: object, **k: object) -> None:
        raise subprocess.TimeoutExpired("pactl", 3)

    monkeypatch.setattr(inputs.subprocess, "run", hangs)
    assert inputs.list_monitors() == []
    monkeypatch.setattr(inputs.shutil, "which", lambda name: None)
    assert inputs.list_monitors() == []


def test_missing_inputs_are_said(machine, monkeypatch) -> None:
    with pytest.raises(DeviceError, match="no sound input matches 'piano'; there is: 1: Built-in"):
        Watched(device="piano").prepare(Spec())
    machine.refuses = 1
    with pytest.raises(DeviceError, match="'Built-in' will not open: Device unavailable"):
        Watched().prepare(Spec())
    monkeypatch.setitem(sys.modules, "sounddevice", Machine())
    with pytest.raises(DeviceError, match="there is no sound input"):
        Watched().prepare(Spec())
