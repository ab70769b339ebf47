"""A sound file is decoded in a child with limits: same sound, and what goes wrong is a line."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_resonance.contracts.confined import stream
from latent_resonance.contracts.confined.run import ConfinedError
from latent_resonance.contracts.errors import MediaError
from latent_resonance.data.decode import decode_mono
from latent_resonance.sense.listening.files import SoundFile
from latent_resonance.sound.recordings import apart
from latent_resonance.sound.recordings.apart import RecordingApart
from latent_resonance.sound.recordings.reader import NoSoundError, Recording

RATE = 16_000
BAD = """
import json, os, time
FACTS = json.dumps({"rate": 16_000, "channels": 1, "announced": 1.0}).encode()

def tell(path):
    if path.endswith("die.wav"):
        os._exit(3)
    yield FACTS

def read(path, start):
    yield bytes(4) + bytes(4 * 1600)
    if "memory" in path:
        held = bytearray(os.urandom(1 << 20) * 200)
        time.sleep(20)
    if "spin" in path:
        while True:
            pass
    if "much" in path:
        yield bytes(17 << 20)
    os.abort()
"""


@pytest.fixture
def bad_decoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A decoder with every fault, in place of the real one."""
    (tmp_path / "bad_decoder.py").write_text(BAD)
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    monkeypatch.setenv("PYTHONPATH", path)
    monkeypatch.setattr(apart, "_SERVED", "bad_decoder")
    stream.end_idle()
    yield tmp_path
    stream.end_idle()


@pytest.fixture(scope="module")
def stereo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("apart") / "st\udce9reo.wav"
    sound = np.random.default_rng(3).uniform(-0.5, 0.5, (40_000, 2)).astype(np.float32)
    with soundfile.SoundFile(os.fsencode(path), "w", RATE, 2, "FLOAT", format="WAV") as file:
        file.write(sound)
    return path


@pytest.mark.parametrize("start", [0.0, 1.3])
def test_the_sound_is_the_same(stereo: Path, start: float) -> None:
    near, away = Recording(stereo), RecordingApart(stereo)
    assert (away.rate, away.channels, away.announced) == (near.rate, near.channels, near.announced)
    got = np.concatenate(list(away.blocks(start)))
    np.testing.assert_array_equal(got, np.concatenate(list(near.blocks(start))))


def test_one_child_does_a_whole_batch(stereo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    RecordingApart(stereo)

    def no_more(*_: object, **__: object) -> None:
        raise AssertionError("a second child")

    monkeypatch.setattr(stream.subprocess, "Popen", no_more)
    for _ in range(3):
        blocks = RecordingApart(stereo).blocks()
        next(blocks)
        blocks.close()  # left in its middle


def test_errors_come_as_they_are(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cannot be opened"):
        RecordingApart(tmp_path / "none.wav")
    (tmp_path / "empty.wav").touch()
    with pytest.raises(MediaError, match="is empty"):
        RecordingApart(tmp_path / "empty.wav")
    assert issubclass(NoSoundError, MediaError)


def test_a_decoder_that_dies_is_a_line(bad_decoder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MediaError, match=r"ended the process that looked at it \(code 3\)"):
        RecordingApart(bad_decoder / "die.wav")
    with pytest.raises(MediaError, match="ended the process"):
        decode_mono(bad_decoder / "abort.wav", RATE)
    with pytest.raises(MediaError, match="says more than it may"):
        decode_mono(bad_decoder / "much.wav", RATE)
    monkeypatch.setattr(apart, "_MEMORY", 128 << 20)
    with pytest.raises(MediaError, match="takes more than 128 MiB"):
        decode_mono(bad_decoder / "memory.wav", RATE)
    monkeypatch.setattr(apart, "_SLACK_SECONDS", 0.5)
    with pytest.raises(MediaError, match="takes longer than 1 s of the processor"):
        decode_mono(bad_decoder / "spin.wav", RATE)


def test_what_plays_ends_where_its_decoder_dies(bad_decoder: Path) -> None:
    file = SoundFile(bad_decoder / "abort.wav")
    assert len(file.read(16_000)) == 1600
    assert file.errors == 1
    file.close()


def test_a_line_is_said_by_the_stream_too(bad_decoder: Path) -> None:
    broken = stream.ConfinedStream("bad_decoder:tell", {"path": "die.wav"}, 256 << 20)
    with pytest.raises(ConfinedError, match="code 3"):
        broken.next(1)
    assert broken.next(1) is None
