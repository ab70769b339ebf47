"""Lines, bars, histograms and points, each as one call that writes a PNG."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from latent_resonance.evaluation.charts.canvas import COLOURS, SCALE, Axis, Canvas, spanning

Values = Sequence[float] | npt.NDArray[np.float64]


def draw_lines(
    path: Path,
    title: str,
    curves: Mapping[str, tuple[Values, Values]],
    across: str,
    up: str,
    *,
    log_across: bool = False,
    log_up: bool = False,
    marks: bool = False,
) -> None:
    """Curves ``name: (x, y)``; gaps where a value is not finite.

    Args:
        path: the PNG.
        title: above it.
        curves: what to draw.
        across: name of the x axis.
        up: name of the y axis.
        log_across: logarithmic x.
        log_up: logarithmic y.
        marks: a dot at each value.
    """
    xs = [float(x) for x_values, _ in curves.values() for x in x_values]
    ys = [float(y) for _, y_values in curves.values() for y in y_values]
    canvas = Canvas(title, spanning(xs, across, log=log_across), spanning(ys, up, log=log_up))
    canvas.frame()
    for index, (name, (x_values, y_values)) in enumerate(curves.items()):
        colour = COLOURS[index % len(COLOURS)]
        run: list[tuple[float, float]] = []
        for x, y in zip(x_values, y_values, strict=True):
            good = np.isfinite(x) and np.isfinite(y) and (y > 0 or not log_up)
            if good:
                run.append(canvas.point(float(x), float(y)))
            if marks and good:
                _dot(canvas, run[-1], 4, colour)
            if not good and len(run) > 1:
                canvas.draw.line(run, fill=colour, width=2 * SCALE)
            run = run if good else []
        if len(run) > 1:
            canvas.draw.line(run, fill=colour, width=2 * SCALE, joint="curve")
        canvas.key(name, colour)
    canvas.save(path)


def draw_bars(
    path: Path, title: str, labels: Sequence[str], groups: Mapping[str, Values], across: str
) -> None:
    """Lying bars: for each label one of each group, lengths in ``across``."""
    height = 44 + 58 + len(labels) * max(18, 11 * len(groups) + 5)
    longest = max((len(label) for label in labels), default=0)
    values = [float(value) for group in groups.values() for value in group]
    canvas = Canvas(
        title,
        spanning(values, across, zero=True),
        Axis(len(labels), 0),
        (760, height),
        left=30 + 7 * longest,
    )
    canvas.frame(labels)
    thick = 0.8 / len(groups)
    for index, (name, lengths) in enumerate(groups.items()):
        colour = COLOURS[index % len(COLOURS)]
        for row, length in enumerate(lengths):
            start = row + 0.1 + index * thick
            one = canvas.point(0, start)
            other = canvas.point(float(length), start + thick)
            canvas.draw.rectangle([one[0], one[1], max(other[0], one[0]), other[1]], fill=colour)
        canvas.key(name, colour)
    canvas.save(path)


def draw_histogram(
    path: Path, title: str, groups: Mapping[str, Values], across: Axis, bins: int = 60
) -> None:
    """Shares of values per bin as steps; those beyond the axis are counted in its last bins."""
    edges = np.linspace(across.low, across.high, bins + 1)
    shares = {}
    for name, values in groups.items():
        finite = np.asarray(values, np.float64)
        finite = np.clip(finite[np.isfinite(finite)], across.low, across.high)
        shares[name] = 100 * np.histogram(finite, edges)[0] / max(1, len(finite))
    highest = max((float(share.max()) for share in shares.values()), default=1.0)
    canvas = Canvas(title, across, Axis(0, 1.08 * max(highest, 1e-9), "per cent"))
    canvas.frame()
    for index, (name, share) in enumerate(shares.items()):
        colour = COLOURS[index % len(COLOURS)]
        steps = [canvas.point(float(edges[0]), 0)]
        for k, value in enumerate(share):
            steps += [canvas.point(float(edges[k + step]), float(value)) for step in (0, 1)]
        steps.append(canvas.point(float(edges[-1]), 0))
        canvas.draw.line(steps, fill=colour, width=2 * SCALE, joint="curve")
        canvas.key(name, colour)
    canvas.save(path)


def draw_points(
    path: Path, title: str, groups: Mapping[str, npt.NDArray[np.float64]], across: str, up: str
) -> None:
    """Clouds of points ``[n, 2]``, drawn in turns so that none hides another."""
    everything = np.concatenate(list(groups.values()))
    canvas = Canvas(
        title,
        spanning(list(everything[:, 0]), across),
        spanning(list(everything[:, 1]), up),
        (620, 520),
    )
    canvas.frame()
    most = max(len(points) for points in groups.values())
    for turn in range(most):
        for index, points in enumerate(groups.values()):
            if turn < len(points):
                at = canvas.point(float(points[turn, 0]), float(points[turn, 1]))
                _dot(canvas, at, 2.4, COLOURS[index % len(COLOURS)])
    for index, name in enumerate(groups):
        canvas.key(name, COLOURS[index % len(COLOURS)])
    canvas.save(path)


def _dot(
    canvas: Canvas, at: tuple[float, float], radius: float, colour: tuple[int, int, int]
) -> None:
    reach = radius * SCALE
    canvas.draw.ellipse([at[0] - reach, at[1] - reach, at[0] + reach, at[1] + reach], fill=colour)
