"""Offline phase, and how near the three methods come on real recordings."""

import numpy as np
import pytest
import soundfile

from latent_resonance.sound.griffin_lim import fast_griffin_lim
from latent_resonance.sound.pghi import pghi
from latent_resonance.sound.phase_streaming import PhasePlan, reconstruct_phase
from latent_resonance.sound.stft import istft, stft

N_FFT, HOP = 1024, 128


def convergence(magnitude, phase, samples, window="gauss"):
    spectra = (magnitude * np.exp(1j * phase)).astype(np.complex64)
    again = np.abs(stft(istft(spectra, HOP, window, samples), N_FFT, HOP, window))
    return 20 * np.log10(np.linalg.norm(again - magnitude) / np.linalg.norm(magnitude))


def glide(rate=16_000):
    at = np.arange(rate) / rate
    return (0.3 * np.sin(2 * np.pi * (300 * at + 400 * at**2))).astype(np.float32)


@pytest.mark.parametrize(("window", "limit"), [("gauss", -30), ("hann", -30)])
def test_a_glide_comes_back(window, limit):
    sound = glide()
    magnitude = np.abs(stft(sound, N_FFT, HOP, window))
    phase = pghi(PhasePlan.build(N_FFT, HOP, window), magnitude)
    assert phase.dtype == np.float32
    assert phase.shape == magnitude.shape
    assert convergence(magnitude, phase, len(sound), window) < limit


def test_clicks_come_back_sharp():
    sound = np.zeros(16_000, np.float32)
    sound[[3000, 8000, 12_500]] = 1
    magnitude = np.abs(stft(sound, N_FFT, HOP))
    phase = pghi(PhasePlan.build(N_FFT, HOP), magnitude)
    assert convergence(magnitude, phase, len(sound)) < -25


def test_quiet_bins_are_random_by_seed_and_loud_ones_agree():
    sound = glide()
    magnitude = np.abs(stft(sound, N_FFT, HOP))
    plan = PhasePlan.build(N_FFT, HOP)
    one, same, other = (pghi(plan, magnitude, 1e-3, seed) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    quiet = magnitude < 1e-4 * magnitude.max()
    assert np.mean(np.abs(one - other)[quiet] > 1e-3) > 0.99


@pytest.mark.parametrize("shape", [(513, 1), (513, 2), (5, 7)])
def test_silence_and_small_clips(shape):
    plan = PhasePlan.build(2 * (shape[0] - 1), 128 if shape[0] == 513 else 2)
    assert np.isfinite(pghi(plan, np.zeros(shape, np.float32))).all()
    loud = np.random.default_rng(0).random(shape).astype(np.float32)
    assert np.isfinite(pghi(plan, loud)).all()


def test_griffin_lim_improves_and_zero_rounds_change_nothing():
    sound = np.random.default_rng(3).standard_normal(16_000).astype(np.float32)
    magnitude = np.abs(stft(sound, N_FFT, HOP))
    begin = pghi(PhasePlan.build(N_FFT, HOP), magnitude)
    reached = [
        convergence(magnitude, fast_griffin_lim(magnitude, begin, HOP, iterations=n), len(sound))
        for n in (0, 2, 8)
    ]
    assert reached[0] - 1 > reached[1] > reached[2] + 1
    still = fast_griffin_lim(magnitude, begin, HOP, iterations=0)
    assert np.abs(np.angle(np.exp(1j * (still - begin)))).max() < 1e-5


def test_targets_on_recordings(shared_data):
    """Mean spectral convergence over all four kinds: -22 dB streaming, -26 PGHI, -33 polished."""
    plan = PhasePlan.build(N_FFT, HOP)
    reached = []
    for kind in ("music", "voice", "notes", "textures"):
        files = sorted(p for p in (shared_data / kind).iterdir() if p.suffix in {".flac", ".ogg"})
        for index in np.linspace(0, len(files) - 1, 6).round().astype(int):
            rate = soundfile.info(files[index]).samplerate
            sound, _ = soundfile.read(files[index], frames=2 * rate, always_2d=True)
            sound = sound.mean(axis=1).astype(np.float32)
            magnitude = np.abs(stft(sound, N_FFT, HOP))
            level = np.log(np.maximum(magnitude, magnitude.max() * 1e-5))
            streamed = reconstruct_phase(plan, level, look_ahead=1)
            whole = pghi(plan, magnitude)
            polished = fast_griffin_lim(magnitude, whole, HOP, iterations=8)
            reached.append(
                [convergence(magnitude, p, len(sound)) for p in (streamed, whole, polished)]
            )
    streamed, whole, polished = np.mean(reached, axis=0)
    assert streamed < -22
    assert whole < -26
    assert polished < -33
