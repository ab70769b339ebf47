"""Places on a plane: none over another, groups together, the same each time."""

import numpy as np
import pytest

from latent_resonance.studio.map_layout import HEIGHT, TILE, WIDTH, as_given, lay_out


def check_apart(tiles: np.ndarray, scale: float) -> None:
    apart = np.abs(tiles[:, None] - tiles[None]) / (np.array(TILE) * scale)
    np.einsum("iik->ik", apart)[:] = 9
    assert apart.max(axis=2).min() > 0.999
    assert (tiles >= np.array(TILE) * scale / 2).all()
    assert (tiles <= (WIDTH, HEIGHT) - np.array(TILE) * scale / 2).all()


@pytest.mark.parametrize(("count", "groups"), [(1, 1), (2, 1), (9, 3), (57, 10), (80, 1), (80, 80)])
def test_tiles_do_not_overlap_and_are_large_where_there_is_room(count: int, groups: int) -> None:
    places = np.random.default_rng(count).standard_normal((count, 16))
    names = [str(index % groups) for index in range(count)]
    made = lay_out(places, names)
    check_apart(made.tiles, made.scale)
    assert made.scale > (0.99 if count < 50 or groups in {1, 80} else 0.6)
    np.testing.assert_array_equal(made.tiles, lay_out(places, names).tiles)
    assert set(made.headings) == set(names)


def test_a_group_lies_together_and_like_places_near_each_other() -> None:
    middles = np.array([[-9.0, 0], [9, 0], [0, 9]])
    places = np.concatenate([middle + np.eye(2)[[0, 0, 1, 1]] for middle in middles])
    names = np.repeat(["a", "b", "c"], 4)
    tiles = lay_out(places, list(names)).tiles
    apart = np.linalg.norm(tiles[:, None] - tiles[None], axis=2)
    same = names[:, None] == names[None]
    assert apart[same].max() < apart[~same].min() + TILE[0]
    left, right = tiles[names == "a"].mean(axis=0), tiles[names == "b"].mean(axis=0)
    assert abs(left[0] - right[0]) > WIDTH / 3


def test_what_somebody_placed_stays_there_unless_it_covers_another() -> None:
    given = np.array([[100.0, 100], [400, 200], [410, 230]])
    made = as_given(given, ["a", "b", "b"])
    check_apart(made.tiles, 1.0)
    np.testing.assert_array_equal(made.tiles[0], given[0])
    assert np.abs(made.tiles - given).max() < 40
    assert made.headings["a"] == (100 - TILE[0] / 2, 100 - TILE[1] / 2 - 9)


def test_a_heading_covers_no_tile() -> None:
    tiles = np.array([[200.0, 200], [200, 262], [200, 138]])
    made = as_given(tiles, ["a", "b", "c"])
    assert made.headings["c"][1] < made.headings["a"][1]
    assert made.headings["c"][1] < 138 - TILE[1] / 2
