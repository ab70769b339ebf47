"""The examples run as they stand, in a folder of their own, and make what they say."""

import importlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
MOST_LINES = 40


def run(name: str, folder: Path) -> str:
    """What the example prints."""
    command = [sys.executable, str(EXAMPLES / f"{name}.py"), str(folder)]
    made = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert made.returncode == 0, made.stderr
    return made.stdout


def sound_of(path: Path) -> tuple[np.ndarray, float]:
    """Its samples ``[samples, channels]``, neither silent nor broken, and its length in seconds."""
    samples, rate = soundfile.read(path, always_2d=True)
    assert np.isfinite(samples).all()
    assert np.sqrt(np.mean(np.square(samples))) > 0.003, path
    return samples, len(samples) / rate


def pictures_of(path: Path) -> tuple[np.ndarray, float]:
    """Frames ``[frames, height, width, 3]`` of a video, and the length of its sound in seconds."""
    import av

    with av.open(str(path)) as container:
        frames = np.stack([f.to_ndarray(format="rgb24") for f in container.decode(video=0)])
    with av.open(str(path)) as container:
        blocks = [f.to_ndarray() for f in container.decode(audio=0)]
        rate = container.streams.audio[0].rate
    sound = np.concatenate(blocks, axis=1)
    assert np.sqrt(np.mean(np.square(sound))) > 0.003
    return frames, sound.shape[1] / rate


def test_hello(tmp_path: Path) -> None:
    assert "brightness: -5 .. 5" in run("hello", tmp_path)
    plain, seconds = sound_of(tmp_path / "hello.wav")
    bright, _ = sound_of(tmp_path / "hello_bright.wav")
    assert seconds == pytest.approx(2.05, abs=0.1)
    assert not np.allclose(plain, bright, atol=0.01)


def test_a_sensor_of_ones_own_moves_the_drone(tmp_path: Path) -> None:
    run("own_sensor", tmp_path)
    samples, seconds = sound_of(tmp_path / "tide.wav")
    assert seconds == 10
    # High water comes every 5 s, at 2.5 s first: the band is open then and closed at 5 s.
    high, low = (np.abs(np.fft.rfft(samples[at : at + 8000, 0])) for at in (36_000, 76_000))
    above = slice(500, None)  # of 2 Hz each
    assert high[above].sum() / high.sum() > 2 * low[above].sum() / low.sum()


def test_a_face_plays_the_texture(tmp_path: Path) -> None:
    run("face_plays_texture", tmp_path)
    suggested, seconds = sound_of(tmp_path / "face_texture.wav")
    own, _ = sound_of(tmp_path / "face_texture_own_map.wav")
    assert seconds == 6
    assert not np.allclose(suggested, own, atol=0.01)


def test_a_song_through_a_bundle(tmp_path: Path) -> None:
    assert "140 notes" in run("midi_through_my_bundle", tmp_path)
    assert sound_of(tmp_path / "song.wav")[1] > 20
    assert sound_of(tmp_path / "note.wav")[1] == 2


@pytest.fixture(scope="session")
def image_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one that the examples train, once, and not for long: it has only to move."""
    pytest.importorskip("onnxscript", reason="training needs the extra latent-resonance[train]")
    folder = tmp_path_factory.mktemp("pictures")
    with pytest.MonkeyPatch.context() as patch:
        # In this process, which has PyTorch or will need it.
        patch.syspath_prepend(EXAMPLES)
        material = importlib.import_module("material")
        patch.setattr(material, "STEPS", 8)
        material.tiny_pictures(folder)
    return folder / "tiny_pictures.resonance"


@pytest.mark.parametrize(
    ("name", "video", "count"), [("music_to_video", "music", 60), ("two_chains", "set", 90)]
)
def test_a_video_has_moving_pictures_and_sound(
    name: str, video: str, count: int, image_bundle: Path, tmp_path: Path
) -> None:
    (tmp_path / image_bundle.name).write_bytes(image_bundle.read_bytes())
    run(name, tmp_path)
    frames, seconds = pictures_of(tmp_path / f"{video}.mp4")
    assert frames.shape == (count, 128, 128, 3)
    assert seconds == pytest.approx(count / 15, abs=0.1)
    assert np.abs(np.diff(frames.astype(float), axis=0)).mean() > 0.5  # they move


def test_the_six_are_short() -> None:
    scripts = [path for path in EXAMPLES.glob("*.py") if path.stem != "material"]
    assert len(scripts) == 6
    for path in scripts:
        assert len(path.read_text("utf-8").splitlines()) <= MOST_LINES, path.name
