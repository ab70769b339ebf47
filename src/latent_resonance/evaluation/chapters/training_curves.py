"""How training went: the curves of a run's ``progress.csv``."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.errors import InputError
from latent_resonance.evaluation.charts.plots import Values, draw_lines
from latent_resonance.evaluation.material import Material
from latent_resonance.evaluation.report import Chapter

Array = npt.NDArray[np.float64]

_CLOCKS = ("step", "kimg", "seconds")
_SPEED = "images_per_second"
_MOST_CURVES = 6
_WIDE = 6
# Curves that show the same thing share a picture.
_FAMILIES = (
    ("loss", "Losses"),
    ("generator", "Losses"),
    ("discriminator", "Losses"),
    ("reconstruction", "Reconstruction"),
    ("place", "Reconstruction"),
    ("structure", "Phases of training"),
    ("sharpness", "Phases of training"),
    ("augment", "Augmentation"),
    ("real_sign", "Augmentation"),
)


def measure_training(
    material: Material, folder: Path, on_progress: Callable[[float], None]
) -> Chapter | None:
    """Draw all scalars of the run; None when none is known.

    Raises:
        InputError: its ``progress.csv`` is missing, or holds no numbers.
    """
    return None if material.run is None else draw_run(material.run, folder)


def draw_run(run: Path, folder: Path) -> Chapter:
    """Draw all scalars of a run.

    Args:
        run: folder with ``progress.csv`` (columns step, kimg, seconds, images_per_second, and one
            for each scalar; cells may be empty).
        folder: for the pictures.

    Raises:
        InputError: there is no such file, or it holds no numbers.
    """
    curve = read_progress(run / "progress.csv")
    clock = "kimg" if np.isfinite(curve.get("kimg", np.array([math.nan]))).any() else "step"
    across = curve[clock]
    pictures: dict[str, str] = {}
    for title, names in _pictures(curve).items():
        file = f"training-{title.lower().replace(' ', '-').replace('/', '-')}.png"
        drawn: dict[str, tuple[Values, Values]] = {}
        for name in names[:_MOST_CURVES]:
            known = np.isfinite(curve[name])
            drawn[name] = (across[known], curve[name][known])
        draw_lines(folder / file, title, drawn, clock, "", logarithmic=_is_wide(drawn))
        pictures[file] = f"{title} against {clock}"
    last = {name: float(values[np.isfinite(values)][-1]) for name, values in curve.items()}
    hours = last.get("seconds", math.nan) / 3600
    rows = [["", "at the end"]]
    rows += [[name, f"{value:.5g}"] for name, value in last.items()]
    notes = [f"{int(last['step'])} steps in {hours:.2f} hours."] if math.isfinite(hours) else []
    return Chapter(
        "training", "Training", {"rows": len(across), "last": last}, rows, notes, pictures
    )


def read_progress(path: Path) -> dict[str, Array]:
    """Columns of numbers, NaN where a cell is empty; columns without any number are left out.

    Raises:
        InputError: it cannot be read or holds no numbers.
    """
    try:
        heading, *lines = path.read_text(encoding="utf-8").splitlines() or [""]
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    rows = np.genfromtxt(lines, delimiter=",", ndmin=2) if lines else np.empty((0, 0))
    columns = zip(heading.split(","), rows.T, strict=False)
    found = {name: values for name, values in columns if name and np.isfinite(values).any()}
    if "step" not in found:
        raise InputError(f"{path} holds no column 'step' with numbers")
    return found


def _is_wide(curves: Mapping[str, tuple[Values, Values]]) -> bool:
    """Whether the largest values would press all others onto the axis."""
    values = np.concatenate([np.asarray(y, np.float64) for _, y in curves.values()])
    return bool(values.min() > 0 and values.max() > _WIDE * np.median(values))


def _pictures(curve: dict[str, Array]) -> dict[str, list[str]]:
    """Title to the columns drawn together."""
    found: dict[str, list[str]] = {}
    for name in curve:
        if name not in _CLOCKS:
            title = next((title for part, title in _FAMILIES if part in name.lower()), "")
            title = title or name.replace("_", " ").capitalize()
            found.setdefault("Speed" if name == _SPEED else title, []).append(name)
    return found
