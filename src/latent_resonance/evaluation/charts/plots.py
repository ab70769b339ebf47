"""Lines, bars, histograms and points, each as one call that writes a PNG."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from latent_resonance.evaluation.charts.sheet import (
    COLOURS,
    add_key,
    dress,
    new_sheet,
    save_sheet,
)

_MANY = 20

Values = Sequence[float] | npt.NDArray[np.float64]


def draw_lines(
    path: Path,
    title: str,
    curves: Mapping[str, tuple[Values, Values]],
    across: str,
    up: str,
    *,
    sizes_across: bool = False,
    marks: bool = False,
    from_zero: bool = False,
    logarithmic: bool = False,
) -> None:
    """Curves ``name: (x, y)``; gaps where a value is not finite.

    Args:
        path: the PNG.
        title: above it.
        curves: what to draw.
        across: name of the x axis.
        up: name of the y axis.
        sizes_across: x are sizes that double: logarithmic, each one named.
        marks: a dot at each value.
        from_zero: y begins at 0.
        logarithmic: y is, for values above 0.
    """
    figure, axes = new_sheet((8, 4))
    for index, (name, (x, y)) in enumerate(curves.items()):
        axes.plot(
            x, y, color=_colour(index), label=name, linewidth=1.6, marker="o" if marks else ""
        )
    if sizes_across:
        sizes = sorted({float(x) for x_values, _ in curves.values() for x in x_values})
        axes.set_xscale("log", base=2)
        axes.set_xticks(sizes, [f"{size:g}" for size in sizes])
    if logarithmic:
        axes.set_yscale("log")
    if from_zero:
        axes.set_ylim(bottom=0)
    dress(axes, title, across, up)
    if len(curves) > 1:
        add_key(axes)
    save_sheet(figure, path)


def draw_bars(
    path: Path, title: str, labels: Sequence[str], groups: Mapping[str, Values], across: str
) -> None:
    """Lying bars: for each label one of each group, lengths in ``across``, first label on top."""
    thin = 0.18 if len(labels) <= _MANY else 0.1
    figure, axes = new_sheet((8, 1.2 + thin * len(labels) * (len(groups) + 0.6)))
    thick = 0.84 / max(1, len(groups))
    rows = np.arange(len(labels))
    for index, (name, lengths) in enumerate(groups.items()):
        middle = rows + (index - (len(groups) - 1) / 2) * thick
        axes.barh(middle, lengths, thick, color=_colour(index), label=name)
    axes.set_yticks(rows, [label.replace("_", " ") for label in labels])
    axes.margins(y=0.01)
    axes.invert_yaxis()
    dress(axes, title, across, "")
    axes.grid(visible=False, axis="y")
    add_key(axes)
    save_sheet(figure, path)


def draw_histogram(
    path: Path,
    title: str,
    groups: Mapping[str, Values],
    across: str,
    ends: tuple[float, float],
    bins: int = 60,
) -> None:
    """Shares of values per bin as steps; those beyond the ends are counted in the last bins."""
    figure, axes = new_sheet((8, 4))
    edges = np.linspace(*ends, bins + 1)
    for index, (name, values) in enumerate(groups.items()):
        finite = np.asarray(values, np.float64)
        finite = np.clip(finite[np.isfinite(finite)], *ends)
        share = 100 * np.histogram(finite, edges)[0] / max(1, len(finite))
        axes.stairs(share, edges, color=_colour(index), label=name, linewidth=1.6)
    axes.set_xlim(*ends)
    axes.set_ylim(bottom=0)
    dress(axes, title, across, "per cent of the sounds")
    add_key(axes)
    save_sheet(figure, path)


def draw_points(
    path: Path,
    title: str,
    groups: Mapping[str, npt.NDArray[np.float64]],
    across: str,
    up: str,
    *,
    diagonal: bool = False,
) -> None:
    """Clouds of points ``[n, 2]``, drawn in turns so that none hides another.

    Args:
        path: the PNG.
        title: above it.
        groups: name to points.
        across: name of the x axis.
        up: name of the y axis.
        diagonal: a line where both are equal, and both axes from 0.
    """
    groups = {name: cloud for name, cloud in groups.items() if len(cloud)}
    figure, axes = new_sheet((8, 5))
    points = np.concatenate(list(groups.values()))
    turn = np.concatenate([np.arange(len(cloud)) / len(cloud) for cloud in groups.values()])
    colours = np.repeat(
        [_colour(index) for index in range(len(groups))], [len(cloud) for cloud in groups.values()]
    )
    order = turn.argsort(kind="stable")
    axes.scatter(*points[order].T, s=9, c=list(colours[order]), linewidths=0)
    for index, name in enumerate(groups):
        axes.scatter([], [], s=24, c=_colour(index), label=name)
    if diagonal:
        top = 1.05 * float(points.max())
        axes.plot([0, top], [0, top], color="#8a8a8e", linewidth=1, zorder=0)
        axes.set(xlim=(0, top), ylim=(0, top))
    dress(axes, title, across, up)
    add_key(axes)
    save_sheet(figure, path)


def _colour(index: int) -> str:
    return COLOURS[index % len(COLOURS)]
