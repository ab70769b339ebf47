"""One white sheet with axes, and how it becomes a file."""

from pathlib import Path
from typing import Any

from latent_resonance.contracts.files import partial_path

# Okabe and Ito's colours, which the colour-blind tell apart.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_DOTS_PER_INCH = 110


def new_sheet(size: tuple[float, float], **grid: Any) -> tuple[Any, Any]:
    """A figure and its axes, drawn in memory: no window, no display needed.

    Args:
        size: width and height in inches.
        grid: of ``Figure.subplots``.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(size, dpi=_DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(**grid)


def dress(axes: Any, title: str, across: str, up: str) -> None:
    """Title, names of the axes, a faint grid."""
    axes.set_title(title, loc="left", fontsize=11)
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.grid(color="#e2e2e4", linewidth=0.8)
    axes.set_axisbelow(True)


def add_key(axes: Any) -> None:
    """A legend to the right of the axes, where it hides nothing."""
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.02), frameon=False, fontsize=9)


def save_sheet(figure: Any, path: Path) -> None:
    """Write the PNG, whole or not at all."""
    partial = partial_path(path)
    figure.savefig(partial, format="png")
    partial.replace(path)
