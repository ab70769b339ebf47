"""``resonance voice`` as it is typed: noise of recordings, voices that are kept, folders of them."""

import io
import os
import pickle

import numpy as np
import pytest
import soundfile
from safetensors.numpy import save
from typed import Typed

RATE = 16_000


def voice_like(seconds: float, hz: float = 130.0, rate: int = RATE) -> np.ndarray:
    t = np.arange(round(seconds * rate)) / rate
    tone = sum(np.sin(2 * np.pi * k * hz * t) / k for k in range(1, int(3500 / hz)))
    return 0.1 * tone * np.clip(np.sin(2 * np.pi * 3 * t) + 0.6, 0, None)


def test_a_recording_becomes_noise_and_a_kept_voice_is_found(typed: Typed) -> None:
    soundfile.write(typed.folder / "me.wav", voice_like(1.5), RATE)
    soundfile.write(typed.folder / "later.wav", 0.4 * voice_like(1.2, 131.0), RATE)
    made = typed.json("voice", "noise", "--input", "me.wav", "--output", "a.npy")
    assert made["shape"] == [4, 32, 32]
    assert made["voice"] is None
    first = np.load(typed.folder / "a.npy")
    assert first.shape == (1, 4, 32, 32)
    assert np.linalg.norm(first) == pytest.approx(64, abs=0.1)
    typed.json("voice", "enrol", "me", "--input", "me.wav")
    assert [one["name"] for one in typed.json("voice", "list")["voices"]] == ["me"]
    noise = ("voice", "noise", "--mode", "voice", "--output")
    again = typed.json(*noise, "b.npy", "--input", "later.wav")
    assert again["voice"] == "me"
    typed.json(*noise, "c.npy", "--input", "me.wav", "--no-snap")
    b, c = (np.load(typed.folder / f"{name}.npy") for name in "bc")
    assert float(b.ravel() @ c.ravel()) / 4096 > 0.9999
    typed.refused("there already", "voice", "enrol", "me", "--input", "me.wav")
    typed.json("voice", "delete", "me")
    typed.refused("no voice is called 'me'", "voice", "delete", "me")


@pytest.mark.parametrize("mode", ["exact", "words"])
def test_other_modes_and_shapes(typed: Typed, mode: str) -> None:
    soundfile.write(typed.folder / "me.wav", voice_like(1.0), RATE)
    typed.json("voice", "noise", "--input", "me.wav", "--mode", mode, "--output", "a.safetensors")
    larger = ("--shape", "4x64x64", "--output", "b.npy")
    if mode == "exact":
        typed.refused("one shape", "voice", "noise", "--input", "me.wav", "--mode", mode, *larger)
    else:
        typed.json("voice", "noise", "--input", "me.wav", "--mode", mode, *larger)
        assert np.load(typed.folder / "b.npy").shape == (1, 4, 64, 64)
    wrong = ("--shape", "4x", "--output", "b.npy")
    assert typed("voice", "noise", "--input", "me.wav", *wrong)[0] == 2


def test_rates_channels_and_ten_minutes_work(typed: Typed) -> None:
    soundfile.write(typed.folder / "8k.wav", voice_like(1.0, rate=8000), 8000)
    soundfile.write(typed.folder / "192k.wav", voice_like(1.0, rate=192_000), 192_000)
    soundfile.write(typed.folder / "6.wav", np.tile(voice_like(1.0)[:, None], 6), RATE)
    soundfile.write(typed.folder / "long.wav", np.tile(voice_like(10, rate=8000), 60), 8000)
    for name in ("8k", "192k", "6", "long"):
        made = typed.json("voice", "noise", "--input", f"{name}.wav", "--output", "a.npy")
        assert str(made["part"]).endswith("s of 600.0 s" if name == "long" else "")
        assert bool(made["part"]) == (name == "long")


def test_bad_sound_is_refused_in_one_sentence(typed: Typed) -> None:
    nan = np.full(RATE, np.nan)
    bad = {
        "is silent": np.zeros(RATE),
        "constant": np.full(RATE, 0.5),
        "lasts 0.20 s": voice_like(0.2),
        "NaN": nan,
    }
    for says, samples in bad.items():
        soundfile.write(typed.folder / "bad.wav", samples, RATE, subtype="FLOAT")
        typed.refused(says, "voice", "noise", "--input", "bad.wav", "--output", "a.npy")
        typed.refused(says, "voice", "enrol", "me", "--input", "bad.wav")
    for rate in (8_000, 44_100, 48_000):  # what resampling adds at the ends is no voice
        soundfile.write(typed.folder / "bad.wav", np.full(rate, 0.4), rate)
        typed.refused("constant", "voice", "noise", "--input", "bad.wav", "--output", "a.npy")
    typed.refused("no file", "voice", "noise", "--input", "none.wav", "--output", "a.npy")
    (typed.folder / "bad.wav").write_bytes(b"RIFFnonsense")
    typed.refused("bad.wav", "voice", "noise", "--input", "bad.wav", "--output", "a.npy")


def test_files_of_noises(typed: Typed) -> None:
    noises = np.random.default_rng(0).standard_normal((3, 4, 32, 32)).astype(np.float32)
    np.save(typed.folder / "all.npy", noises)
    made = ("voice", "noise", "--output", "one.npy", "--input")
    typed.json(*made, "all.npy", "--subject", 2)
    np.testing.assert_array_equal(np.load(typed.folder / "one.npy"), noises[2:])
    typed.refused("--mode is for sounds", *made, "all.npy", "--mode", "voice")
    typed.refused("--mix is of the mode mix", *made, "me.wav", "--mode", "voice", "--mix", 0.5)


class Bomb:
    """Leaves a file behind where it is unpickled."""

    def __reduce__(self):
        return os.system, ("touch went-off",)


def _npz() -> bytes:
    file = io.BytesIO()
    np.savez(file, np.zeros((1, 4, 32, 32)))
    return file.getvalue()


def _npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


PICKLE = pickle.dumps(Bomb())
BAD_TENSORS = {
    "bomb.pt": (PICKLE, "is a pickle"),
    "bomb.PTH": (PICKLE, "is a pickle"),
    "bomb.npy": (PICKLE, "is no .npy file"),
    "objects.npy": (_npy(np.array([Bomb()], object)), "is no .npy file"),
    "bomb.safetensors": (PICKLE, "is no .safetensors file"),
    "bomb.wav": (PICKLE, "is no sound"),
    "bomb": (PICKLE, "is no sound"),
    "archive.npy": (_npz(), "is no .npy file"),
    "cut.npy": (_npy(np.zeros((3, 4, 32, 32)))[:999], "is no .npy file"),
    "flat.npy": (_npy(np.zeros((3, 4096))), "3x4096 of float64"),
    "whole.npy": (_npy(np.zeros((3, 4, 32, 32), int)), "of int64"),
    "none.npy": (_npy(np.zeros((0, 4, 32, 32))), "0x4x32x32"),
    "nan.npy": (_npy(np.full((1, 4, 32, 32), np.nan)), "not finite"),
    "two.safetensors": (save({"a": np.zeros(4), "b": np.zeros(4)}), "holds 2 tensors"),
}


@pytest.mark.parametrize("name", BAD_TENSORS)
def test_files_that_hold_no_noises_are_refused_and_run_nothing(typed: Typed, name: str) -> None:
    content, says = BAD_TENSORS[name]
    (typed.folder / name).write_bytes(content)
    typed.refused(says, "voice", "noise", "--input", name, "--output", "one.npy")
    soundfile.write(typed.folder / "me.wav", voice_like(0.5), RATE)
    noise = ("voice", "noise", "--input", "me.wav", "--output", "one.npy")
    typed.refused("holds no voice statistics", *noise, "--statistics", name)
    assert not (typed.folder / "went-off").exists()


@pytest.mark.parametrize("subject", [-1, 3, 10**20])
def test_a_subject_that_is_not_there_is_refused_before_anything_is_written(
    typed: Typed, subject: int
) -> None:
    (typed.folder / "voices").mkdir()
    for index in range(3):
        soundfile.write(typed.folder / "voices" / f"{index}.wav", voice_like(0.5), RATE)
    np.save(typed.folder / "all.npy", np.ones((3, 4, 32, 32)))
    says = f"the subjects 0 to 2, no subject {subject}"
    prepare = ("voice", "prepare", "voices", "--output", "out", "--workers", 1)
    typed.refused(f"voices holds 3 sounds, no subject {subject}", *prepare, "--subject", subject)
    pick = ("voice", "noise", "--input", "all.npy", "--output", "one.npy")
    typed.refused(says, *pick, "--subject", subject)
    of_a_sound = ("voice", "noise", "--input", "voices/0.wav", "--output", "one.npy")
    typed.refused("--subject is for files", *of_a_sound, "--subject", subject)


def test_a_folder_becomes_tensors(typed: Typed) -> None:
    folder = typed.folder / "voices"
    folder.mkdir()
    for index in range(3):
        soundfile.write(folder / f"{index}.wav", voice_like(1.0, 100.0 + 30 * index), RATE)
    soundfile.write(folder / "silent.wav", np.zeros(RATE), RATE)
    prepare = ("voice", "prepare", "voices", "--output", "out", "--workers", 1)
    made = typed.json(*prepare, "--subject", 1)
    assert made["subjects"] == 3
    assert "silent.wav" in made["skipped"]
    whole = np.load(typed.folder / "out" / "noise.npy")
    assert whole.shape == (3, 4, 32, 32)
    np.testing.assert_array_equal(np.load(typed.folder / "out" / "subject-1.npy"), whole[1:2])
    typed.refused("no subject 3", *prepare, "--subject", 3)
    torch = pytest.importorskip("torch")
    typed.json(*prepare, "--format", "pt")
    read = torch.load(typed.folder / "out" / "noise.pt", weights_only=True)
    np.testing.assert_array_equal(read.numpy(), whole)


def test_what_voices_do_not_differ_by_is_no_noise(typed: Typed) -> None:
    (typed.folder / "voices").mkdir()
    soundfile.write(typed.folder / "voices" / "0.wav", voice_like(1.0), RATE)
    alone = ("voice", "prepare", "voices", "--output", "alone", "--workers", 1)
    code, _, err = typed(*alone)
    assert code == 1
    assert "one alone that can be used" in err
    soundfile.write(typed.folder / "voices" / "1.wav", voice_like(1.0), RATE)
    assert typed(*alone)[0] == 1
    assert not (typed.folder / "alone" / "noise.npy").exists()
    np.save(typed.folder / "zero.npy", np.zeros((1, 4, 32, 32), np.float32))
    zero = ("voice", "noise", "--input", "zero.npy", "--output", "z.npy")
    typed.refused("zero throughout", *zero)
    typed.refused("voices is a folder", "voice", "noise", "--input", "voices", "--output", "z.npy")


def test_the_judge_writes_a_report(typed: Typed) -> None:
    folder = typed.folder / "voices"
    folder.mkdir()
    rows = ["file,speaker"]
    for index in range(4):
        hz = 100.0 + 60 * (index // 2) + index
        soundfile.write(folder / f"{index}.wav", voice_like(1.0, hz), RATE)
        rows.append(f"{index}.wav,{'ab'[index // 2]}")
    soundfile.write(folder / "silent.wav", np.zeros(RATE), RATE)
    (folder / "manifest.csv").write_text("\n".join([*rows, "silent.wav,a"]) + "\n")
    made = typed.json("evaluate", "voice", "--data", "voices", "--output", "report")
    assert "is silent" in made["refused"]["silent.wav"]
    assert "left out: half of voices" in (typed.folder / "report" / "report.md").read_text()
    assert set(made["modes"]) == {"exact", "voice", "words", "mix"}
    assert made["modes"]["voice"]["gaussianity"]["norm"] == pytest.approx(64, abs=0.01)
    assert made["modes"]["voice"]["speakers"] == {"top1": 1.0, "asked": 4}
    assert (typed.folder / "report" / "report.md").is_file()
    typed.refused("cannot read", "evaluate", "voice", "--data", "none", "--output", "other")
