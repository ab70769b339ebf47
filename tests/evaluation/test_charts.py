"""Charts show what they were given."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from latent_resonance.evaluation.charts.plots import (
    draw_bars,
    draw_histogram,
    draw_lines,
    draw_points,
)
from latent_resonance.evaluation.charts.sheet import COLOURS
from latent_resonance.evaluation.charts.windows import draw_windows

pytest.importorskip("matplotlib", reason="needs the extra latent-resonance[evaluate]")


def pixels_of(path: Path, colour: str) -> np.ndarray:
    """Rows and columns of the pixels of just that colour, ``[n, 2]``."""
    wanted = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)])
    with Image.open(path) as picture:
        found = np.asarray(picture.convert("RGB")).astype(int)
    return np.argwhere((np.abs(found - wanted) <= 2).all(axis=2))


def test_a_line_rises_and_leaves_gaps(tmp_path: Path) -> None:
    path = tmp_path / "lines.png"
    x = np.arange(100.0)
    gap = np.where((x > 40) & (x < 60), np.nan, x)
    draw_lines(path, "title", {"rising": (x, gap)}, "x", "y")
    found = pixels_of(path, COLOURS[0])
    left, right = found[:, 1].min(), found[:, 1].max()
    assert found[found[:, 1] == left, 0].mean() > found[found[:, 1] == right, 0].mean() + 100
    middle = (left + right) // 2
    assert not (np.abs(found[:, 1] - middle) < 20).any()
    draw_lines(path, "title", {"a": ([2, 4, 64], [1, 2, 3])}, "x", "y", sizes_across=True)
    assert list(tmp_path.iterdir()) == [path]


def test_bars_are_as_long_as_their_values(tmp_path: Path) -> None:
    path = tmp_path / "bars.png"
    draw_bars(path, "title", ["first", "second"], {"one": [10, 40], "two": [20, 20]}, "x")
    found = pixels_of(path, COLOURS[0])
    # The patch of the key lies on the right, beyond the axes.
    found = found[found[:, 1] < 760]
    rows = np.unique(found[:, 0])
    short, long = (
        np.ptp(found[found[:, 0] == rows[round(share * len(rows))], 1]) for share in (0.25, 0.75)
    )
    assert long == pytest.approx(4 * short, rel=0.05)


def test_a_histogram_counts_what_lies_beyond_its_ends(tmp_path: Path) -> None:
    values = np.array([-900.0, 0.1, 0.2, 900.0, np.nan])
    one, other = tmp_path / "one.png", tmp_path / "other.png"
    draw_histogram(one, "title", {"a": values}, "x", (-1.0, 1.0), bins=4)
    draw_histogram(other, "title", {"a": np.array([-1.0, 0.1, 0.2, 1.0])}, "x", (-1.0, 1.0), bins=4)
    np.testing.assert_array_equal(pixels_of(one, COLOURS[0]), pixels_of(other, COLOURS[0]))


def test_points_lie_where_they_are_and_none_are_hidden(tmp_path: Path) -> None:
    path = tmp_path / "points.png"
    random = np.random.default_rng(0)
    clouds = {"left": random.normal(0, 1, (200, 2)) - [9, 0], "right": random.normal(0, 1, (50, 2))}
    draw_points(path, "title", clouds | {"none": np.zeros((0, 2))}, "x", "y")
    left, right = (np.median(pixels_of(path, COLOURS[k])[:, 1]) for k in (0, 1))
    assert left < right - 100
    # So many that the second cloud alone covers all: in turns, half of what is seen is the first.
    crowd = random.uniform(0, 1, (2, 30_000, 2))
    draw_points(path, "title", {"one": crowd[0], "other": crowd[1]}, "x", "y")
    seen = [len(pixels_of(path, COLOURS[k])) for k in (0, 1)]
    assert seen[0] == pytest.approx(seen[1], rel=0.2)


def test_windows_show_time_to_the_right_and_frequency_up(tmp_path: Path) -> None:
    path = tmp_path / "windows.png"
    level = np.full((64, 64), -80.0, np.float32)
    level[:16, 48:] = 0
    draw_windows(path, "title", [("a caption that is too long for its cell", level)] * 3, 2)
    found = pixels_of(path, "#fcfdbf")  # the lightest of magma
    with Image.open(path) as picture:
        width, height = picture.size
    in_first = found[(found[:, 1] < width / 2 - 4) & (found[:, 0] < height / 2)]
    assert len(in_first) > 100
    assert in_first[:, 1].min() > width * 0.35
    assert in_first[:, 0].min() > height * 0.35
