"""Noise between partials is as loud as asked, follows the note, and leaves its partials alone."""

import numpy as np
import pytest

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.render.voices.partial_noise import add_partial_noise

LAYOUT = SpectrogramFormat(sample_rate=16_000, n_fft=1024, hop=128, columns=384)
HZ, NOISE_DB = 500.0, (-40.0, -50.0, -55.0)


def partials() -> np.ndarray:
    """One that falls by 60 dB over the window, and its octave."""
    power = np.full((LAYOUT.columns, LAYOUT.bins), 1e-14, np.float32)
    power[:, [32, 64]] = 10 ** np.linspace(0, -6, LAYOUT.columns)[:, None]
    return power


def test_it_is_as_loud_as_asked_and_dies_with_the_note() -> None:
    power = partials()
    made = add_partial_noise(power, LAYOUT, HZ, NOISE_DB)
    for part in (slice(0, 100), slice(280, 380)):
        noise = made[part, 74:84].mean() * 100 / 15.625 / power[part].sum(axis=1).mean()
        # Around 1,200 Hz, with what is made good for the phases.
        assert 10 * np.log10(noise) == pytest.approx(-50 + 4, abs=2)
    assert np.abs(10 * np.log10(made[:, 32] / power[:, 32])).max() < 0.5
    assert not (made - power)[:, :23].any()


def test_it_scatters_as_noise_does_and_keys_differ() -> None:
    noise = np.log(add_partial_noise(partials(), LAYOUT, HZ, NOISE_DB)[::8, 40:60:4])
    # The logarithm of an exponential variable has a deviation of pi / sqrt(6).
    noise -= noise.mean(axis=1, keepdims=True)
    assert noise.std() == pytest.approx(1.28, abs=0.25)
    other = np.log(add_partial_noise(partials(), LAYOUT, 520, NOISE_DB)[::8, 40:60:4])
    assert (
        np.corrcoef(noise.ravel(), (other - other.mean(axis=1, keepdims=True)).ravel())[0, 1] < 0.5
    )


def test_where_partials_are_close_there_is_no_room_for_it() -> None:
    power = partials()
    assert add_partial_noise(power, LAYOUT, 60.0, NOISE_DB) is power


def test_above_8_khz_the_full_band_has_noise_of_its_own() -> None:
    wide = LAYOUT.widened(3, 96)
    power = np.full((wide.columns, wide.bins), 1e-14, np.float32)
    power[:, 32] = 1
    made = add_partial_noise(power, wide, HZ, NOISE_DB)
    end = round(8000 * wide.n_fft / wide.sample_rate)
    assert (made - power)[:, end - 20 : end].mean() > 1e-8
    assert not (made - power)[:, end:].any()
