"""Distances whose answers are known, and components that rebuild what they span."""

import math

import numpy as np
import pytest
from scipy import signal

from latent_resonance.evaluation.reconstruction import (
    log_spectral_distance,
    multi_resolution_distance,
    rebuild_with_components,
    spectral_convergence_db,
)


def test_spectral_convergence() -> None:
    wanted = np.random.default_rng(0).uniform(0, 1, (20, 30))
    assert spectral_convergence_db(0 * wanted, wanted) == pytest.approx(0)
    assert spectral_convergence_db(0.9 * wanted, wanted) == pytest.approx(-20)
    assert spectral_convergence_db(wanted, wanted) == pytest.approx(-200)
    assert spectral_convergence_db([3, 0], [3, 4]) == pytest.approx(20 * math.log10(0.8))
    for made, reference in (([1, 2], [0, 0]), ([1], [1, 2]), ([], [])):
        with pytest.raises(ValueError, match=r"silence|compare"):
            spectral_convergence_db(made, reference)


def test_log_spectral_distance() -> None:
    level = np.full((4, 2), -20.0)
    assert log_spectral_distance(level + 3, level) == pytest.approx(3)
    # Root mean square over frequency, plain mean over time: (sqrt(16 / 4) + 0) / 2.
    changed = level.copy()
    changed[0, 0] += 4
    assert log_spectral_distance(changed, level) == pytest.approx(1)


def test_multi_resolution_distance() -> None:
    sound = np.random.default_rng(0).normal(0, 0.1, 16_000).astype(np.float32)
    assert multi_resolution_distance(sound, sound) == pytest.approx(0)
    # Half the amplitude everywhere: a ratio of 0.5, and ln 2 in the logarithm.
    assert multi_resolution_distance(0.5 * sound, sound) == pytest.approx(
        0.5 + math.log(2), abs=1e-3
    )
    # Phase does not count: turned by a quarter, every sound is the same but for its ends.
    turned = np.imag(signal.hilbert(sound)).astype(np.float32)
    assert np.linalg.norm(turned - sound) > np.linalg.norm(sound)
    assert multi_resolution_distance(turned, sound) < 0.2
    with pytest.raises(ValueError, match="silence"):
        multi_resolution_distance(sound, 0 * sound)


def test_components_rebuild_what_they_span() -> None:
    random = np.random.default_rng(0)
    basis = random.uniform(0.1, 1, (3, 40, 50))
    weights = random.dirichlet(np.ones(3), 30)
    magnitudes = np.tensordot(weights, basis, 1)
    windows = list((20 * np.log10(magnitudes)).astype(np.float16))
    found = rebuild_with_components(windows[:25], windows[25:], [50] * 5, [1, 2, 30], "magnitude")
    # Three mixtures that add up to 1 span two axes; 16-bit levels leave an error below -60 dB.
    assert found.sizes == [1, 2]
    assert found.convergence_db[0] > -40
    assert found.convergence_db[1] < -60
    in_db = rebuild_with_components(windows[:25], windows[25:], [50] * 5, [2], "db")
    assert found.convergence_db[1] < in_db.convergence_db[0] < -20


def test_components_are_those_of_a_plain_decomposition() -> None:
    random = np.random.default_rng(1)
    windows = list(random.uniform(-60, 0, (24, 10, 70)).astype(np.float16))
    found = rebuild_with_components(windows[:20], windows[20:], [70, 70, 35, 35], [4], "db")
    flat = np.array(windows, np.float64).reshape(24, -1)
    centre = flat[:20].mean(axis=0)
    _, _, axes = np.linalg.svd(flat[:20] - centre, full_matrices=False)
    made = centre + (flat[20:] - centre) @ axes[:4].T @ axes[:4]
    # Only the columns that were heard count.
    expected = [
        spectral_convergence_db(
            10 ** (m.reshape(10, 70)[:, :heard] / 20), 10 ** (w.reshape(10, 70)[:, :heard] / 20)
        )
        for m, w, heard in zip(made, flat[20:], [70, 70, 35, 35], strict=True)
    ]
    assert found.convergence_db[0] == pytest.approx(np.mean(expected), abs=1e-3)
