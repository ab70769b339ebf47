"""Confusion matrices side by side."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from latent_resonance.evaluation.charts.sheet import new_sheet, save_sheet

_CELL = 0.36  # inches
_MARGINS = 1.6
_DARK = 0.55


def draw_matrices(
    path: Path,
    title: str,
    labels: Sequence[str],
    matrices: Mapping[str, npt.NDArray[np.float64]],
    down: str,
    across: str,
) -> None:
    """Squares of shares in per cent, one row for each label.

    Args:
        path: the PNG.
        title: above it.
        labels: of rows and columns.
        matrices: name to shares ``[labels, labels]`` of 0..1.
        down: name of the y axis.
        across: name of the x axis.
    """
    side = _CELL * len(labels)
    figure, cells = new_sheet(
        (max(6.0, _MARGINS + (side + 0.5) * len(matrices)), _MARGINS + side),
        ncols=len(matrices),
        squeeze=False,
        sharey=True,
    )
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    places = np.arange(len(labels))
    names = [label.replace("_", " ") for label in labels]
    for axes, (name, shares) in zip(cells[0], matrices.items(), strict=True):
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        for row, column in zip(*np.nonzero(np.round(100 * shares)), strict=True):
            value = float(shares[row, column])
            colour = "white" if value > _DARK else "#222222"
            axes.text(
                column,
                row,
                f"{100 * value:.0f}",
                ha="center",
                va="center",
                fontsize=7,
                color=colour,
            )
        axes.set_title(name, loc="left", fontsize=10)
        axes.set_xticks(places, names, rotation=60, ha="right", rotation_mode="anchor", fontsize=8)
        axes.set_yticks(places, names, fontsize=8)
        axes.set_xlabel(f"{across}, per cent")
        axes.tick_params(length=0)
    cells[0][0].set_ylabel(down)
    save_sheet(figure, path)
