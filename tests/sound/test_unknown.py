"""Clips that were cut off have unknown columns after them, for those who ask."""

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.sound.loudest_window import loudest_window
from latent_resonance.sound.unknown import is_cut_off, unknown_db

LAYOUT = SpectrogramFormat(sample_rate=16_000, n_fft=128, hop=16, columns=64, range_db=80.0)
NOISE = np.random.default_rng(0).uniform(-0.5, 0.5, 4_000).astype(np.float32)


def test_a_clip_is_cut_off_where_it_still_sounds() -> None:
    fading = NOISE * np.exp(-np.arange(4_000) / 300).astype(np.float32)
    assert is_cut_off(NOISE, 16_000)
    assert not is_cut_off(fading, 16_000)
    assert is_cut_off(fading[:800], 16_000)
    assert not is_cut_off(np.concatenate([NOISE, np.zeros(320, np.float32)]), 16_000)
    assert not is_cut_off(NOISE[:100], 16_000)


def known_columns(window, layout):
    return window.max(axis=0) > -1.5 * layout.range_db


def test_what_is_unknown_is_only_asked_for_and_only_after_a_cut() -> None:
    short = NOISE[:640]
    plain = loudest_window(short, LAYOUT)
    assert known_columns(plain, LAYOUT).all()
    window = loudest_window(short, LAYOUT, unknown=True)
    known = known_columns(window, LAYOUT)
    # The last columns would see the silence after the clip.
    assert known.sum() == (640 - 64) // 16 + 1
    assert known[: known.sum()].all()
    assert (window[:, ~known] == unknown_db(LAYOUT)).all()
    assert window.max() == 0
    assert window[:, known].min() >= -80
    fading = short * np.exp(-np.arange(640) / 40).astype(np.float32)
    for samples in (fading, NOISE):
        np.testing.assert_array_equal(
            loudest_window(samples, LAYOUT, unknown=True), loudest_window(samples, LAYOUT)
        )


def test_a_clip_that_begins_to_sound_at_its_very_end_is_heard_whole() -> None:
    late = np.concatenate([np.zeros(636, np.float32), NOISE[:4]])
    np.testing.assert_array_equal(
        loudest_window(late, LAYOUT, unknown=True), loudest_window(late, LAYOUT)
    )
