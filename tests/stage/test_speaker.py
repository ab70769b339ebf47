"""Sound cards that are particular: stereo only, another rate, refusing late, dry, pulled out."""

import sys
import threading
from types import SimpleNamespace

import numpy as np
import pytest

from latent_resonance.contracts.errors import DeviceError
from latent_resonance.contracts.values import Spec
from latent_resonance.sound.devices import choose_device, list_sound_devices
from latent_resonance.stage import speaker


class Stream:
    def __init__(self, card: "Card", samplerate: int, channels: int, callback, **how) -> None:
        self.card, self.samplerate, self.channels = card, samplerate, channels
        self.callback, self.open = callback, True
        self.finished = how["finished_callback"]
        self.latency = 0.012 if how["latency"] == "low" else how["latency"]
        card.streams.append(self)

    def start(self) -> None:
        if self.card.fails_late:
            raise self.card.PortAudioError("it was\nunplugged")
        self.card.started.release()

    def close(self) -> None:
        self.open = False
        self.finished()

    def pull(self, frames: int, dry: bool = False) -> np.ndarray:
        out = np.full((frames, self.channels), np.nan, np.float32)
        self.callback(out, frames, None, SimpleNamespace(output_underflow=dry))
        return out


class Card:
    """Stands for sounddevice."""

    PortAudioError = type("PortAudioError", (Exception,), {})

    def __init__(self, accepts: set[tuple[int, int]], fails_late: bool = False) -> None:
        self.accepts, self.fails_late = accepts, fails_late
        self.streams: list[Stream] = []
        self.started = threading.Semaphore(0)
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
        return Stream(self, samplerate, channels, callback, **how)

    def next_stream(self) -> Stream:
        """Waits until one more has started."""
        assert self.started.acquire(timeout=60), "nothing was opened"
        return self.streams[-1]


def ramp():
    """Frames 1, 2, 3, ... as a pull."""
    given = 0

    def pull(out: np.ndarray) -> int:
        nonlocal given
        out[:] = np.arange(given + 1, given + 1 + len(out))[:, None]
        given += len(out)
        return len(out)

    return pull


def opened(monkeypatch, card: Card, pull=None) -> speaker.Part:
    monkeypatch.setitem(sys.modules, "sounddevice", card)
    part = speaker.Part(speaker.Options())
    part.prepare(Spec())
    part.open(pull or ramp())
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


def second(stream: Stream, dry: int = 0) -> None:
    """A second of sound, whose first requests find the card dry."""
    for n in range(10):
        assert np.isfinite(stream.pull(1_600, dry=n < dry)).all()


def test_a_card_that_runs_dry_is_opened_with_more_latency_up_to_a_limit(monkeypatch) -> None:
    card = Card({(16_000, 1)})
    part = opened(monkeypatch, card)
    stream, seen = card.next_stream(), []
    second(stream, dry=2)
    second(stream)
    assert len(card.streams) == 1, "where it begins, breaks say nothing"
    for _ in range(5):
        seen.append(round(stream.latency, 3))
        before, count = stream, len(card.streams)
        second(stream, dry=2)
        if len(seen) < 5:
            stream = card.next_stream()
            assert not before.open, "never two at once"
            assert len(card.streams) == count + 1
            assert (before.pull(64) == 0).all(), "one that hangs takes no sound from the other"
    assert seen == [0.012, 0.024, 0.048, 0.096, 0.1]
    part.close()
    told = part.report()
    assert told["card_underflows"] == 12
    assert told["warning"].count("more latency") == 1, "once, however often"
    assert not card.streams[-1].open


def test_one_break_now_and_then_is_not_worth_another(monkeypatch) -> None:
    card = Card({(16_000, 1)})
    part = opened(monkeypatch, card)
    stream = card.next_stream()
    for _ in range(3):
        second(stream, dry=1)
        for _ in range(11):
            second(stream)
    part.close()
    assert len(card.streams) == 1
    assert part.report() == {"card_underflows": 3}


def test_a_card_that_went_away_is_opened_again_and_the_sound_goes_on(monkeypatch) -> None:
    card = Card({(16_000, 1)})
    monkeypatch.setattr(speaker, "_FIRST_WAIT", 0.1)
    monkeypatch.setattr(speaker, "_TURN_SECONDS", 0.02)
    taken = threading.Event()
    part = opened(monkeypatch, card, lambda out: taken.set() or len(out))
    stream = card.next_stream()
    card.accepts.clear()
    stream.finished()
    assert taken.wait(60), "unheard, the performance goes on"
    assert part.trouble == "the sound card is gone"
    card.accepts.add((16_000, 1))
    assert card.next_stream() is not stream
    part.close()
    assert part.report() == {"warning": "the sound card went away"}


def test_a_performance_ends_while_its_card_is_away(monkeypatch) -> None:
    card = Card({(16_000, 1)})
    part = opened(monkeypatch, card)
    card.accepts.clear()
    card.streams[0].finished()
    part.close()
    assert part._carer is not None
    part._carer.join(60)
    assert not part._carer.is_alive()


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


def test_sound_that_may_wait_waits_in_the_card_too(monkeypatch) -> None:
    card = Card({(16_000, 1)})
    monkeypatch.setitem(sys.modules, "sounddevice", card)
    part = speaker.Part(speaker.Options())
    part.prepare(Spec(ahead_seconds=0.06))
    part.open(ramp())
    assert card.next_stream().latency == pytest.approx(0.03)
    part.close()
