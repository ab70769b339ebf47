"""Voices as noise, and voices that are kept."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from latent_resonance.contracts.errors import InputError, MediaError, UnknownNameError
from latent_resonance.navigate.voices.enrolled import KnownVoices, unlike_the_rest
from latent_resonance.navigate.voices.noise import MODES, Directions, VoiceNoise
from latent_resonance.navigate.voices.statistics import (
    LinearMap,
    VoiceStatistics,
    load_statistics,
    tensors_of,
)
from latent_resonance.sound.voice.described import VOICE_SIZE
from latent_resonance.sound.voice.mel_square import mel_square
from latent_resonance.sound.voice.words import BANDS, MODULATIONS


def statistics(name: str = "made") -> VoiceStatistics:
    random = np.random.default_rng(0)

    def linear(features: int, size: int) -> LinearMap:
        weight = random.standard_normal((features, size)).astype(np.float32)
        return LinearMap(random.standard_normal(features).astype(np.float32), weight)

    return VoiceStatistics(
        linear(VOICE_SIZE, 24),
        linear(BANDS * MODULATIONS, 40),
        np.full(4096, -40, np.float32),
        np.full(4096, 10, np.float32),
        {"threshold": 0.5},
        name,
    )


def unit(*numbers: float, size: int = 24) -> np.ndarray:
    vector = np.zeros(size, np.float32)
    vector[: len(numbers)] = numbers
    return vector / np.linalg.norm(vector)


def at(*numbers: float) -> Directions:
    return Directions(unit(*numbers), unit(1, size=40))


@pytest.fixture
def maker() -> VoiceNoise:
    return VoiceNoise(statistics())


@pytest.fixture
def known(tmp_path: Path) -> KnownVoices:
    return KnownVoices(tmp_path / "voices")


def cosine(first: np.ndarray, second: np.ndarray) -> float:
    return float(first.ravel() @ second.ravel() / 4096)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 1.0])
def test_a_mix_has_its_shares_of_both(maker: VoiceNoise, share: float) -> None:
    here = at(1)
    mix = maker.noise(here, "mix", share)
    assert cosine(mix, maker.noise(here, "voice")) == pytest.approx(np.sqrt(share), abs=0.03)
    assert cosine(mix, maker.noise(here, "words")) == pytest.approx(np.sqrt(1 - share), abs=0.03)
    assert np.linalg.norm(mix) == pytest.approx(64, abs=0.01)


def test_the_same_voice_saying_something_else_keeps_its_share(maker: VoiceNoise) -> None:
    here, there = at(1), Directions(unit(1), unit(0, 1, size=40))
    first, second = (maker.noise(one, "mix", 0.6) for one in (here, there))
    assert cosine(first, second) == pytest.approx(0.6, abs=0.03)


def test_a_recording_has_noise_in_every_mode(maker: VoiceNoise) -> None:
    random = np.random.default_rng(1)
    sound = random.standard_normal(8000).astype(np.float32)
    here = maker.directions(sound)
    for mode in MODES[1:]:
        assert maker.noise(here, mode).shape == (4, 32, 32)
    exact = maker.exact(sound)
    np.testing.assert_allclose(exact.ravel(), (mel_square(sound) + 40) / 10, atol=1e-5)
    with pytest.raises(MediaError, match="me is silent"):
        maker.directions(np.zeros(8000, np.float32), "me")
    with pytest.raises(MediaError, match="me is silent"):
        maker.exact(np.zeros(8000, np.float32), "me")


def test_what_cannot_be_asked_for_is_refused(maker: VoiceNoise) -> None:
    with pytest.raises(InputError, match="0 to 1"):
        maker.noise(at(1), "mix", 1.5)
    with pytest.raises(InputError, match="exact"):
        maker.noise(at(1), "exact")


def test_statistics_come_back_from_their_file(tmp_path: Path) -> None:
    made = statistics()
    tensors, told = tensors_of(made)
    save_file(tensors, tmp_path / "s.safetensors", told)
    read = load_statistics(tmp_path / "s.safetensors")
    np.testing.assert_allclose(read.voice.weight, made.voice.weight, rtol=1e-3)
    assert (read.name, read.threshold) == ("made", 0.5)


def broken(kind: str) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    tensors, told = tensors_of(statistics())
    if kind == "missing":
        del tensors["voice.mean"]
    elif kind == "shape":
        tensors["words.mean"] = np.zeros(3, np.float32)
    elif kind == "nan":
        tensors["square.mean"] = np.full(4096, np.nan, np.float32)
    elif kind == "deviation":
        tensors["square.deviation"] = np.zeros(4096, np.float32)
    elif kind == "version":
        told["version"] = "99"
    elif kind == "facts":
        told["facts"] = "{}"
    return tensors, told


@pytest.mark.parametrize("kind", ["missing", "shape", "nan", "deviation", "version", "facts"])
def test_damaged_statistics_are_refused(tmp_path: Path, kind: str) -> None:
    tensors, told = broken(kind)
    save_file(tensors, tmp_path / "s.safetensors", told)
    with pytest.raises(InputError, match="holds no voice statistics"):
        load_statistics(tmp_path / "s.safetensors")


def test_no_file_and_no_safetensors_are_refused(tmp_path: Path) -> None:
    (tmp_path / "s").write_bytes(b"nonsense")
    for name in ("s", "none"):
        with pytest.raises(InputError, match="voice statistics"):
            load_statistics(tmp_path / name)


def test_a_kept_voice_is_found_again(maker: VoiceNoise, known: KnownVoices) -> None:
    assert known.names() == []
    kept = known.enrol("Anna", [at(1, 0.2), at(1, -0.2)], maker)
    known.enrol("ben", [at(0, 1)], maker)
    assert known.names() == ["Anna", "ben"]
    np.testing.assert_array_equal(known.open("Anna").noise, kept.noise)
    assert known.open("Anna").clips == 2
    snapped, name = known.snap(at(1, 0.5), maker)
    assert name == "Anna"
    np.testing.assert_array_equal(maker.noise(snapped, "voice"), kept.noise)
    far, nobody = known.snap(at(1, 0, 3), maker)
    assert nobody is None
    np.testing.assert_array_equal(far.voice, at(1, 0, 3).voice)
    known.delete("Anna")
    assert known.names() == ["ben"]
    assert known.snap(at(1, 0.5), maker)[1] is None


def test_a_recording_of_somebody_else_is_told() -> None:
    clips = [at(1, 0.2), at(1, -0.2), at(0, 1)]
    assert unlike_the_rest(clips) == [2]
    assert unlike_the_rest(clips[:2]) == unlike_the_rest(clips[2:]) == []


def test_a_voice_of_other_statistics_is_passed_over(known: KnownVoices, maker: VoiceNoise) -> None:
    known.enrol("anna", [at(1)], VoiceNoise(replace(statistics(), name="older")))
    assert known.snap(at(1), maker)[1] is None


def test_a_taken_name_is_kept_unless_replaced(maker: VoiceNoise, known: KnownVoices) -> None:
    first = known.enrol("anna", [at(1)], maker)
    with pytest.raises(InputError, match="there already"):
        known.enrol("anna", [at(0, 1)], maker)
    np.testing.assert_array_equal(known.open("anna").direction, first.direction)
    known.enrol("anna", [at(0, 1)], maker, replace=True)
    assert known.open("anna").direction[1] == 1


@pytest.mark.parametrize("name", ["", "../anna", "a/b", "a.b", "-a", "ä", "a" * 41, "a\0b"])
def test_names_that_lead_elsewhere_are_refused(
    maker: VoiceNoise, known: KnownVoices, name: str
) -> None:
    for attempt in (
        lambda: known.enrol(name, [at(1)], maker),
        lambda: known.open(name),
        lambda: known.delete(name),
    ):
        with pytest.raises(InputError, match="cannot name a voice"):
            attempt()
    assert not known.folder.exists()


def test_what_is_not_there_or_damaged_is_said(maker: VoiceNoise, known: KnownVoices) -> None:
    with pytest.raises(UnknownNameError, match="no voice is called 'ana'"):
        known.delete("ana")
    known.enrol("anna", [at(1)], maker)
    (known.folder / "anna.safetensors").write_bytes(b"nonsense")
    with pytest.raises(InputError, match="enrol it again"):
        known.snap(at(1), maker)
