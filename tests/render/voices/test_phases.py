"""The batch is the same as one voice alone, bit for bit."""

import numpy as np

from latent_resonance.render.voices.phases import VoicePhases
from latent_resonance.sound.phase_streaming import PhasePlan, propagate, start

N_FFT, HOP, BINS = 512, 128, 256


def test_many_voices_are_each_propagated_as_one() -> None:
    plan = PhasePlan.build(N_FFT, HOP)
    random = np.random.default_rng(5)
    smooth = random.normal(0, 1.5, (3, 12, BINS)).astype(np.float32).cumsum(axis=2) * 0.3
    smooth -= smooth.max(axis=2, keepdims=True)
    slope = random.normal(0, 0.1, smooth.shape).astype(np.float32)
    batch = VoicePhases(plan, 8, BINS)
    rows = np.array([6, 0, 3])
    states = []
    for voice, row in enumerate(rows):
        batch.restart(int(row), 100 + voice)
        states.append(start(plan, 100 + voice))
    for column in range(12):
        level = smooth[:, column]
        over = np.zeros_like(level)
        over[:, 1:-1] = (level[:, 2:] - level[:, :-2]) * np.float32(0.5)
        found = batch.propagate(rows, level, slope[:, column], over, np.ones(3))
        for voice in range(3):
            alone, states[voice] = propagate(
                plan, states[voice], level[voice], slope[voice, column]
            )
            np.testing.assert_array_equal(found[voice], alone)


def test_a_restarted_row_forgets() -> None:
    plan = PhasePlan.build(N_FFT, HOP)
    batch = VoicePhases(plan, 2, BINS)
    level = (-np.abs(np.arange(BINS) - 50.3) / 4).astype(np.float32)[None]
    nothing, ones, rows = np.zeros_like(level), np.ones(1), np.array([1])
    batch.restart(1, 9)
    first = batch.propagate(rows, level, nothing, nothing, ones)
    second = batch.propagate(rows, level, nothing, nothing, ones)
    assert np.abs(first - second).max() > 0.1
    batch.restart(1, 9)
    np.testing.assert_array_equal(batch.propagate(rows, level, nothing, nothing, ones), first)
