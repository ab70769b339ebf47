"""Sound cards that are particular: stereo only, another rate, refusing late."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from latent_resonance.contracts.errors import DeviceError
from latent_resonance.contracts.values import Spec
from latent_resonance.sound.devices import choose_device, list_sound_devices
from latent_resonance.stage import speaker


class Stream:
    latency = 0.012

    def __init__(self, card: "Card", samplerate: int, channels: int, callback) -> None:
        self.card, self.samplerate, self.channels = card, samplerate, channels
        self.callback, self.open = callback, True
        card.streams.append(self)

    def start(self) -> None:
        if self.card.fails_late:
            raise self.card.PortAudioError("it was\nunplugged")

    def close(self) -> None:
        self.open = False

    def pull(self, frames: int) -> np.ndarray:
        out = np.full((frames, self.channels), np.nan, np.float32)
        self.callback(out, frames, None, None)
        return out


class Card:
    """Stands for sounddevice."""

    PortAudioError = type("PortAudioError", (Exception,), {})

    def __init__(self, accepts: set[tuple[int, int]], fails_late: bool = False) -> None:
        self.accepts, self.fails_late = accepts, fails_late
        self.streams: list[Stream] = []
        self.default = SimpleNamespace(device=(0, 1))
        self.devices = [
            {"name": name, "default_samplerate": 48_000.0, "max_output_channels": outputs}
            for name, outputs in (("Microphone", 0), ("Line 3", 2), ("Line 2", 2), ("HDMI", 8))
        ]

    def query_devices(self, index: int | None = None):
        return self.devices if index is None else self.devices[index]

    def OutputStream(self, samplerate, channels, callback, **how):
        if (samplerate, channels) not in self.accepts:
            raise self.PortAudioError(f"no {samplerate} Hz, {channels} channels")
        return Stream(self, samplerate, channels, callback)


def ramp():
    """Frames 1, 2, 3, ... as a pull."""
    given = 0

    def pull(out: np.ndarray) -> int:
        nonlocal given
        out[:] = np.arange(given + 1, given + 1 + len(out))[:, None]
        given += len(out)
        return len(out)

    return pull


def opened(monkeypatch, card: Card) -> speaker.Part:
    monkeypatch.setitem(sys.modules, "sounddevice", card)
    part = speaker.Part(speaker.Options())
    part.prepare(Spec())
    part.open(ramp())
    return part


def test_a_card_that_takes_only_stereo_gets_both_sides_alike(monkeypatch) -> None:
    card = Card({(16_000, 2)})
    part = opened(monkeypatch, card)
    heard = np.concatenate([card.streams[0].pull(size) for size in (8, 64, 3, 128)])
    np.testing.assert_array_equal(heard[:, 0], np.arange(1, 204))
    np.testing.assert_array_equal(heard[:, 0], heard[:, 1])
    assert part.latency_seconds == pytest.approx(0.012)
    part.close()
    assert not card.streams[0].open


def test_mono_at_the_card_s_rate_is_tried_before_stereo(monkeypatch) -> None:
    card = Card({(48_000, 1), (48_000, 2)})
    part = opened(monkeypatch, card)
    assert [(stream.samplerate, stream.channels) for stream in card.streams] == [(48_000, 1)]
    for _ in range(20):
        assert np.isfinite(card.streams[0].pull(384)).all()
    assert 0.012 < part.latency_seconds < 0.08, "what resampling takes is counted"
    part.close()


def test_stereo_at_the_card_s_rate_is_the_last_resort(monkeypatch) -> None:
    card = Card({(48_000, 2)})
    opened(monkeypatch, card).close()
    assert not card.streams[0].open


def test_a_card_that_fails_late_is_given_back(monkeypatch) -> None:
    card = Card({(16_000, 1), (48_000, 2)}, fails_late=True)
    with pytest.raises(DeviceError, match="it was unplugged"):
        opened(monkeypatch, card)
    assert len(card.streams) == 2
    assert not any(stream.open for stream in card.streams)


def test_devices_by_number_before_name(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", Card(set()))
    assert [str(device) for device in list_sound_devices()] == [
        "1: Line 3, 48000 Hz (default)",
        "2: Line 2, 48000 Hz",
        "3: HDMI, 48000 Hz",
    ]
    assert choose_device(None).index == 1
    assert choose_device("3").index == 3, (
        "the device of that number, not the first with a 3 in its name"
    )
    assert choose_device("line 2").index == 2
    with pytest.raises(DeviceError, match="there is: 1: Line 3"):
        choose_device("0")
