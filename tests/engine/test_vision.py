"""Music becomes pictures: as long as the sound, the same each time, red with bass, still in silence."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_resonance.cli.render import result_lines
from latent_resonance.contracts.errors import InputError, OutputError
from latent_resonance.engine.perform import render_file
from latent_resonance.engine.setup import Setup
from latent_resonance.evaluation.pictures.appearance import rank_correlation

RATE, FPS = 44_100, 30
SIZE = {"width": 64, "height": 64}


def video(folder: Path, name: str, sound: np.ndarray, **navigate: object) -> Path:
    source, output = folder / f"{name}.wav", folder / f"{name}.mp4"
    soundfile.write(source, sound, RATE)
    setup = Setup(seed=1, threads=1, render=SIZE, navigate=navigate)
    render_file("vision", output, source=source, setup=setup)
    return output


def test_a_film_of_odd_sides_is_reported_as_large_as_it_is(tmp_path: Path) -> None:
    source, output = tmp_path / "a.wav", tmp_path / "a.mp4"
    soundfile.write(source, np.zeros(RATE // 5), RATE)
    setup = Setup(seed=1, threads=1, render={"width": 65, "height": 49})
    report = render_file("vision", output, source=source, setup=setup).report
    assert frames(output).shape[1:3] == (report["height"], report["width"]) == (50, 66)


def frames(path: Path) -> np.ndarray:
    import av

    with av.open(str(path)) as file:
        return np.stack([one.to_ndarray(format="rgb24") for one in file.decode(video=0)])


def seconds_of_sound(path: Path) -> float:
    import av

    with av.open(str(path)) as file:
        return sum(one.samples / one.sample_rate for one in file.decode(audio=0))


def swells(seconds: float) -> tuple[np.ndarray, np.ndarray]:
    """A bass that comes and goes under a steady bright noise; and its level at each frame."""
    t = np.arange(round(seconds * RATE)) / RATE
    level = (0.5 - 0.5 * np.cos(2 * np.pi * t / 3)) ** 2
    noise = 0.02 * np.random.default_rng(0).standard_normal(len(t))
    return 0.5 * level * np.sin(2 * np.pi * 60 * t) + noise, level[:: RATE // FPS]


def test_pictures_and_sound_are_as_long_and_the_same_each_time(tmp_path: Path) -> None:
    sound, _ = swells(2.2)
    first, second = (video(tmp_path, name, sound) for name in ("first", "second"))
    seen = frames(first)
    assert abs(len(seen) / FPS - 2.2) <= 1 / FPS
    assert seconds_of_sound(first) == pytest.approx(len(seen) / FPS, abs=1 / FPS)
    assert len(np.unique(seen.reshape(len(seen), -1), axis=0)) > 0.9 * len(seen)
    np.testing.assert_array_equal(seen, frames(second))


@pytest.mark.parametrize("mood", [pytest.param("ocean", marks=pytest.mark.slow), "calm"])
def test_bass_reddens_the_picture(tmp_path: Path, mood: str) -> None:
    sound, level = swells(12)
    seen = frames(video(tmp_path, "bass", sound, moods=[mood])).astype(float)
    red = seen[..., 0].mean((1, 2)) - seen[..., 1:].mean((1, 2, 3))
    count = min(len(red), len(level))
    # Once the running range knows the bass.
    assert rank_correlation(red[4 * FPS : count], level[4 * FPS : count]) >= 0.6


def test_in_silence_it_is_nearly_still(tmp_path: Path) -> None:
    noise = 1e-4 * np.random.default_rng(0).standard_normal(3 * RATE)
    seen = frames(video(tmp_path, "silence", noise)).astype(float)
    steps = np.abs(np.diff(seen[FPS // 3 :], axis=0)).mean((1, 2, 3)) / 255
    assert 0 < steps.mean() < 0.002


def test_a_folder_that_is_there_gets_pictures_once(tmp_path: Path) -> None:
    song, folder = tmp_path / "a.wav", tmp_path / "frames"
    soundfile.write(song, 0.3 * np.sin(np.arange(8000) / 7), 16_000)
    folder.mkdir()
    setup = Setup(render=SIZE, threads=1)
    made = render_file("vision", folder, source=song, setup=setup, seconds=0.2)
    assert made.frames == len(list(folder.iterdir())) == 6
    assert result_lines(made.report) == [f"{folder}: 0.20 s, 6 pictures of 64 x 64"]
    with pytest.raises(OutputError, match="already has numbered pictures"):
        render_file("vision", folder, source=song, setup=setup, seconds=0.2)
    one = render_file("vision", tmp_path / "a.png", source=song, setup=setup, seconds=0.2)
    assert result_lines(one.report)[0].endswith("0.20 s, the last picture, 64 x 64")
    sound = render_file("vision", tmp_path / "b.wav", source=song, setup=setup, seconds=0.2)
    assert "picture" not in result_lines(sound.report)[0]


def test_a_face_that_plays_no_key_is_told_so(tmp_path: Path) -> None:
    take = tmp_path / "take.csv"
    take.write_text("time,present,mouth\n0,1,0\n0.5,1,0\n")
    with pytest.raises(InputError, match=r"nothing that is sensed in .* to play a note"):
        render_file("face/notes", tmp_path / "a.wav", source=take, setup=Setup(threads=1))
    assert not (tmp_path / "a.wav").exists()
