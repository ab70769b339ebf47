"""Frames of a file come from a child with limits: the same ones, and what goes wrong is a line."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from latent_resonance.contracts.confined import stream
from latent_resonance.contracts.errors import MediaError
from latent_resonance.contracts.values import Spec
from latent_resonance.sense import face
from latent_resonance.sense.face_models.obtain import missing_models
from latent_resonance.sense.face_tracking import clips_apart
from latent_resonance.sense.face_tracking.clips import VideoFrames
from latent_resonance.sense.face_tracking.clips_apart import ClipApart

BAD = """
import os, pathlib, time
import numpy as np
from latent_resonance.sense.face_tracking.clips import LENGTH, _piece

def watch(source, fps, loop):
    name = pathlib.Path(source).name
    if name == "dies.mp4":
        os._exit(3)
    try:
        yield _piece({"duration_seconds": 2.0})
        facts = {"time": 0.0, "shape": [2, 2, 3], "due": 0.04, "end": float("inf")}
        yield _piece({**facts, "errors": 0, "trouble": ""}, np.full((2, 2, 3), 7, np.uint8))
        if name == "memory.mp4":
            held = bytearray(os.urandom(1 << 20) * 300)
            time.sleep(20)
        os.abort()
    finally:
        pathlib.Path(source).with_suffix(".closed").touch()
"""


@pytest.fixture
def bad_decoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A decoder with every fault, in place of the real one."""
    (tmp_path / "bad_films.py").write_text(BAD)
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    monkeypatch.setenv("PYTHONPATH", path)
    monkeypatch.setattr(clips_apart, "_SERVED", "bad_films")
    monkeypatch.setattr(clips_apart, "_MEMORY", 192 << 20)
    stream.end_idle()
    yield tmp_path
    stream.end_idle()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import av

    path = tmp_path_factory.mktemp("apart") / "film.mp4"
    random = np.random.default_rng(3)
    with av.open(str(path), "w") as made:
        track = made.add_stream("mpeg4", rate=30)
        track.width, track.height = 64, 48
        for _ in range(12):
            pixels = random.integers(0, 255, (48, 64, 3), np.uint8)
            made.mux(track.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        made.mux(track.encode())
    return path


@pytest.mark.parametrize("loop", [False, True])
def test_the_frames_are_the_same(film: Path, loop: bool) -> None:
    near, away = VideoFrames(film, loop=loop), ClipApart(str(film), loop=loop)
    assert away.duration_seconds == near.duration_seconds
    seen = 0
    for now in (0.0, 0.01, 0.034, 0.05, 0.2, 0.21, 0.39, 0.45, 0.6, 0.61, 0.7):
        one, other = near.latest(now), away.latest(now)
        assert (one is None) == (other is None), now
        if one and other:
            seen += 1
            assert one[0] == other[0]
            np.testing.assert_array_equal(one[1], other[1])
    assert seen == (7 if loop else 4)
    assert away.over(0.7) is not loop
    assert away.trouble == ""
    near.close()
    away.close()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("memory.mp4", "takes more than 192 MiB"),
        ("aborts.mp4", "ended the process that looked at it"),
    ],
)
def test_a_decoder_that_fails_ends_the_clip_with_a_line(
    name: str, says: str, bad_decoder: Path
) -> None:
    clip = ClipApart(str(bad_decoder / name))
    first = clip.latest(0.0)
    assert first is not None
    assert (first[1] == 7).all()
    assert clip.latest(0.05) is None
    assert clip.over(0.05)
    assert clip.trouble.startswith(f"the clip breaks off: it {says}")
    assert "0.00 s of it could be read" in clip.trouble
    assert clip.latest(0.1) is None
    clip.close()


def test_a_decoder_that_dies_at_once_refuses_the_file(bad_decoder: Path) -> None:
    with pytest.raises(MediaError, match=r"dies\.mp4 ended the process .*\(code 3\)"):
        ClipApart(str(bad_decoder / "dies.mp4"))


@pytest.mark.skipif(bool(missing_models()), reason="the face models were not obtained")
def test_a_performance_goes_on_without_its_clip(bad_decoder: Path) -> None:
    part = face.Part(face.Options(source=str(bad_decoder / "aborts.mp4")))
    part.prepare(Spec())
    seen = [part.read(k / 25) for k in range(25)]
    assert not seen[-1].present
    assert "ended the process" in str(part.statistics()["warning"])
    part.close()


def test_a_clip_that_is_closed_is_closed_in_the_child(bad_decoder: Path) -> None:
    clip = ClipApart(str(bad_decoder / "film.mp4"))
    clip.close()
    other = ClipApart(str(bad_decoder / "other.mp4"))  # of the same child, in turn
    assert (bad_decoder / "film.closed").exists()
    other.close()
