"""What a slider's table says, on changes that are known."""

import numpy as np
import pytest

from latent_resonance.evaluation.chapters.controls import _row, _times_at_equal_change
from latent_resonance.evaluation.rescoring import VALUES, Rescored, standardised_effect


def slider(*ways: list[float], leak: float = 0.0) -> Rescored:
    """Seeds' own attribute at the five values, and another that changes ``leak`` times as much."""
    own = np.array(ways)
    values = np.stack([own, leak * own], axis=2)
    return Rescored("brightness", values, 0, 4.0)


def test_a_slider_that_rises_everywhere_is_monotonic() -> None:
    rising = slider([-5, -2, 0, 2, 5], [-1, -0.5, 0, 0.5, 1])
    assert len(VALUES) == 5
    assert (rising.monotonic, rising.strictly) == (1.0, 1.0)
    assert rising.effect == pytest.approx(6)


def test_a_plateau_is_monotonic_a_fall_and_a_standstill_are_not() -> None:
    mixed = slider([0, 1, 2, 2, 2], [0, 1, 2, 1.5, 3], [0, 0, 0, 0, 0], [0, 1, 2, 3, 4])
    assert mixed.monotonic == 0.5
    assert mixed.strictly == 0.25


def test_leakage_is_a_share_of_the_effect() -> None:
    leaking = slider([-4, -2, 0, 2, 4], leak=-0.25)
    np.testing.assert_allclose(leaking.leakage, [1, 0.25])
    # Changes of either sign cancel in the mean, not in the figure of the seeds.
    both = np.stack([slider([-4, -2, 0, 2, 4], leak=sign).values[0] for sign in (0.5, -0.5)])
    turning = Rescored("brightness", both, 0, 4.0)
    np.testing.assert_allclose(turning.leakage, [1, 0], atol=1e-9)
    np.testing.assert_allclose(turning.leakage_of_seeds, [1, 0.5])


def test_a_purer_slider_beats_an_axis_at_equal_change() -> None:
    pure = slider([-4, -2, 0, 2, 4], leak=0.25)
    axes = {"all:1": np.array([8.0, 8.0]), "all:2": np.array([0.1, 0.0])}
    assert _times_at_equal_change(pure, axes) == pytest.approx(0.8 / 0.5)


def test_the_standardised_effect_is_of_paired_changes() -> None:
    # Changes of 8 and 4: mean 6, deviation sqrt(8).
    assert slider([-4, -2, 0, 2, 4], [-2, -1, 0, 1, 2]).standardised == pytest.approx(6 / 8**0.5)
    assert standardised_effect(np.array([1.0, -1.0, 3.0, -3.0])) == 0
    assert np.isnan(standardised_effect(np.array([1.0])))


def test_the_best_axis_is_the_one_with_the_largest_mean_change() -> None:
    own = slider([-4, -2, 0, 2, 4], [-2, -1, 0, 1, 2])
    wide = np.array([[-9.0, 0.0], [1.0, 0.0]])  # mean -4, deviation sqrt(50)
    steady = np.array([[2.0, 0.0], [2.1, 0.0]])
    cells, metrics = _row(own, ("brightness", "rate"), {"sefa": {"a:1": wide, "a:2": steady}})
    assert metrics["best_sefa_axis"] == "a:1"
    assert metrics["best_sefa"] == pytest.approx(4)
    assert metrics["best_sefa_standardised_effect"] == pytest.approx(4 / 50**0.5)
    assert metrics["times_best_sefa"] == pytest.approx(6 / 4)
    d = 6 / 8**0.5
    assert metrics["times_best_sefa_standardised"] == pytest.approx(d / (4 / 50**0.5))
    assert "4.0, d 0.6 (a:1)" in cells
