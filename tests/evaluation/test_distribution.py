"""Distances between clouds with closed answers, diversity, copies."""

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="needs the extra latent-resonance[evaluate]")

from latent_resonance.evaluation.distribution import (
    Space,
    bin_count,
    entropy_share,
    frechet_distance,
    kernel_audio_distance,
    kernel_inception_distance,
    mean_pairwise_distance,
    median_distance,
    statistically_different_bins,
)
from latent_resonance.evaluation.neighbours import nearest_neighbours


@pytest.fixture
def cloud() -> np.ndarray:
    return np.random.default_rng(0).normal(0, 1, (300, 4)) * [1, 2, 0.5, 3]


def test_frechet_distance_of_known_gaussians(cloud: np.ndarray) -> None:
    assert frechet_distance(cloud, cloud) == pytest.approx(0, abs=1e-9)
    moved = cloud + np.array([3, 0, 4, 0])
    assert frechet_distance(moved, cloud) == pytest.approx(25)
    # Scaled by s about the mean: (1 - s)^2 of the total variance.
    centre = cloud.mean(axis=0)
    scaled = centre + 0.5 * (cloud - centre)
    assert frechet_distance(scaled, cloud) == pytest.approx(0.25 * cloud.var(axis=0, ddof=1).sum())
    # Covariances that do not commute: against the general matrix square root.
    from scipy.linalg import sqrtm

    mix = np.random.default_rng(1).normal(0, 1, (4, 4))
    other = cloud @ mix
    one, two = np.cov(cloud, rowvar=False), np.cov(other, rowvar=False)
    gap = cloud.mean(axis=0) - other.mean(axis=0)
    expected = gap @ gap + np.trace(one + two - 2 * np.real(sqrtm(one @ two)))
    assert frechet_distance(cloud, other) == pytest.approx(expected, rel=1e-6)


def test_kernel_distances_are_their_definition(cloud: np.ndarray) -> None:
    a, b = cloud[:7], cloud[100:105] + 1
    width = 1.7

    def gauss(x, y):
        return np.exp(-((x - y) ** 2).sum() / (2 * width**2))

    def cubic(x, y):
        return (x @ y / 4 + 1) ** 3

    for kernel, found in (
        (gauss, kernel_audio_distance(a, b, width)),
        (cubic, kernel_inception_distance(a, b)),
    ):
        inside = [
            np.mean([kernel(x, y) for i, x in enumerate(s) for j, y in enumerate(s) if i != j])
            for s in (a, b)
        ]
        between = np.mean([kernel(x, y) for x in a for y in b])
        assert found == pytest.approx(sum(inside) - 2 * between)
    assert median_distance(np.array([[0.0], [1.0], [5.0]])) == pytest.approx(4)


def test_kernel_distance_is_unbiased_and_grows() -> None:
    random = np.random.default_rng(0)
    same, apart = [], []
    for _ in range(200):
        a, b = random.normal(0, 1, (2, 15, 3))
        same.append(kernel_audio_distance(a, b, 2.0))
        apart.append(kernel_audio_distance(a, b + 1, 2.0))
    assert abs(np.mean(same)) < 3 * np.std(same) / np.sqrt(200)
    assert min(same) < 0
    assert np.mean(apart) > 0.2


def test_space_holds_real_sounds_at_variance_1(cloud: np.ndarray) -> None:
    constant = np.concatenate([cloud, np.full((300, 1), 7.0)], axis=1)
    space = Space.fit(constant, 3)
    placed = space.place(constant)
    assert placed.shape == (300, 3)
    np.testing.assert_allclose(placed.mean(axis=0), 0, atol=1e-9)
    assert placed.var(axis=0, ddof=1).sum() == pytest.approx(1)
    np.testing.assert_allclose(space.first(2).place(constant), placed[:, :2])
    with pytest.raises(ValueError, match="three"):
        Space.fit(cloud[:2], 2)


def test_diversity_sees_collapse_and_missing_kinds() -> None:
    random = np.random.default_rng(0)
    centres = random.normal(0, 10, (10, 5))
    real = np.repeat(centres, 60, axis=0) + random.normal(0, 1, (600, 5))
    again = np.repeat(centres, 40, axis=0) + random.normal(0, 1, (400, 5))
    half = np.repeat(centres[:5], 80, axis=0) + random.normal(0, 1, (400, 5))
    assert mean_pairwise_distance(np.array([[0.0], [3.0], [6.0]])) == pytest.approx(4)
    assert mean_pairwise_distance(half[:3]) < 0.3 * mean_pairwise_distance(real)
    fine = statistically_different_bins(real, again, 20, 0)
    missing = statistically_different_bins(real, half, 20, 0)
    assert fine.bins == missing.bins == 20
    assert fine.share <= 0.15
    assert fine.empty_share == 0
    assert missing.share > 0.6
    assert missing.empty_share >= 0.35
    assert [bin_count(n) for n in (5, 200, 5000)] == [2, 20, 50]
    assert entropy_share(np.array([5, 5, 5, 5])) == pytest.approx(1)
    assert entropy_share(np.array([9, 0, 0])) == 0


def test_planted_copies_are_found_and_takes_are_no_copies() -> None:
    random = np.random.default_rng(0)
    sounds = random.normal(0, 1, (100, 8))
    training = np.concatenate([sounds, sounds + 0.001])
    takes = np.array([f"sound {k % 100}" for k in range(200)])
    held, held_takes = random.normal(0, 1, (30, 8)), np.array([f"held {k}" for k in range(30)])
    fresh = random.normal(0, 1, (150, 8))
    copying = np.concatenate([fresh[:75], training[:75] + random.normal(0, 0.01, (75, 8))])
    honest = nearest_neighbours(fresh, training, takes, held, held_takes).summary()
    caught = nearest_neighbours(copying, training, takes, held, held_takes)
    assert honest["generated_nearer_than_first_percentile_share"] < 0.05
    assert caught.summary()["generated_nearer_than_first_percentile_share"] == pytest.approx(0.5)
    assert (caught.nearest[75:] % 100 == np.arange(75)).all()
    # Takes lie 0.003 apart, yet real sounds count as far from each other.
    assert honest["median_distance_real_to_other_real"] > 1
    assert honest["median_distance_held_out"] > 1
    alone = nearest_neighbours(fresh, training, takes, held[:0], held_takes[:0]).summary()
    assert "median_distance_held_out" not in alone
