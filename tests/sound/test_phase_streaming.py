"""Streaming phase: exact on tones, the same in one piece or many, near on recordings."""

import numpy as np
import pytest

from latent_resonance.sound.phase_streaming import (
    PhasePlan,
    propagate,
    reconstruct_phase,
    start,
    time_slopes,
)
from latent_resonance.sound.stft import stft, synthesis_window

RATE, N_FFT, HOP = 16_000, 512, 128


def hold(window, level, columns, seed=0):
    """A frozen column as the living spectrogram plays it."""
    plan = PhasePlan.build(N_FFT, HOP, window)
    synthesis = synthesis_window(window, N_FFT, HOP)
    state = start(plan, seed)
    sound = np.zeros((columns - 1) * HOP + N_FFT)
    still = np.zeros_like(level)
    for column in range(columns):
        phase, state = propagate(plan, state, level, still)
        spectrum = np.zeros(N_FFT // 2 + 1, complex)
        spectrum[: len(level)] = np.exp(level + 1j * phase)
        sound[column * HOP : column * HOP + N_FFT] += np.fft.irfft(spectrum) * synthesis
    return sound[N_FFT:-N_FFT]


def frequency_and_amplitude(sound):
    weight = np.hanning(len(sound))
    size = 1 << 20
    spectrum = np.abs(np.fft.rfft(sound * weight, size))
    top = spectrum[1:-1].argmax() + 1
    a, b, c = np.log(spectrum[top - 1 : top + 2])
    return (top + (a - c) / (a - 2 * b + c) / 2) * RATE / size, spectrum[top] * 2 / weight.sum()


@pytest.mark.parametrize("window", ["gauss", "hann"])
@pytest.mark.parametrize("hz", [110, 131, 220, 440, 1000, 1015.6, 3000])
def test_frozen_tones_keep_pitch_and_level(window, hz):
    at = np.arange(RATE) / RATE
    tone = (0.5 * np.sin(2 * np.pi * hz * at)).astype(np.float32)
    column = np.abs(stft(tone, N_FFT, HOP, window))[: N_FFT // 2, 60]
    sound = hold(window, np.log(column + np.float32(1e-7)), 200)
    found, amplitude = frequency_and_amplitude(sound)
    assert abs(1200 * np.log2(found / hz)) < 0.5
    assert abs(20 * np.log10(amplitude / 0.5)) < 0.05


def test_a_frozen_chord_keeps_all_its_tones():
    at = np.arange(RATE) / RATE
    tones = (262, 523, 1180, 3000)
    chord = sum(np.sin(2 * np.pi * hz * at) for hz in tones).astype(np.float32)
    column = np.abs(stft(chord, N_FFT, HOP))[: N_FFT // 2, 60]
    sound = hold("gauss", np.log(column + np.float32(1e-7)), 300)
    for hz in tones:
        kernel = np.exp(-2j * np.pi * hz * np.arange(len(sound)) / RATE) * np.hanning(len(sound))
        amplitude = 2 * abs(kernel @ sound) / np.hanning(len(sound)).sum()
        # A drift of pitch by a few cents alone would spoil the product.
        assert amplitude == pytest.approx(1, abs=0.12), hz


def test_a_flat_floor_is_noise_not_a_buzz():
    level = np.full(N_FFT // 2, np.log(1e-4), np.float32)
    level[60:65] = np.log([0.1, 0.6, 1, 0.6, 0.1])
    quiet = hold("gauss", level, 300)
    at = np.arange(len(quiet))
    hz = (62 * RATE / N_FFT,)
    basis = np.stack([f(2 * np.pi * h * at / RATE) for h in hz for f in (np.sin, np.cos)])
    rest = quiet - basis.T @ np.linalg.lstsq(basis.T, quiet, rcond=None)[0]
    # Pulses once per hop would put all power at multiples of 125 Hz.
    power = np.abs(np.fft.rfft(rest[: len(rest) // HOP * HOP]) * 1.0) ** 2
    step = len(rest) // HOP
    at_hops = power[step * 2 :: step].sum()
    assert at_hops < 0.2 * power[step:].sum()


@pytest.mark.parametrize("look_ahead", [0, 1])
@pytest.mark.parametrize("bins", [N_FFT // 2, N_FFT // 2 + 1])
def test_streaming_equals_offline(look_ahead, bins):
    generator = np.random.default_rng(7)
    sound = generator.standard_normal(8000).astype(np.float32) * np.linspace(0, 1, 8000)
    sound += np.sin(np.arange(8000) * 0.1)
    plan = PhasePlan.build(N_FFT, HOP)
    magnitude = np.abs(stft(sound.astype(np.float32), N_FFT, HOP))[:bins]
    level = np.log(magnitude + np.float32(1e-6))
    whole = reconstruct_phase(plan, level, look_ahead, seed=5)
    slopes = time_slopes(level.T, look_ahead)
    state = start(plan, 5)
    for column in range(level.shape[1]):
        phase, state = propagate(plan, state, level[:, column], slopes[column])
        apart = np.angle(np.exp(1j * (phase.astype(float) - whole[:, column])))
        assert np.abs(apart).max() < 1e-5
        assert phase.dtype == np.float32


def test_state_is_a_value():
    plan = PhasePlan.build(N_FFT, HOP)
    generator = np.random.default_rng(1)
    level, slope = generator.standard_normal((2, 5, 256)).astype(np.float32)
    state = start(plan, 2)
    for column in range(4):
        _, state = propagate(plan, state, level[column], slope[column])
    kept = state.phase.copy()
    once, _ = propagate(plan, state, level[4], slope[4])
    twice, _ = propagate(plan, state, level[4], slope[4])
    assert np.array_equal(once, twice)
    assert np.array_equal(state.phase, kept)


def test_seeds_differ_and_repeat():
    plan = PhasePlan.build(N_FFT, HOP)
    level = np.random.default_rng(1).standard_normal((256, 6)).astype(np.float32)
    one, same, other = (reconstruct_phase(plan, level, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.allclose(one, other)


def test_hours_do_not_drift():
    """The state stays wrapped, and each hop of a held tone is the same as the first."""
    at = np.arange(RATE) / RATE
    tone = np.sin(2 * np.pi * 437 * at).astype(np.float32)
    level = np.log(np.abs(stft(tone, N_FFT, HOP))[:256, 60] + np.float32(1e-7))
    plan = PhasePlan.build(N_FFT, HOP)
    still = np.zeros_like(level)
    peak = int(level.argmax())
    state = start(plan, 0)
    phases = []
    for _ in range(20_000):
        phase, state = propagate(plan, state, level, still)
        phases.append(phase[peak])
    assert 0 <= state.phase.min() <= state.phase.max() <= 2 * np.pi
    steps = np.diff(np.unwrap(np.array(phases, float)))
    assert steps[-100:].mean() == pytest.approx(steps[:100].mean(), abs=1e-6)


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_short_and_silent_clips(columns):
    plan = PhasePlan.build(N_FFT, HOP)
    level = np.full((256, columns), -20, np.float32)
    for look_ahead in (0, 1):
        phase = reconstruct_phase(plan, level, look_ahead)
        assert phase.shape == (256, columns)
        assert np.isfinite(phase).all()
