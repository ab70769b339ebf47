"""The random network: the same everywhere, blind to loudness and time, not to frequency."""

import numpy as np
import pytest

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.evaluation.embedding import SIZE, embed, mel_levels
from latent_resonance.evaluation.timbre import (
    describe_note,
    describe_spectrum,
    transpose,
)

LAYOUT = SpectrogramFormat()


def ridges(*bins: int, shift: int = 0) -> np.ndarray:
    level = np.full((256, 256), -80.0, np.float32)
    for k in bins:
        level[k, 60 + shift : 140 + shift] = -5.0
    return level


def test_it_is_the_same_network_on_every_machine() -> None:
    found = embed([ridges(20, 40, 60)], LAYOUT)
    assert found.shape == (1, SIZE)
    # Fixed for ever: distances of one version compare with those of another.
    np.testing.assert_allclose(found[0, [0, 63, 200, 900, 1791]], PINNED, rtol=1e-3, atol=1e-5)


def test_what_moves_a_sound() -> None:
    base, later, higher, other = embed(
        [ridges(20, 40), ridges(20, 40, shift=64), ridges(40, 80), ridges(150, 200)], LAYOUT
    )
    louder = embed([ridges(20, 40) - 20], SpectrogramFormat(range_db=100.0))[0]
    away = np.linalg.norm(base - higher)
    assert np.linalg.norm(base - later) < 0.1 * away
    assert np.linalg.norm(base - louder) < 1e-3 * away
    assert away < np.linalg.norm(base - other)


def test_mel_levels_are_normalised() -> None:
    level = mel_levels(ridges(30), LAYOUT)
    assert level.shape == (64, 256)
    assert level.max() == pytest.approx(0, abs=1e-5)
    assert level.min() == -80
    assert (mel_levels(np.full((256, 9), -80, np.float32), LAYOUT) == -80).all()


def test_notes_are_described_alike_at_each_pitch() -> None:
    layout = SpectrogramFormat(n_fft=1024, columns=96)

    def note(midi: float, fall: float) -> np.ndarray:
        step = 440 * 2 ** ((midi - 69) / 12) * 1024 / 16_000
        n = np.arange(1, 13)
        away = np.arange(512)[None] - step * n[:, None]
        level = (-4 * away**2 - fall * n[:, None]).max(axis=0)
        return np.repeat(np.maximum(level, -80)[:, None], 96, axis=1).astype(np.float32)

    size = len(describe_spectrum(note(60, 3), layout))
    low, high, dull = (
        describe_note(note(midi, fall), layout, midi)[size:]
        for midi, fall in ((58, 3), (62, 3), (58, 9))
    )
    assert np.abs(low - high).mean() < 0.25 * np.abs(low - dull).mean()


def test_transposing_moves_a_partial_by_its_ratio() -> None:
    level = np.full((512, 3), -80, np.float32)
    level[100] = 0
    assert transpose(level, 12, 80)[:, 0].argmax() == 200
    assert transpose(level, -12, 80)[:, 0].argmax() == 50
    np.testing.assert_array_equal(transpose(level, 0, 80), level)
    assert transpose(level, -12, 80)[300:].max() == -80


PINNED = [-0.0485504, 1.3745, 0.280994, -0.38514, 0.0269822]
