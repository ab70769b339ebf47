"""Stages: files that are whole or not there, and a sound card that is played by the test."""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from latent_resonance.contracts.errors import DeviceError, MissingPartError, OutputError
from latent_resonance.contracts.formats import PictureFormat, SoundFormat
from latent_resonance.contracts.parts import ControlStage, PictureStage, SoundStage
from latent_resonance.contracts.values import AudioBlock, Controls, Frame, Spec
from latent_resonance.stage import audio_file, silent, speaker
from latent_resonance.stage.spectrogram_picture import draw_spectrogram


def tone(samples: int, rate: int = 16_000, start: int = 0) -> np.ndarray:
    time = (np.arange(samples) + start) / rate
    return (0.5 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)


@pytest.mark.parametrize(
    ("name", "subtype"), [("a.wav", "PCM_24"), ("a.flac", "PCM_24"), ("a.ogg", "VORBIS")]
)
def test_a_file_is_whole_when_closed(tmp_path: Path, name: str, subtype: str) -> None:
    stage = audio_file.Part(audio_file.Options(path=tmp_path / name))
    stage.prepare(Spec())
    sound = tone(8000)
    for piece in np.array_split(sound, [1, 8, 4000]):
        stage.play(AudioBlock(piece[:, None], 16_000))
        assert not (tmp_path / name).exists()
    stage.close()
    back, rate = soundfile.read(tmp_path / name, dtype="float32")
    assert (rate, soundfile.info(tmp_path / name).subtype) == (16_000, subtype)
    tolerance = 0.1 if subtype == "VORBIS" else 2**-22
    assert np.abs(back[:8000] - sound[: len(back)]).max() < tolerance
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_an_aborted_file_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"the last good take")
    stage = audio_file.Part(audio_file.Options(path=path))
    stage.prepare(Spec())
    stage.play(AudioBlock(tone(100)[:, None], 16_000))
    stage.abort()
    stage.close()
    assert path.read_bytes() == b"the last good take"
    assert len(list(tmp_path.iterdir())) == 1


def test_what_cannot_be_written_is_said_first(tmp_path: Path) -> None:
    for path, says in ((tmp_path / "a.aac", "use one of"), (tmp_path / "no" / "a.wav", "cannot")):
        with pytest.raises(OutputError, match=says):
            audio_file.Part(audio_file.Options(path=path)).prepare(Spec())


class Card:
    """Stands for sounddevice: takes only its own rates, and pulls when the test says so."""

    PortAudioError = RuntimeError

    def __init__(self, rates: set[int], devices: int = 1) -> None:
        self.rates, self.stream = rates, None
        self.default = SimpleNamespace(device=(0, 0))
        self.devices = [
            {"name": f"Card {k}", "default_samplerate": 48_000.0, "max_output_channels": 2}
            for k in range(devices)
        ]

    def query_devices(self, index: int | None = None):
        return self.devices if index is None else self.devices[index]

    def OutputStream(self, samplerate, callback, **how):
        if samplerate not in self.rates:
            raise self.PortAudioError(f"rate {samplerate}")
        self.callback, self.rate = callback, samplerate
        self.stream = SimpleNamespace(start=lambda: None, close=lambda: None, latency=0.012)
        return self.stream

    def pull(self, frames: int) -> np.ndarray:
        out = np.full((frames, 1), np.nan, np.float32)
        self.callback(out, frames, None, None)
        return out[:, 0]


class Source:
    """An endless tone."""

    def __init__(self) -> None:
        self.given = 0

    def __call__(self, out: np.ndarray) -> int:
        out[:, 0] = tone(len(out), start=self.given)
        self.given += len(out)
        return len(out)


def open_speaker(monkeypatch, card: Card, **options: object) -> speaker.Part:
    monkeypatch.setitem(sys.modules, "sounddevice", card)
    part = speaker.Part(speaker.Options.model_validate(options))
    part.prepare(Spec())
    part.open(Source())
    return part


def test_a_card_with_our_rate_gets_our_samples(monkeypatch) -> None:
    card = Card({16_000})
    part = open_speaker(monkeypatch, card)
    np.testing.assert_array_equal(card.pull(1000), tone(1000))
    assert part.latency_seconds == pytest.approx(0.012)
    part.close()
    part.close()


def test_a_card_with_another_rate_gets_them_resampled_without_a_seam(monkeypatch) -> None:
    card = Card({48_000})
    part = open_speaker(monkeypatch, card)
    heard = np.concatenate([card.pull(size) for size in (64, 441, 480, 1, 1024) * 8])
    assert card.rate == 48_000
    later = heard[2000:]
    spectrum = np.abs(np.fft.rfft(later * np.hanning(len(later))))
    assert abs(spectrum.argmax() * 48_000 / len(later) - 440) < 4
    assert np.abs(np.diff(later)).max() < 0.5 * 2 * np.pi * 440 / 48_000 * 1.05
    part.close()


def test_missing_cards_and_names_are_said(monkeypatch) -> None:
    with pytest.raises(DeviceError, match="no sound card"):
        open_speaker(monkeypatch, Card({16_000}, devices=0))
    with pytest.raises(DeviceError, match="matches 'piano'"):
        open_speaker(monkeypatch, Card({16_000}), device="piano")
    with pytest.raises(DeviceError, match="will not open"):
        open_speaker(monkeypatch, Card({1}), device="card 0")


def test_no_portaudio_says_how_to_get_it(monkeypatch) -> None:
    class Finder:
        def find_spec(self, name, path=None, target=None):
            if name == "sounddevice":
                raise OSError("PortAudio library not found")

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])
    with pytest.raises(MissingPartError, match="PortAudio"):
        speaker.Part(speaker.Options()).prepare(Spec())


@pytest.mark.parametrize("samples", [1, 100, 16_000, 200_000])
@pytest.mark.parametrize("rate", [8_000, 48_000])
def test_a_picture_of_any_sound(tmp_path: Path, samples: int, rate: int) -> None:
    from PIL import Image

    path = tmp_path / "a.png"
    draw_spectrogram(tone(samples, rate), rate, path, "a tone")
    pixels = np.asarray(Image.open(path).convert("L"), float)
    assert pixels.shape == (420, 1000)
    if samples > 1000:
        # The loudest row of the plot is where 440 Hz belongs on the log axis from 40 Hz.
        row = pixels[40:370, 200:800].mean(axis=1).argmax()
        hz = 40 * (rate / 2 / 40) ** (1 - row / 330)
        assert hz == pytest.approx(440, rel=0.12)
    with pytest.raises(OutputError):
        draw_spectrogram(tone(100), 16_000, tmp_path / "no" / "a.png")


def test_silent_takes_everything_and_keeps_it_when_asked() -> None:
    for keep in (False, True):
        stage = silent.Part(silent.Options(keep=keep))
        assert isinstance(stage, SoundStage)
        assert isinstance(stage, PictureStage)
        assert isinstance(stage, ControlStage)
        assert set(stage.accepts) == {SoundFormat, PictureFormat, Controls}
        stage.play(AudioBlock(np.zeros((100, 2), np.float32), 16_000))
        stage.play(AudioBlock(np.zeros((28, 2), np.float32), 16_000, 100))
        stage.show(Frame(np.zeros((2, 3, 3), np.uint8), 0.1))
        stage.send(Controls(0.0, {"mouth": 1.0}))
        assert (stage.samples, stage.pictures, stage.messages) == (128, 1, 1)
        kept = (len(stage.blocks), len(stage.frames), len(stage.controls))
        assert kept == ((2, 1, 1) if keep else (0, 0, 0))
        stage.reset()
        assert (stage.samples, stage.pictures, stage.messages, stage.blocks) == (0, 0, 0, [])


@pytest.mark.parametrize("module", [audio_file, speaker])
def test_sound_goes_to_stages_of_sound(module) -> None:
    assert module.Part.accepts == (SoundFormat,)
    assert isinstance(module.Part(module.Options()), SoundStage)
