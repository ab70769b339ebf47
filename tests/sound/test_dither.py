"""What dither promises: an error that knows nothing of the sound."""

import numpy as np

from latent_resonance.sound.dither import SixteenBits

STEP = 1 / 32_768


def test_below_one_step_a_tone_is_kept_with_dither_and_lost_without() -> None:
    """A third of a step at 1 kHz: rounding gives silence, dither gives the tone, and noise."""
    tone = (STEP / 3 * np.sin(2 * np.pi * np.arange(48_000) / 48)).astype(np.float32)[:, None]
    assert not SixteenBits(dither=False)(tone).any()
    made = SixteenBits(dither=True)(tone)[:, 0].astype(np.float64)
    levels = np.abs(np.fft.rfft(made)) * 2 / len(made)
    assert abs(levels[1000] - 1 / 3) < 0.03
    assert levels[2000] < 0.03
    assert levels[3000] < 0.03


def test_the_noise_has_one_mean_and_one_power_whatever_the_level() -> None:
    """A quarter of a step squared, wherever between two steps a level lies (TPDF)."""
    for level in (0.0, 0.25, 0.5, 0.8):
        flat = np.full((100_000, 1), (100 + level) * STEP, np.float32)
        error = SixteenBits(dither=True)(flat) - (100 + level)
        assert abs(error.mean()) < 0.01
        assert abs(error.var() - 0.25) < 0.01


def test_full_scale_is_clipped_and_never_turns_over() -> None:
    loud = np.array([[1.5, -1.5], [1.0, -1.0]], np.float32)
    for dither in (False, True):
        made = SixteenBits(dither)(loud)
        assert made[:, 0].min() > 32_760
        assert made[:, 1].max() < -32_760
