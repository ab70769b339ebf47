"""Live pictures: a stage that is stuck costs pictures, never sound."""

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.values import AudioBlock, Frame
from latent_resonance.engine import perform
from latent_resonance.engine.assemble import assemble
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.perform import play_live, render_file
from latent_resonance.engine.performance import Steps
from latent_resonance.engine.recipe import PartChoice, Recipe
from latent_resonance.engine.setup import Setup
from latent_resonance.engine.windows import InlineWindows
from latent_resonance.stage import silent

RATE = 16_000


class Stuck(silent.Part):
    """Its first picture takes until a second of sound has been played."""

    made: list["Stuck"]

    def __init__(self, options: silent.Options) -> None:
        super().__init__(options)
        self.a_second_was_played = threading.Event()
        self.times: list[float] = []
        self.waited, self.heard = False, 0.0
        self.made.append(self)

    def play(self, block: AudioBlock) -> None:
        super().play(block)
        # What comes too late is silence.
        self.heard += np.count_nonzero(block.samples[:, 0]) / block.sample_rate
        if self.heard >= 1:
            self.a_second_was_played.set()

    def show(self, frame: Frame) -> None:
        super().show(frame)
        self.times.append(frame.time_seconds)
        if len(self.times) == 1:
            self.waited = self.a_second_was_played.wait(60)


@pytest.fixture(scope="module")
def images() -> Bundle:
    pytest.importorskip("torch", reason="pictures are forged with latent-resonance[train]")
    from network_forge import IMAGES, forge

    return forge(IMAGES, "dcgan")


@pytest.fixture
def song(tmp_path: Path) -> Path:
    path = tmp_path / "song.wav"
    soundfile.write(path, 0.3 * np.sin(np.arange(2 * RATE) / 7), RATE)
    return path


def recipe(**render: object) -> Recipe:
    chain = {
        "bundle": "drone",
        "map": {"place_x": {"from": "rms", "low": -1, "high": 1}},
        "navigate": {"part": "blend"},
        "render": {"part": "frames", "frame_rate": 25, **render},
        "stage": [{"part": "silent"}],
    }
    return Recipe.model_validate(
        {"name": "pictures", "sense": [{"part": "audio_file"}], "chain": [chain]}
    )


def setup_of(bundle: Bundle) -> Setup:
    return Setup(opened=bundle, threads=1, engine=PartChoice(part="openvino"))


def test_a_stage_of_pictures_that_is_stuck_does_not_hold_the_sound(
    images: Bundle, song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Stuck.made = []
    monkeypatch.setattr(silent, "Part", Stuck)
    report = play_live(recipe(), source=song, setup=setup_of(images), seconds=2.0)
    (stage,) = Stuck.made
    assert stage.waited, "the sound went on"
    assert stage.heard >= 1.95
    assert stage.times[1] >= 0.9, "late pictures are left out"
    assert report["dropped_frames"] >= 20
    assert np.diff(stage.times).min() > 0
    steps = np.round(np.array(stage.times) * 25, 6)
    np.testing.assert_array_equal(steps, np.round(steps), "the others keep their time")


def test_a_stage_of_sound_keeps_the_music_of_pictures(images: Bundle, song: Path) -> None:
    wanted = PartChoice(part="audio_file", options={"path": song.with_name("kept.wav")})
    report = play_live(recipe(), source=song, setup=setup_of(images), stages=[wanted], seconds=0.5)
    assert report["stage"] == "audio_file"
    kept, rate = soundfile.read(song.with_name("kept.wav"))
    assert len(kept) >= rate // 2
    assert np.abs(kept).max() > 0.2


@pytest.mark.parametrize("rendering", ["frames", "living_spectrogram"])
def test_a_recipe_without_stages_is_shown_or_heard(
    images: Bundle, rendering: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(
        perform, "attach", lambda performance, chain, choice, *_, **rest: asked.append(choice.part)
    )
    chain = {"bundle": "drone", "navigate": {"part": "blend"}, "render": {"part": rendering}}
    without = Recipe.model_validate(
        {"name": "bare", "sense": [{"part": "sliders"}], "chain": [chain]}
    )
    pictures = rendering == "frames"
    with pytest.raises(StopIteration):  # nothing was attached
        play_live(without, setup=setup_of(images) if pictures else Setup(threads=1), seconds=0.1)
    assert asked == ["window" if pictures else "speaker"]


def test_pictures_are_of_their_own_moment_whatever_was_left_out_before(
    images: Bundle, song: Path
) -> None:
    listening = PartChoice(part="audio_file", options={"source": song})
    setup = replace(setup_of(images), senses=(listening,))
    with assemble(recipe(), setup) as performance:
        chain = performance.chains[0]
        meters = Meters()
        windows = InlineWindows(chain.model, chain.renderer, meters)
        steps = Steps(chain, performance.senses, windows, meters)
        given = [steps.step(count).given for count in (1, 3, 1, 5, 1)]
    times = [frame.time_seconds for frame in given if isinstance(frame, Frame)]
    np.testing.assert_allclose(np.array(times) * 25, [0, 3, 4, 9, 10], atol=1e-6)


def test_without_the_flash_limiter_the_report_warns(images: Bundle, song: Path) -> None:
    for options, warned in (({}, False), ({"flash_limiter": False}, True)):
        made = render_file(
            recipe(**options),
            song.with_suffix(".mp4"),
            source=song,
            setup=setup_of(images),
            seconds=0.2,
        )
        assert ("the flash limiter is off" in made.report.get("warning", "")) == warned
        assert made.frames == 5
