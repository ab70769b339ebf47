"""Spectrogram windows side by side."""

from collections.abc import Sequence
from pathlib import Path

from latent_resonance.contracts.values import FloatArray
from latent_resonance.evaluation.charts.sheet import new_sheet, save_sheet

_CELL = 1.75  # inches


def draw_windows(
    path: Path,
    title: str,
    windows: Sequence[tuple[str, FloatArray]],
    per_row: int,
    range_db: float = 80.0,
) -> None:
    """A grid of windows with captions: time to the right, frequency up (linear).

    Args:
        path: the PNG.
        title: above it.
        windows: caption and levels ``[bins, columns]`` in dB, 0 the loudest.
        per_row: cells in a row.
        range_db: from the lightest down to black.
    """
    rows = -(-len(windows) // per_row)
    figure, cells = new_sheet(
        (_CELL * per_row, 0.4 + (_CELL + 0.2) * rows), nrows=rows, ncols=per_row, squeeze=False
    )
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    for cell in cells.flat:
        cell.axis("off")
        # They are measured before they are left out.
        cell.set(xticks=[], yticks=[])
    for cell, (caption, level) in zip(cells.flat, windows, strict=False):
        cell.imshow(level, cmap="magma", vmin=-range_db, vmax=0, origin="lower", aspect="auto")
        cell.set_title(_fit(caption), loc="left", fontsize=7)
    save_sheet(figure, path)


def _fit(caption: str) -> str:
    return caption if len(caption) <= 29 else f"{caption[:27]}.."
