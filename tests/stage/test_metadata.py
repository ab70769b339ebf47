"""The recipe in a sound file: whole, at any length, in each format, and never trusted."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_resonance.contracts.errors import MediaError
from latent_resonance.contracts.values import AudioBlock, Spec
from latent_resonance.stage import audio_file
from latent_resonance.stage.metadata.id3 import comments_of
from latent_resonance.stage.metadata.recipe_of import KEY, read_recipe, spell_recipe
from latent_resonance.stage.metadata.wav_info import append_comment, read_comments

LONG = {"w": "x" * 20_001, "name": "Größe; a: b", "list": [1, 2.5, None]}


def write(path: Path, recipe: dict[str, object] | None = None, samples: int = 1601) -> np.ndarray:
    sound = np.random.default_rng(0).uniform(-0.5, 0.5, (samples, 1)).astype(np.float32)
    stage = audio_file.Part(audio_file.Options(path=path))
    stage.prepare(Spec(meta={"made": "tests"} | ({KEY: spell_recipe(recipe)} if recipe else {})))
    stage.play(AudioBlock(sound, 16_000))
    stage.close()
    return sound


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg", ".opus", ".mp3"])
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
    if suffix in {".wav", ".flac"}:
        np.testing.assert_allclose(read, sound[:, 0], atol=1e-6)


def test_a_wav_stays_a_riff_whose_size_is_right(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    write(path, LONG)
    data = path.read_bytes()
    assert int.from_bytes(data[4:8], "little") == len(data) - 8
    append_comment(path, "another")
    assert int.from_bytes(path.read_bytes()[4:8], "little") == path.stat().st_size - 8
    assert "recipe: " in read_comments(path)[0]  # the first is the sound's own


def without(data: bytes, name: bytes) -> bytes:
    """A WAV file as an editor leaves it that does not know a chunk."""
    at = data.index(name)
    size = int.from_bytes(data[at + 4 : at + 8], "little")
    left = data[:at] + data[at + 8 + size + size % 2 :]
    return left[:4] + (len(left) - 8).to_bytes(4, "little") + left[8:]


@pytest.mark.parametrize("dropped", [b"LIST", b"id3 "])
def test_editors_that_keep_one_of_two_twins_keep_the_recipe(tmp_path: Path, dropped: bytes) -> None:
    import av

    path = tmp_path / "sound.wav"
    write(path, LONG)
    path.write_bytes(without(path.read_bytes(), dropped))
    assert read_recipe(path) == LONG
    # FFmpeg finds the comment as well, and what it writes is read again.
    with av.open(str(path)) as sound:
        comment = sound.metadata["comment"]
    assert comment.startswith("made: tests; recipe: {")
    edited = tmp_path / "edited.flac"
    with av.open(str(path)) as sound, av.open(str(edited), "w") as file:
        file.metadata.update(sound.metadata)
        stream = file.add_stream("flac", rate=16_000)
        for frame in sound.decode(audio=0):
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    assert read_recipe(edited) == LONG
    short = tmp_path / "short.wav"
    write(short, {"w": "x"})
    short.write_bytes(without(short.read_bytes(), b"id3 "))
    with soundfile.SoundFile(short) as file:
        assert file.comment == 'made: tests; recipe: {"w":"x"}'


def test_a_comment_cut_short_by_an_editor_gives_way_to_its_twin(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    write(path, LONG)
    data = path.read_bytes()
    at = data.index(b"recipe: ") + 3_000
    path.write_bytes(data[:at] + b"\0" + data[at + 1 :])
    assert read_recipe(path) == LONG


@pytest.mark.parametrize(("encoding", "number"), [("latin-1", 0), ("utf-16", 1), ("utf-16-be", 2)])
def test_tags_of_other_programs_are_read(encoding: str, number: int) -> None:
    mark = "\ufeff".encode("utf-16-le") if number == 1 else b""
    end = b"\0\0" if number else b"\0"
    text = "made here; recipe: {}".encode(encoding)
    body = bytes([number]) + b"eng" + mark + end + text + end
    other = b"TIT2" + (5).to_bytes(4, "big") + b"\0\0\0name"
    frames = other + b"COMM" + len(body).to_bytes(4, "big") + b"\0\0" + body
    size = bytes([0, 0, len(frames) >> 7, len(frames) & 127])
    tag = b"ID3\x03\0\0" + size + frames
    assert list(comments_of(tag)) == ["made here; recipe: {}"]
    for length in range(len(tag)):  # cut anywhere, it is read or not, quietly
        list(comments_of(tag[:length]))


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
