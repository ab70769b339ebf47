"""Statistics of voices: discriminants that are right on known cases, and a file from a folder."""

import csv
from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_resonance.contracts.errors import InputError, MediaError
from latent_resonance.navigate.voices.noise import VoiceNoise
from latent_resonance.navigate.voices.statistics import load_statistics
from latent_resonance.sound.voice.described import DESCRIBED, SPEAKER
from latent_resonance.training.voices.augment import (
    cut,
    equalise,
    hiss,
    overdrive,
    record_again,
    reverberate,
    shift,
    telephone,
)
from latent_resonance.training.voices.build import build_statistics
from latent_resonance.training.voices.discriminant import fit_discriminants
from latent_resonance.training.voices.recipe import VoiceRecipe

RATE = 16_000


def test_the_direction_that_takes_do_not_change_comes_first() -> None:
    random = np.random.default_rng(0)
    clips = random.standard_normal((200, 6)) * [1, 1, 5, 1, 1, 1]
    takes = clips[:, None] + random.standard_normal((200, 8, 6)) * [1, 1, 20, 0.05, 1, 1]
    made = fit_discriminants(clips, takes, 2, 1e-4)
    places = (clips - made.mean) @ made.weight
    assert abs(np.corrcoef(places[:, 0], clips[:, 3])[0, 1]) > 0.99
    assert abs(np.corrcoef(places[:, 0], clips[:, 2])[0, 1]) < 0.2
    # Unit variance, shrunk by what takes take away.
    assert places[:, 0].std() == pytest.approx(1, abs=0.02)
    assert places[:, 1].std() == pytest.approx(0.5, abs=0.1)


def test_more_features_than_clips_are_no_trouble() -> None:
    random = np.random.default_rng(0)
    clips = random.standard_normal((30, 500))
    takes = clips[:, None] + 0.1 * random.standard_normal((30, 3, 500))
    made = fit_discriminants(clips, takes, 8, 0.01)
    assert made.weight.shape == (500, 8)
    assert np.isfinite(made.weight).all()
    with pytest.raises(ValueError, match="too few"):
        fit_discriminants(clips, takes, 30, 0.01)


@pytest.mark.parametrize("change", [reverberate, equalise, telephone, hiss, overdrive, shift, cut])
def test_a_change_changes_the_sound_and_no_more(change) -> None:
    t = np.arange(RATE) / RATE
    sound = np.sin(2 * np.pi * 440 * t) * (1 + np.sin(2 * np.pi * 3 * t))
    made = change(sound, np.random.default_rng(0))
    assert np.isfinite(made).all()
    assert 0.5 * len(sound) < len(made) <= len(sound)
    assert not np.array_equal(made, sound)
    assert 0.05 < np.std(made) / np.std(sound) < 5


def voice_like(index: int, seconds: float = 0.8) -> np.ndarray:
    random = np.random.default_rng(index)
    t = np.arange(round(seconds * RATE)) / RATE
    hz = 90 * 1.15 ** (index % 9)
    gains = random.uniform(0, 1, 20)
    tone = sum(gain * np.sin(2 * np.pi * k * hz * t) for k, gain in enumerate(gains, 1))
    return 0.05 * tone * np.clip(np.sin(2 * np.pi * 5 * t) + 0.8, 0, None)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "voices"
    folder.mkdir()
    with (folder / "manifest.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["file", "speaker"])
        for index in range(16):
            soundfile.write(folder / f"{index}.wav", voice_like(index), RATE)
            table.writerow([f"{index}.wav", f"s{index}"])
    return folder


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A spectrum in the encoder's place: as many numbers, sooner."""
    monkeypatch.setitem(
        DESCRIBED, SPEAKER, lambda samples: np.log1p(np.abs(np.fft.rfft(samples, 510)))
    )


def recipe(folder: Path, **changes: object) -> VoiceRecipe:
    sizes = {"takes": 2, "voice_size": 4, "words_size": 4, "hold_back_one_in": 3}
    return VoiceRecipe(folder=folder, **sizes, **changes)


def test_a_folder_becomes_statistics(corpus: Path, tmp_path: Path) -> None:
    output = tmp_path / "made" / "voices.safetensors"
    made = build_statistics(recipe(corpus), output)
    read = load_statistics(output)
    assert made["clips"] + made["held_back"] == 16
    assert read.name == made["name"]
    assert 0 < len(read.facts["held_back"]) < 10
    assert -1 < read.threshold < 1
    assert read.facts["sources"][0]["clips"] == made["clips"]
    first = VoiceNoise(read).directions(voice_like(3).astype(np.float32))
    random = np.random.default_rng(5)
    again = record_again(voice_like(3), [voice_like(1)], random, cuts=False)
    second = VoiceNoise(read).directions(again.astype(np.float32))
    other = VoiceNoise(read).directions(voice_like(8).astype(np.float32))
    assert first.voice @ second.voice > first.voice @ other.voice
    # The same again, to the last bit.
    assert build_statistics(recipe(corpus), tmp_path / "again.safetensors")["name"] == read.name


def test_what_cannot_be_learned_from_is_refused(corpus: Path, tmp_path: Path) -> None:
    output = tmp_path / "voices.safetensors"
    with pytest.raises(InputError, match="too small a corpus"):
        build_statistics(recipe(corpus).model_copy(update={"voice_size": 40}), output)
    (tmp_path / "empty").mkdir()
    for folder, says in (("empty", "no sounds"), ("none", "cannot read"), (".", "at least two")):
        with pytest.raises(InputError, match=says):
            build_statistics(recipe(tmp_path / folder), output)
    soundfile.write(corpus / "3.wav", np.zeros(8000), RATE)
    with pytest.raises(MediaError, match=r"3\.wav"):
        build_statistics(recipe(corpus), output)
    assert not output.exists()
