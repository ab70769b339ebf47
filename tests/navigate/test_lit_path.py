"""A place among stations of which some are lit."""

import numpy as np
import pytest

from latent_resonance.navigate.paths.lit import lit_weights

STATIONS = np.array([[0, 0], [1, 0], [2, 0], [3, 0]], np.float32)


def at(x: float, *shares: float) -> np.ndarray:
    return lit_weights(np.array([x, 0], np.float32), STATIONS, np.array(shares, np.float32))


def test_a_single_lit_station_is_all_there_is() -> None:
    for x in (-1, 0, 1.5, 3):
        assert at(x, 0, 0, 0.4, 0).tolist() == [0, 0, 1, 0]


def test_it_is_at_each_lit_station_and_never_at_the_others() -> None:
    assert at(0, 1, 0, 1, 0)[0] > 0.98
    assert at(2, 1, 0, 1, 0)[2] > 0.98
    assert at(1, 1, 0, 1, 0) == pytest.approx([0.5, 0, 0.5, 0])


def test_neither_the_place_nor_a_fading_share_moves_anything_by_a_jump() -> None:
    along = np.array([at(x, 1, 0, 0.5, 1) for x in np.arange(0, 3, 0.01)])
    assert np.abs(np.diff(along, axis=0)).max() < 0.06
    assert at(1.9, 1, 0, 0, 0).tolist() == [1, 0, 0, 0]
    assert np.abs(at(1.9, 1, 0, 1e-6, 0) - at(1.9, 1, 0, 0, 0)).max() < 0.01
