"""Files of noises, and folders of voices that become them."""

import csv
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
from safetensors.numpy import save_file

from latent_resonance.contracts.errors import InputError
from latent_resonance.data.voices.prepare import prepare_voices
from latent_resonance.data.voices.tensors import pick_subject, read_noises, write_noises
from latent_resonance.sound.voice.mel_square import mel_square


class Bomb:
    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self):
        return Path.touch, (self.marker,)


@pytest.mark.parametrize("suffix", [".npy", ".safetensors"])
def test_noises_come_back(tmp_path: Path, suffix: str) -> None:
    noises = np.random.default_rng(0).standard_normal((3, 4, 32, 32)).astype(np.float32)
    path = tmp_path / "deep" / f"noise{suffix}"
    write_noises(path, noises)
    np.testing.assert_array_equal(read_noises(path), noises)
    np.testing.assert_array_equal(pick_subject(noises, 2, "it"), noises[2])
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("subject", [-1, 3, 10**9])
def test_a_subject_out_of_range_is_refused(subject: int) -> None:
    with pytest.raises(InputError, match=rf"subjects 0 to 2, no subject {subject}"):
        pick_subject(np.zeros((3, 4, 32, 32), np.float32), subject, "noise.npy")


@pytest.mark.parametrize("name", ["bomb.pt", "bomb.PT", "bomb.pkl", "bomb.npy", "bomb.safetensors"])
def test_a_pickle_bomb_does_not_go_off(tmp_path: Path, name: str) -> None:
    marker, path = tmp_path / "went-off", tmp_path / name
    path.write_bytes(pickle.dumps(Bomb(marker)))
    with pytest.raises(InputError, match="bomb"):
        read_noises(path)
    zipped = tmp_path / f"zip-{name}"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(Bomb(marker)))
    with pytest.raises(InputError, match="bomb"):
        read_noises(zipped)
    hidden = tmp_path / "objects-bomb.npy"
    np.save(hidden, np.array([Bomb(marker)], object), allow_pickle=True)
    with pytest.raises(InputError, match="bomb"):
        read_noises(hidden)
    assert not marker.exists()


WRONG = {
    "flat": np.zeros((3, 4096), np.float32),
    "whole": np.zeros((3, 4, 32, 32), np.int64),
    "none": np.zeros((0, 4, 32, 32), np.float32),
    "one": np.float32(3),
    "text": np.array(["a", "b"]),
    "nan": np.full((1, 4, 32, 32), np.nan, np.float32),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_tensor_is_refused_in_a_sentence(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "wrong.npy"
    np.save(path, WRONG[kind])
    with pytest.raises(InputError, match=r"wrong\.npy holds") as caught:
        read_noises(path)
    assert "\n" not in str(caught.value)


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read"):
        read_noises(tmp_path / "none.npy")
    (tmp_path / "empty.npy").touch()
    with pytest.raises(InputError, match=r"no \.npy file"):
        read_noises(tmp_path / "empty.npy")
    save_file({"a": np.zeros(3), "b": np.zeros(3)}, tmp_path / "two.safetensors")
    with pytest.raises(InputError, match="2 tensors"):
        read_noises(tmp_path / "two.safetensors")
    # A header that claims more than there is.
    with (tmp_path / "vast.npy").open("wb") as file:
        np.lib.format.write_array_header_1_0(
            file, {"descr": "<f4", "fortran_order": False, "shape": (10**9, 4, 32, 32)}
        )
    with pytest.raises(InputError, match="vast"):
        read_noises(tmp_path / "vast.npy")
    with pytest.raises(InputError, match="written as"):
        write_noises(tmp_path / "noise.txt", np.zeros((1, 4, 32, 32), np.float32))


@pytest.fixture
def voices(tmp_path: Path) -> Path:
    folder = tmp_path / "voices"
    (folder / "inner").mkdir(parents=True)
    random = np.random.default_rng(0)
    for index, (rate, channels) in enumerate([(8000, 1), (192_000, 1), (44_100, 6), (22_050, 2)]):
        t = np.arange(rate) / rate
        one = 0.3 * np.sin(2 * np.pi * 150 * (index + 1) * t) + 0.01 * random.standard_normal(rate)
        soundfile.write(folder / f"{index}.wav", np.tile(one[:, None], channels), rate)
    soundfile.write(folder / "inner" / "silent.wav", np.zeros(8000), 8000)
    soundfile.write(folder / "inner" / "short.wav", 0.1 * random.standard_normal(1000), 8000)
    (folder / "broken.wav").write_bytes(b"RIFF")
    return folder


def test_a_folder_becomes_tensors_and_a_cut_run_goes_on(voices: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    made = prepare_voices(voices, output)
    assert made.files == ("0.wav", "1.wav", "2.wav", "3.wav")
    assert {file for file, _ in made.skipped} == {
        "broken.wav", "inner/silent.wav", "inner/short.wav",
    }  # fmt: skip
    vectors, mean, std = (np.load(output / f"{n}.npy") for n in ("vectors", "mean", "std"))
    samples, _ = soundfile.read(voices / "3.wav", dtype="float32")
    np.testing.assert_allclose(vectors[3], mel_square(samples[:, 0]), atol=1e-4)
    np.testing.assert_allclose(mean, vectors.mean(0), atol=1e-5)
    np.testing.assert_allclose(made.noises.reshape(4, -1), (vectors - mean) / std, atol=1e-5)
    np.testing.assert_array_equal(np.load(output / "normalised.npy"), made.noises.reshape(4, -1))
    with (output / "subjects.csv").open() as file:
        assert [row["subject"] for row in csv.DictReader(file)] == ["0", "1", "2", "3", "", "", ""]
    for square in sorted((output / "squares").iterdir())[:2]:
        square.unlink()
    again = prepare_voices(voices, output, workers=2)
    assert again.kept == 2
    np.testing.assert_array_equal(again.noises, made.noises)
    # A file that changed is made again.
    soundfile.write(voices / "0.wav", 0.2 * np.random.default_rng(9).standard_normal(9000), 9000)
    assert prepare_voices(voices, output).kept == 3


def test_what_never_varies_has_a_deviation_of_one_and_is_no_noise_alone(
    voices: Path, tmp_path: Path
) -> None:
    for index in (2, 3):
        (voices / f"{index}.wav").unlink()
    made = prepare_voices(voices, tmp_path / "out")
    assert (np.load(tmp_path / "out" / "std.npy") > 0).all()
    assert made.noises.any()
    (voices / "1.wav").write_bytes((voices / "0.wav").read_bytes())
    with pytest.raises(InputError, match="what voices differ by"):
        prepare_voices(voices, tmp_path / "same")
    assert not (tmp_path / "same" / "noise.npy").exists()


def test_a_folder_without_a_voice_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "voices"
    folder.mkdir()
    with pytest.raises(InputError, match="no sound"):
        prepare_voices(folder, tmp_path / "out")
    soundfile.write(folder / "silent.wav", np.zeros(8000), 8000)
    with pytest.raises(InputError, match=r"no voice .* silent"):
        prepare_voices(folder, tmp_path / "out")
    with pytest.raises(InputError, match="inside"):
        prepare_voices(folder, folder / "out")
