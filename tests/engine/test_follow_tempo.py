"""The beat of a performance follows that of a performer, and a tap overrules it."""

import numpy as np
import pytest

from latent_resonance.contracts.parts import Sensor
from latent_resonance.contracts.values import Controls, Spec, Tempo
from latent_resonance.data.synthetic.rhythms import Rhythm, make_rhythm
from latent_resonance.engine.assemble import assemble
from latent_resonance.engine.motion import Motion, MotionState
from latent_resonance.engine.recipe import load_recipe
from latent_resonance.engine.senses import Senses
from latent_resonance.engine.setup import Setup
from latent_resonance.sense.listening.listener import Listener

STEP = 0.008


def steady(bpm: float, at: float, offset: float = 0.0, *, exact: bool = False) -> Tempo:
    return Tempo(at, bpm, (at * bpm / 60 + offset) % 1.0, 0.9, exact)


def test_tempo_and_phase_are_the_performer_s() -> None:
    motion, state = Motion({}, bpm=120, follow=True), MotionState()
    beats = []
    for step in range(500):
        at = step * STEP
        state = motion.step(state, {}, at, STEP, tempo=steady(90, at, 0.4))
        beats.append(state.beat)
    expected = 500 * STEP * 90 / 60 + 0.4
    assert (state.beat - expected + 0.5) % 1 - 0.5 == pytest.approx(0, abs=0.005)
    assert np.diff(beats).min() > 0, "it never goes back"


def test_it_goes_on_at_the_last_tempo_while_nobody_leads() -> None:
    motion, state = Motion({}, bpm=120, follow=True), MotionState()
    for step in range(200):
        state = motion.step(state, {}, step * STEP, STEP, tempo=steady(80, step * STEP))
    before = state.beat
    for step in range(200, 325):
        state = motion.step(state, {}, step * STEP, STEP)
    assert state.beat - before == pytest.approx(80 / 60)


def test_who_does_not_follow_keeps_the_recipe_s_tempo() -> None:
    motion, state = Motion({}, bpm=120), MotionState()
    for step in range(125):
        state = motion.step(state, {}, step * STEP, STEP, tempo=steady(80, step * STEP))
    assert state.beat == pytest.approx(2)


def test_a_clock_leads_whoever_does_not_follow_sound() -> None:
    motion, state = Motion({}, bpm=120), MotionState()
    for step in range(500):
        at = step * STEP
        state = motion.step(state, {}, at, STEP, tempo=steady(75, at, exact=True))
    before = state.beat
    assert (before - 500 * STEP * 75 / 60 + 0.5) % 1 - 0.5 == pytest.approx(0, abs=0.005)
    state = motion.step(state, {}, 4.0, STEP)
    assert state.beat - before == pytest.approx(STEP * 75 / 60)


def test_a_tap_overrules() -> None:
    motion, state = Motion({}, bpm=120, follow=True), MotionState()
    for step in range(100):
        state = motion.step(state, {}, step * STEP, STEP, tempo=steady(80, step * STEP))
    tapped = Motion({}, bpm=100)
    state = tapped.step(state, {}, 0.8, STEP, beat=4.0, tempo=steady(80, 0.8, exact=True))
    assert state.beat == pytest.approx(4 + STEP * 100 / 60)
    state = tapped.step(state, {}, 0.8, STEP, tempo=steady(80, 0.8))
    assert state.beat == pytest.approx(4 + 2 * STEP * 100 / 60)


def test_a_phase_that_was_true_earlier_is_carried_on() -> None:
    motion, state = Motion({}, bpm=120, follow=True), MotionState()
    for step in range(800):
        at = step * STEP
        held = step // 5 * 5 * STEP  # news every 40 ms only
        state = motion.step(state, {}, at, STEP, tempo=steady(120, held))
    assert (state.beat - 800 * STEP * 2 + 0.5) % 1 - 0.5 == pytest.approx(0, abs=0.005)


class Beating(Sensor):
    """Gives a tempo."""

    controls = ()

    def __init__(self, tempo: Tempo | None) -> None:
        self._tempo = tempo

    def prepare(self, spec: Spec) -> None: ...

    def read(self, now_seconds: float, step_seconds: float = 0.0) -> Controls:
        return Controls(now_seconds, tempo=self._tempo)


def test_a_clock_goes_before_what_is_estimated() -> None:
    unsure, sure = Tempo(0, 70, 0.1, 0.2), Tempo(0, 90, 0.2, 0.8)
    clock = Tempo(0, 128, 0.3, 0.5, exact=True)
    for tempi, leads in (
        ([unsure, sure], sure),
        ([sure, clock, unsure], clock),
        ([None, unsure], unsure),
        ([None, None], None),
        ([clock], clock),
    ):
        read = Senses([Beating(tempo) for tempo in tempi]).read(0.0)
        assert read.controls.tempo == leads


def test_movement_keeps_the_beat_of_music() -> None:
    track = make_rhythm(Rhythm(108), 16.0, seed=3)
    updates = Listener(44_100).feed(track.samples)
    motion, state = Motion({}, bpm=120, follow=True), MotionState()
    when, beats = [], []
    newest = 0
    for step in range(round(15 / STEP)):
        at = step * STEP
        while newest + 1 < len(updates) and updates[newest + 1].time_seconds <= at:
            newest += 1
        when.append(at)
        beats.append(state.beat)
        state = motion.step(state, {}, at, STEP, tempo=updates[newest].tempo)
    later = track.beats[(track.beats > 6) & (track.beats < 14.5)]
    phase = (np.interp(later, when, beats) + 0.5) % 1 - 0.5
    assert np.abs(phase).max() * 60 / 108 < 0.03


def test_a_recipe_asks_for_it() -> None:
    recipe = load_recipe("texture")
    for follow in (False, True):
        chosen = recipe.model_copy(update={"follow_tempo": follow})
        with assemble(chosen, Setup(), rehearsal=True) as performance:
            assert performance.chain.motion.follow is follow
