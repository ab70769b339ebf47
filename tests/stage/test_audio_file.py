"""What a file cannot be is said before the performance, and what it is repeats exactly."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_resonance.contracts.errors import AssemblyError, OutputError
from latent_resonance.contracts.values import AudioBlock, Spec
from latent_resonance.stage import audio_file


def prepared(path: Path, **spec: object) -> audio_file.Part:
    stage = audio_file.Part(audio_file.Options(path=path))
    stage.prepare(Spec(**spec))
    return stage


@pytest.mark.parametrize(
    ("name", "spec", "says"),
    [
        ("folder.wav", {}, "it is a folder"),
        ("text/a.wav", {}, "Not a directory|No such file"),
        ("a" * 300 + ".wav", {}, "too long"),
        ("a.flac", {"channels": 9}, "Format not recognised"),
        ("a.flac", {"sample_rate": 700_000}, "does not support this sample rate"),
        ("a.ogg", {"sample_rate": 384_000}, "use .flac"),
    ],
)
def test_refused_before_the_first_sample(
    tmp_path: Path, name: str, spec: dict[str, int], says: str
) -> None:
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "text").write_text("a file, not a folder")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(OutputError, match=says) as caught:
        prepared(tmp_path / name, **spec)
    assert "\n" not in str(caught.value)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("name", ["a.wav", "a.flac"])
def test_the_same_sound_gives_the_same_bytes_in_any_blocks(tmp_path: Path, name: str) -> None:
    sound = np.random.default_rng(0).uniform(-1, 1, (20_000, 2)).astype(np.float32)
    made = []
    for cuts in ([], [1, 2, 5000], range(64, 20_000, 480)):
        stage = prepared(tmp_path / name, channels=2)
        for piece in np.split(sound, list(cuts)):
            stage.play(AudioBlock(piece, 16_000))
        stage.close()
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1] == made[2]


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg"])
def test_what_travels_with_the_chain_is_written_into_the_file(tmp_path: Path, name: str) -> None:
    stage = prepared(tmp_path / name, meta={"seed": "7", "bundle": "drone"})
    stage.play(AudioBlock(np.zeros((100, 1), np.float32), 16_000))
    stage.close()
    with soundfile.SoundFile(tmp_path / name) as file:
        assert file.comment == "bundle: drone; seed: 7"


def test_loud_sound_is_held_at_full_scale(tmp_path: Path) -> None:
    stage = prepared(tmp_path / "a.wav")
    stage.play(AudioBlock(np.array([[2], [-3], [0.5]], np.float32), 16_000))
    stage.close()
    back, _ = soundfile.read(tmp_path / "a.wav")
    np.testing.assert_allclose(back, [1, -1, 0.5], atol=1e-6)


def test_a_stage_that_was_not_prepared_says_so(tmp_path: Path) -> None:
    stage = audio_file.Part(audio_file.Options(path=tmp_path / "a.wav"))
    with pytest.raises(AssemblyError, match="not prepared"):
        stage.play(AudioBlock(np.zeros((1, 1), np.float32), 16_000))
    stage.close()
    assert list(tmp_path.iterdir()) == []
