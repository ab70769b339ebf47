"""Integration follows the gradients along the loudest paths."""

import heapq

import numpy as np
import pytest

from latent_resonance.sound.spanning_tree import integrate


def noisy(shape, seed):
    generator = np.random.default_rng(seed)
    return generator.standard_normal(shape).astype(np.float32)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (2, 2), (30, 40)])
def test_a_smooth_phase_comes_back_whatever_the_paths(shape):
    """Gradients of a bilinear surface agree on all paths, and the trapezoid is exact."""
    time, frequency = np.meshgrid(np.arange(shape[0]), np.arange(shape[1]), indexing="ij")
    phase = 0.3 * time - 1.2 * frequency + 0.05 * time * frequency
    in_time, in_frequency = 0.3 + 0.05 * frequency, -1.2 + 0.05 * time
    found = integrate(noisy(shape, 1), in_time, in_frequency, np.zeros(shape))
    apart = found - phase
    assert apart == pytest.approx(np.full(shape, apart[0, 0]), abs=1e-9)


def test_the_quietest_bin_on_each_path_is_as_loud_as_can_be():
    """Against a plain Prim's algorithm: steps along its tree are the differences found."""
    level = noisy((12, 15), 2)
    generator = np.random.default_rng(3)
    in_time, in_frequency = generator.standard_normal((2, 12, 15))
    found = integrate(level, in_time, in_frequency, np.zeros(level.shape))
    begin = np.unravel_index(level.argmax(), level.shape)
    reached, queue = {begin}, []

    def neighbours(at):
        for step in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            there = (at[0] + step[0], at[1] + step[1])
            if 0 <= there[0] < 12 and 0 <= there[1] < 15 and there not in reached:
                # The louder of two ways over the same pass comes first.
                key = (-min(level[at], level[there]), -max(level[at], level[there]))
                heapq.heappush(queue, (key, at, there, step))

    neighbours(begin)
    while queue:
        _, at, there, step = heapq.heappop(queue)
        if there in reached:
            continue
        reached.add(there)
        gradient = in_time if step[0] else in_frequency
        want = sum(step) * (gradient[at] + gradient[there]) / 2
        assert found[there] - found[at] == pytest.approx(want, abs=1e-9)
        neighbours(there)
    assert len(reached) == level.size


def test_silence_parts_regions_and_keeps_its_phase():
    level = noisy((10, 20), 4)
    level[:, 7] = -np.inf
    phase = np.random.default_rng(5).uniform(0, 6, level.shape)
    found = integrate(level, np.full(level.shape, 0.1), np.full(level.shape, 0.2), phase)
    assert found[:, 7] == pytest.approx(phase[:, 7])
    for region in (np.s_[:, :7], np.s_[:, 8:]):
        assert np.diff(found[region], axis=1) == pytest.approx(0.2)
        assert np.diff(found[region], axis=0) == pytest.approx(0.1)
        # One bin of each gives the phase.
        assert np.isclose(found[region], phase[region]).sum() == 1
