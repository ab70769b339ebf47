"""The recipe in a sound file: whole, at any length, in each format, and never trusted."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_resonance.contracts.errors import MediaError
from latent_resonance.contracts.values import AudioBlock, Spec
from latent_resonance.stage import audio_file
from latent_resonance.stage.metadata.recipe_of import KEY, read_recipe, spell_recipe
from latent_resonance.stage.metadata.wav_info import append_comment, read_comment

LONG = {"w": "x" * 20_001, "name": "Größe; a: b", "list": [1, 2.5, None]}


def write(path: Path, recipe: dict[str, object] | None = None, samples: int = 1601) -> np.ndarray:
    sound = np.random.default_rng(0).uniform(-0.5, 0.5, (samples, 1)).astype(np.float32)
    stage = audio_file.Part(audio_file.Options(path=path))
    stage.prepare(Spec(meta={"made": "tests"} | ({KEY: spell_recipe(recipe)} if recipe else {})))
    stage.play(AudioBlock(sound, 16_000))
    stage.close()
    return sound


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg"])
@pytest.mark.parametrize("samples", [1600, 1601])
def test_a_recipe_comes_back_and_the_sound_is_untouched(
    tmp_path: Path, suffix: str, samples: int
) -> None:
    path = tmp_path / f"sound{suffix}"
    sound = write(path, LONG, samples)
    assert read_recipe(path) == LONG
    read, rate = soundfile.read(path, dtype="float32")
    assert rate == 16_000
    assert len(read) == samples
    if suffix != ".ogg":
        np.testing.assert_allclose(read, sound[:, 0], atol=1e-6)


def test_a_wav_stays_a_riff_whose_size_is_right(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    write(path, LONG)
    data = path.read_bytes()
    assert int.from_bytes(data[4:8], "little") == len(data) - 8
    append_comment(path, "another")
    assert int.from_bytes(path.read_bytes()[4:8], "little") == path.stat().st_size - 8
    assert "recipe: " in read_comment(path)  # the first is the sound's own


def test_sounds_without_a_recipe_have_none(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    write(path)
    assert read_recipe(path) is None
    append_comment(tmp_path / "sound.wav", "recipe: {broken")
    soundfile.write(tmp_path / "plain.wav", np.zeros(10), 16_000)
    assert read_recipe(tmp_path / "plain.wav") is None


def test_no_sounds_are_refused_in_a_line(tmp_path: Path) -> None:
    for name in ("none.wav", "none.flac"):
        with pytest.raises(MediaError, match="there is no file"):
            read_recipe(tmp_path / name)
    for name in ("text.wav", "text.flac"):
        (tmp_path / name).write_text("no sound at all")
        with pytest.raises(MediaError, match="no"):
            read_recipe(tmp_path / name)


def test_cut_and_lying_chunks_end_quietly(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    write(path, LONG)
    whole = path.read_bytes()
    for length in range(12, len(whole), 997):
        path.write_bytes(whole[:length])
        read_recipe(path)
    for lie in (b"\xff\xff\xff\xff", b"\0\0\0\0"):
        path.write_bytes(whole[:40] + lie + whole[44:])
        read_recipe(path)
