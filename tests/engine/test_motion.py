"""Movement: its waves, its depth, its beat; and that it is heard as it was asked for."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from chains import perform
from pydantic import TypeAdapter, ValidationError

import latent_resonance as lr
from latent_resonance.contracts.errors import InputError, UnknownNameError
from latent_resonance.contracts.mapping import MapLine
from latent_resonance.contracts.travel import from_travel, to_travel
from latent_resonance.contracts.values import ControlRange
from latent_resonance.engine.assemble import assemble
from latent_resonance.engine.clocks.counter import count
from latent_resonance.engine.clocks.pull import PullClock
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.motion import Motion, MotionState
from latent_resonance.engine.movement import Movement, spell_short
from latent_resonance.engine.performance import Steps
from latent_resonance.engine.recipe import load_recipe
from latent_resonance.engine.waves import path, wave
from latent_resonance.engine.windows import InlineWindows
from latent_resonance.sense.sliders import Options, Part

STEP = 0.008
SLIDER = ControlRange("brightness", -5, 5, 0)
CUTOFF = ControlRange("high_hz", 20, 20_480, 20_480, "Hz")
MOUTH = ControlRange("mouth", 0, 1)
YAW = ControlRange("yaw", -40, 20, 0, "degrees")


def movement(**entries) -> Movement:
    return TypeAdapter(Movement).validate_python(entries)


def run(motion: Motion, seconds: float, state: MotionState | None = None, **sensed: float):
    """Values of ``brightness`` at each step, and the state after them."""
    state = state or MotionState()
    found = []
    for step in range(round(seconds / STEP)):
        state = motion.step(state, sensed, step * STEP, STEP)
        found.append(motion.moved(state, {"brightness": 1.0}, {"brightness"})["brightness"])
    return np.array(found), state


def test_waves_begin_and_turn_where_they_say() -> None:
    at = [0, 0.25, 0.5, 0.75]
    assert [wave("sine", x) for x in at] == pytest.approx([0, 1, 0, -1], abs=1e-12)
    assert [wave("triangle", x) for x in (*at, 0.125)] == pytest.approx([0, 1, 0, -1, 0.5])
    assert [wave("saw", x) for x in at] == pytest.approx([-1, -0.5, 0, 0.5])
    assert [wave("square", x) for x in at] == [1, 1, -1, -1]
    for shape in ("sine", "triangle", "saw", "square"):
        assert wave(shape, 7.3) == pytest.approx(wave(shape, 0.3))
        assert wave(shape, -0.7) == pytest.approx(wave(shape, 0.3))


def test_random_holds_a_new_value_each_cycle_without_a_jump() -> None:
    held = np.array([wave("random", cycle + 0.6, "rate") for cycle in range(400)])
    assert held[7] == wave("random", 7.99, "rate")
    assert abs(held.mean()) < 0.1
    assert held.std() == pytest.approx(1 / np.sqrt(3), abs=0.05)  # evenly spread over -1..1
    assert abs(np.corrcoef(held[1:], held[:-1])[0, 1]) < 0.15
    assert np.abs(np.diff([wave("random", x / 500, "rate") for x in range(20_000)])).max() < 0.03
    assert wave("random", 0.6, "size") != wave("random", 0.6, "rate")


def test_a_path_goes_through_its_points_and_closes() -> None:
    points = [0.0, 1.0, 0.0, -1.0]
    assert [path(points, x / 4) for x in range(4)] == points
    assert path(points, 0.125) == 0.5
    assert path(points, 0.875) == -0.5
    assert path(points, 2.875) == -0.5


def test_an_lfo_goes_around_the_set_value_and_stops_at_the_range() -> None:
    lfo = movement(kind="lfo", shape="sine", seconds=2, depth=0.2)
    found, _ = run(Motion({"brightness": lfo}, (), [SLIDER]), 4)
    assert found.mean() == pytest.approx(1, abs=0.01)
    assert (found.min(), found.max()) == pytest.approx((-1, 3), abs=0.01)
    wide = movement(kind="lfo", shape="triangle", seconds=2, depth=-1, phase=0.25)
    found, _ = run(Motion({"brightness": wide}, (), [SLIDER]), 4)
    assert (found[0], found.min(), found.max()) == (-5, -5, 5)


def test_frequencies_move_by_octaves() -> None:
    assert to_travel(CUTOFF, 20_480) == 1
    assert from_travel(CUTOFF, 0.5) == pytest.approx(640)
    # Ten octaves of range: a tenth of it is one octave, up and down.
    motion = Motion(
        {"high_hz": movement(kind="lfo", seconds=1, depth=0.1)},
        (),
        [CUTOFF],
    )
    quarter = motion.step(MotionState(), {}, 0.25, STEP)
    assert motion.moved(quarter, {"high_hz": 640.0}, {"high_hz"})["high_hz"] == pytest.approx(1280)
    three = motion.step(MotionState(), {}, 0.75, STEP)
    assert motion.moved(three, {"high_hz": 640.0}, {"high_hz"})["high_hz"] == pytest.approx(320)


def test_another_tempo_goes_on_from_the_same_phase() -> None:
    lfo = {"brightness": movement(kind="lfo", beats=4, depth=0.3)}
    slow, fast = (Motion(lfo, (), [SLIDER], bpm) for bpm in (60, 240))
    first, state = run(slow, 3)
    assert state.beat == pytest.approx(3)
    then, state = run(fast, 1, state)
    assert state.beat == pytest.approx(7)
    whole = np.concatenate([first, then])
    steepest = 0.3 * 10 * 2 * np.pi / 4 * 4 * STEP  # depth, range, cycles a beat, beats a second
    assert np.abs(np.diff(whole)).max() <= steepest * 1.01
    tapped = fast.step(state, {}, 0.0, STEP, beat=8.0)
    assert tapped.offsets["brightness"] == pytest.approx(0, abs=1e-12)
    assert tapped.beat == pytest.approx(8 + 4 * STEP)


def test_a_source_moves_from_one_end_or_from_the_middle_and_glides_back_when_it_goes() -> None:
    mouth = Motion(
        {"brightness": movement(kind="source", source="mouth", depth=0.3)}, [MOUTH], [SLIDER]
    )
    assert run(mouth, STEP, mouth=0.0)[0] == pytest.approx(1)
    assert run(mouth, STEP, mouth=1.0)[0] == pytest.approx(4)
    yaw = Motion({"brightness": movement(kind="source", source="yaw", depth=0.1)}, [YAW], [SLIDER])
    assert run(yaw, STEP, yaw=10.0)[0] == pytest.approx(1.5)
    assert run(yaw, STEP, yaw=-40.0)[0] == pytest.approx(0)
    _, state = run(mouth, 0.1, mouth=1.0)
    gone = []
    for _ in range(200):
        state = mouth.step(state, {"mouth": 1.0}, 0.0, STEP, away={"mouth"})
        gone.append(mouth.moved(state, {"brightness": 1.0}, {"brightness"})["brightness"])
    assert 3.8 < gone[0] < 4
    assert gone[-1] == pytest.approx(1, abs=0.05)
    assert np.all(np.diff(gone) < 0)


def test_what_does_not_exist_is_named_and_a_cycle_has_one_length() -> None:
    with pytest.raises(UnknownNameError, match="brightness"):
        Motion({"brihgtness": movement(kind="lfo", beats=1)}, (), [SLIDER])
    with pytest.raises(UnknownNameError, match="mouth"):
        Motion({"brightness": movement(kind="source", source="mouht")}, [MOUTH], [SLIDER])
    for wrong in ({}, {"beats": 1, "seconds": 1}):
        with pytest.raises(ValidationError, match="one of the two"):
            movement(kind="lfo", **wrong)
    with pytest.raises(ValidationError):
        movement(lfo="sine", beats=4, depth=1.5)


@pytest.mark.parametrize(
    "table",
    [
        {"lfo": "saw", "depth": 0.5, "beats": 8.0, "phase": 0.25},
        {"hand": [0.0, 1.0, -0.5], "depth": 0.25, "seconds": 3.0},
        {"from": "mouth", "depth": -0.4},
    ],
)
def test_a_recipe_writes_it_short(table) -> None:
    assert spell_short(movement(**table)) == table


RECIPE = """
name = "swing"
bundle = "texture"
start = "wind"
tempo = 96
sense = "sliders"
navigate = "semantic"
render = "living_spectrogram"
held = { high_hz = 1500 }
"""
# Two octaves around 1500 Hz, up and down.
SWING = """
[move.high_hz]
lfo = "sine"
beats = 2
depth = 0.2
"""


def centroid_rate(samples: np.ndarray, rate: int) -> tuple[float, float]:
    """How often a second the spectral centroid swings most, and how far in octaves."""
    size, hop = 1024, 256
    frames = np.lib.stride_tricks.sliding_window_view(samples, size)[::hop] * np.hanning(size)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    hertz = np.fft.rfftfreq(size, 1 / rate)
    octaves = np.log2((power @ hertz) / power.sum(axis=1))
    octaves -= octaves.mean()
    spectrum = np.abs(np.fft.rfft(octaves * np.hanning(len(octaves)))) * 4 / len(octaves)
    strongest = int(spectrum.argmax())
    return strongest / len(octaves) * rate / hop, float(spectrum[strongest])


def test_a_recipe_that_moves_is_heard_at_its_rate_and_is_the_same_each_time(tmp_path: Path) -> None:
    still, moving = tmp_path / "still.toml", tmp_path / "moving.toml"
    still.write_text(RECIPE)
    moving.write_text(RECIPE + SWING)
    seconds = 10.0
    clips = [
        lr.render(str(recipe), output=tmp_path / f"{n}.wav", seconds=seconds)
        for n, recipe in enumerate((still, moving, moving))
    ]
    plain, first, again = (clip.path.read_bytes() for clip in clips)
    assert first == again
    assert first != plain
    # 96 quarter notes a minute, two to a cycle.
    found, depth = centroid_rate(*soundfile.read(clips[1].path))
    assert found == pytest.approx(0.8, abs=0.06)
    _, without = centroid_rate(*soundfile.read(clips[0].path))
    assert depth > 4 * without


def test_a_page_that_pulls_hears_what_a_file_has(tmp_path: Path) -> None:
    moving = tmp_path / "moving.toml"
    moving.write_text(RECIPE + SWING)
    with assemble(load_recipe(str(moving))) as performance:
        (made,) = count(performance, 1.0)
    clock = PullClock(assemble(load_recipe(str(moving))), windows=InlineWindows)
    try:
        pulled = np.concatenate([clock.pull(n) for n in (1000, 7, 9000)])
        assert clock.beat == pytest.approx(10_007 / 16_000 * 96 / 60, abs=0.02)
    finally:
        clock.close()
    assert np.array_equal(pulled, made.samples[: len(pulled)])


def test_a_recipe_that_moves_what_it_does_not_have_says_so(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(RECIPE + SWING.replace("beats = 2", ""))
    with pytest.raises(InputError, match=r"move\.high_hz.*one of the two"):
        load_recipe(str(wrong))
    wrong.write_text(RECIPE + SWING.replace("high_hz", "hihg_hz"))
    with pytest.raises(UnknownNameError, match="did you mean 'high_hz'"):
        lr.render(str(wrong), output=tmp_path / "a.wav", seconds=1)


def test_what_is_held_counts_as_sensed_though_nobody_is_there() -> None:
    """A held source was at rest with nobody in view, for the map and for movement."""
    nobody = Part(Options(values={"mouth": 0.0}))
    nobody.set_present(False)
    performance = perform(
        [nobody], {"entropy": MapLine(("mouth",))}, held={"mouth": 1.0}, absent="rest"
    )
    chain = performance.chain
    move = {"transpose": movement(**{"from": "mouth", "depth": 0.5})}
    chain.motion = Motion(move, performance.senses.controls, chain.listened)
    meters = Meters()
    steps = Steps(
        chain, performance.senses, InlineWindows(chain.model, chain.renderer, meters), meters
    )
    for _ in range(100):
        steps.step()
    assert steps.state.map.values["entropy"] == pytest.approx(1.0)
    assert steps.state.motion.offsets["transpose"] == pytest.approx(0.5)
