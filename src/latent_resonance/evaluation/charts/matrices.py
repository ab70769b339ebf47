"""Confusion matrices side by side."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from latent_resonance.evaluation.charts.sheet import new_sheet, save_sheet

_CELL = 0.36  # inches
_MARGINS = 1.6


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
    from sklearn.metrics import ConfusionMatrixDisplay

    side = _CELL * len(labels)
    figure, cells = new_sheet(
        (max(6.0, _MARGINS + (side + 0.5) * len(matrices)), _MARGINS + side),
        ncols=len(matrices),
        squeeze=False,
        sharey=True,
    )
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    names = [label.replace("_", " ") for label in labels]
    for axes, (name, shares) in zip(cells[0], matrices.items(), strict=True):
        ConfusionMatrixDisplay(100 * shares, display_labels=names).plot(
            ax=axes,
            cmap="Blues",
            values_format=".0f",
            colorbar=False,
            im_kw={"vmin": 0, "vmax": 100},
            text_kw={"fontsize": 7},
        )
        axes.set_title(name, loc="left", fontsize=10)
        axes.set(xlabel=f"{across}, per cent", ylabel="")
        axes.tick_params(length=0, labelsize=8)
        axes.tick_params(axis="x", labelrotation=60)
    cells[0][0].set_ylabel(down)
    save_sheet(figure, path)
