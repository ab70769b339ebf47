"""The judge of beats, on cases whose answer is known by hand."""

import math

import numpy as np
import pytest

from latent_resonance.evaluation.beats import f_measure, lags

TRUTH = np.arange(5.0, 25.0, 0.5)


def test_the_same_beats_are_perfect_and_none_are_nothing() -> None:
    assert f_measure(TRUTH, TRUTH) == 1
    assert f_measure([], TRUTH) == f_measure(TRUTH, []) == 0
    assert math.isnan(f_measure([], []))


def test_twice_as_many_have_half_the_precision() -> None:
    twice = np.arange(5.0, 25.0, 0.25)
    assert f_measure(twice, TRUTH) == pytest.approx(2 * 0.5 / 1.5)
    assert f_measure(TRUTH[::2], TRUTH) == pytest.approx(2 * 0.5 / 1.5)


@pytest.mark.parametrize(("shift", "score"), [(0.069, 1.0), (-0.069, 1.0), (0.071, 0.0)])
def test_a_hit_is_within_70_ms(shift: float, score: float) -> None:
    inside = TRUTH[2:-2]
    assert f_measure(inside + shift, inside) == score


def test_a_beat_counts_once() -> None:
    assert f_measure([10.0, 10.01, 10.02], [10.0]) == pytest.approx(0.5)


def test_the_first_seconds_do_not_count() -> None:
    assert f_measure([1.0, 2.0, 10.0], [3.0, 10.0]) == 1


def test_lags_have_a_sign() -> None:
    np.testing.assert_allclose(lags([9.98, 11.03], [10.0, 11.0]), [-0.02, 0.03])
    assert np.isinf(lags([], [10.0])).all()
