"""Measures of notes, on tones of which the answer is known."""

import numpy as np

from latent_resonance.evaluation.note_lives import partial_levels_db

RATE = 16_000


def test_levels_of_partials_are_those_of_the_tone() -> None:
    wanted = np.array([0.0, -6.0, -30.0, -12.0, -45.0, -20.0])
    seconds = np.arange(RATE) / RATE
    for hz, stretch in ((110.0, 0.0), (220.0, 2e-4), (987.8, 0.0)):
        numbers = np.arange(1, len(wanted) + 1)
        places = numbers * hz * np.sqrt(1 + stretch * numbers**2)
        tone = 10 ** (wanted / 20) @ np.sin(2 * np.pi * places[:, None] * seconds)
        struck = np.concatenate([np.zeros(800), tone * np.exp(-seconds)])
        power = 10 ** (wanted / 10)
        found = partial_levels_db(struck, RATE, hz)
        share = 10 * np.log10(power / power.sum())
        assert np.abs(found[: len(wanted)] - share).max() < 0.3
        assert (found[len(wanted) :] < -60).all(), "no partial, no level"


def test_a_note_that_is_too_short_has_none() -> None:
    assert len(partial_levels_db(np.ones(RATE // 5), RATE, 220.0)) == 0
