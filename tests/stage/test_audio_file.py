"""What a file cannot be is said before the performance, and what it is repeats exactly."""

import signal
import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_resonance.contracts import files
from latent_resonance.contracts.errors import AssemblyError, MediaError, OutputError
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
        (
            "a.opus",
            {"sample_rate": 44_100},
            "Opus takes .* 48000 Hz, not 44100: use a rate of 48000",
        ),
        ("a.mp3", {"sample_rate": 96_000}, "MP3 takes .* 48000 Hz, not 96000"),
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


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"path": "a.opus", "bits": 16}, "Opus has no bits"),
        ({"path": "a.wav", "dither": True}, "dither is for 16 bits"),
    ],
)
def test_options_that_a_format_does_not_have_are_refused(
    tmp_path: Path, options: dict[str, object], says: str
) -> None:
    given = {**options, "path": tmp_path / str(options["path"])}
    with pytest.raises(OutputError, match=says):
        audio_file.Part(audio_file.Options(**given)).prepare(Spec())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a.ogg", "a.opus", "a.mp3"])
def test_packed_sound_is_as_long_and_sounds_the_same(tmp_path: Path, name: str) -> None:
    """In one block of ten seconds, as places are written."""
    at = np.arange(10 * 48_000) / 48_000
    sound = np.stack([0.3 * np.sin(2 * np.pi * hz * at) for hz in (440, 660)], 1).astype(np.float32)
    stage = prepared(tmp_path / name, sample_rate=48_000, channels=2)
    stage.play(AudioBlock(sound, 48_000))
    stage.close()
    back, rate = soundfile.read(tmp_path / name)
    assert (rate, back.shape) == (48_000, sound.shape)
    middle = slice(48_000, -48_000)
    assert np.sqrt(np.mean((back - sound)[middle] ** 2)) < 0.01


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_sixteen_bits_are_rounded_whatever_the_blocks(tmp_path: Path, suffix: str) -> None:
    sound = np.random.default_rng(0).uniform(-0.99, 0.99, (40_000, 1)).astype(np.float32)
    read = []
    for dither, cuts in ((False, []), (True, []), (True, [3, 20_000])):
        path = tmp_path / f"a{suffix}"
        stage = audio_file.Part(audio_file.Options(path=path, bits=16, dither=dither))
        stage.prepare(Spec())
        for piece in np.split(sound, cuts):
            stage.play(AudioBlock(piece, 16_000))
        stage.close()
        assert soundfile.info(path).subtype == "PCM_16"
        read.append(soundfile.read(path)[0])
    assert np.abs(read[0] - sound[:, 0]).max() <= 1 / 65_536 + 1e-9
    assert np.array_equal(read[1], read[2])
    assert not np.array_equal(read[0], read[1])


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.opus", "a.mp3"])
def test_a_disk_that_fills_up_at_the_very_end_is_noticed(tmp_path: Path, name: str) -> None:
    """Packers hold back a short sound until the file is closed."""
    resource = pytest.importorskip("resource")
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    noise = np.random.default_rng(0).uniform(-0.1, 0.1, (600, 2)).astype(np.float32)
    stage = prepared(tmp_path / name, sample_rate=48_000, channels=2)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400, hard))
        with pytest.raises(OutputError, match=r"cannot write .*: File too large"):
            stage.play(AudioBlock(noise, 48_000))
            stage.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert list(tmp_path.iterdir()) == []


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


def test_a_growing_file_is_taken_to_the_disk_while_it_grows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed = threading.Event()
    monkeypatch.setattr(files, "_FLUSH_SECONDS", 0.01)
    monkeypatch.setattr(files.os, "fsync", lambda _: flushed.set())
    stage = prepared(tmp_path / "take.wav", sample_rate=16_000, channels=1)
    stage.play(AudioBlock(np.zeros((160, 1), np.float32), 16_000, 0))
    assert flushed.wait(30)
    flushed.clear()
    stage.close()
    assert flushed.is_set()  # before it got its name
    assert [path.name for path in tmp_path.iterdir()] == ["take.wav"]


def test_a_wav_that_takes_no_comment_any_more_is_kept_without_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, comment: str) -> None:
        raise MediaError(f"{path} is too large for a comment")

    monkeypatch.setattr(audio_file, "append_comment", full)
    path = tmp_path / "long.wav"
    stage = audio_file.Part(audio_file.Options(path=path))
    stage.prepare(Spec(sample_rate=16_000, channels=1, meta={"made by": "tests"}))
    stage.play(AudioBlock(np.full((1600, 1), 0.25, np.float32), 16_000))
    stage.close()
    assert soundfile.info(path).frames == 1600
    assert [one.name for one in tmp_path.iterdir()] == ["long.wav"]
