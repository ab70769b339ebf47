"""A vibrato that breathes: late, drifting, the same for the same note, never wider than asked."""

import numpy as np

from latent_resonance.navigate.keys.vibrato import vibrato_of

STEP = 0.008
SECONDS = np.arange(0, 12, STEP)


def swings(seed: int, number: int) -> np.ndarray:
    one = vibrato_of(seed, number)
    return np.array([one.at(float(t)) for t in SECONDS])


def test_it_sets_in_late_and_drifts() -> None:
    for number in range(4):
        swing = swings(3, number)
        assert not swing[SECONDS < 0.1].any()
        assert np.abs(swing[SECONDS < 0.25]).max() < 0.5 * np.abs(swing).max()
        assert 0.8 < np.abs(swing).max() < 1.13
        ups = SECONDS[1:][(swing[:-1] < 0) & (swing[1:] >= 0)]
        rates = 1 / np.diff(ups[2:])
        assert np.all((rates > 4) & (rates < 7))
        assert 0.03 < rates.std() / rates.mean() < 0.12
        tops = [np.abs(swing[a : a + 25]).max() for a in range(100, 1450, 25)]
        assert 0.08 < np.std(tops) / np.mean(tops) < 0.4
        assert np.abs(np.diff(swing)).max() < 0.4


def test_notes_differ_and_each_is_the_same_again() -> None:
    np.testing.assert_array_equal(swings(3, 1), swings(3, 1))
    for other in ((3, 2), (4, 1)):
        assert np.abs(swings(3, 1) - swings(*other)).max() > 0.5
