"""Principal components of whole windows: the plain baseline of any encoder and decoder."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray

Array = npt.NDArray[np.float64]
Scale = Literal["db", "magnitude"]

_COLUMNS_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Baseline:
    """How well components rebuild windows that they were not fitted on.

    Attributes:
        sizes: numbers of components.
        convergence_db: ``[sizes]`` spectral convergence, mean over the windows.
    """

    sizes: list[int]
    convergence_db: Array


def rebuild_with_components(
    training: Sequence[npt.NDArray[np.float16]],
    unseen: Sequence[npt.NDArray[np.float16]],
    heard: Sequence[int],
    sizes: Sequence[int],
    scale: Scale,
    on_progress: Callable[[float], None],
) -> Baseline:
    """Fit principal components on ``training`` windows and rebuild the ``unseen`` ones.

    There are more levels in a window than windows, so axes are found in the space of windows (as in
    kernel PCA); a few columns are in memory at a time.

    Args:
        training: levels ``[bins, columns]`` in dB, at least three.
        unseen: levels of the same shape, at least one.
        heard: of each unseen window, the columns that are compared.
        sizes: numbers of components to try; those beyond what ``training`` spans are left out.
        scale: what the components add up to: levels in dB, or linear magnitudes, in which they
            minimise just what spectral convergence measures.
        on_progress: gets the share that is done.
    """
    gram = np.zeros((len(training), len(training)))
    cross = np.zeros((len(unseen), len(training)))
    parts = _slices(training[0].shape[1])
    for index, part in enumerate(parts):
        seen, centre = _centred(training, part, scale)
        gram += seen @ seen.T
        cross += (_values(unseen, part, scale) - centre) @ seen.T
        on_progress((index + 1) / (2 * len(parts)))
    values, vectors = np.linalg.eigh(gram)
    values, vectors = values[::-1], vectors[:, ::-1]
    spanned = int((values > 1e-9 * values[0]).sum())
    kept = [size for size in sizes if size <= spanned]
    weights = [
        (cross @ vectors[:, :size] / values[:size] @ vectors[:, :size].T).astype(np.float32)
        for size in kept
    ]
    counted = np.arange(training[0].shape[1]) < np.asarray(heard)[:, None]
    wrong, whole = np.zeros((len(kept), len(unseen))), np.zeros(len(unseen))
    for index, part in enumerate(parts):
        seen, centre = _centred(training, part, scale)
        wanted = _values(unseen, part, "magnitude")
        mask = np.tile(counted[:, part], len(training[0]))
        whole += (wanted**2 * mask).sum(axis=1)
        for row, weight in enumerate(weights):
            made = centre + weight @ seen
            if scale == "db":
                made = np.power(10.0, np.clip(made, -200, 0) / 20)
            wrong[row] += ((made - wanted) ** 2 * mask).sum(axis=1)
        on_progress(0.5 + (index + 1) / (2 * len(parts)))
    ratio = np.maximum(wrong, 1e-12) / np.maximum(whole, 1e-12)
    return Baseline(kept, np.asarray(10 * np.log10(ratio).mean(axis=1)))


def _slices(columns: int) -> list[slice]:
    return [slice(start, start + _COLUMNS_AT_ONCE) for start in range(0, columns, _COLUMNS_AT_ONCE)]


def _centred(
    windows: Sequence[npt.NDArray[np.float16]], part: slice, scale: Scale
) -> tuple[FloatArray, FloatArray]:
    values = _values(windows, part, scale)
    centre = values.mean(axis=0)
    values -= centre
    return values, centre


def _values(windows: Sequence[npt.NDArray[np.float16]], part: slice, scale: Scale) -> FloatArray:
    """``[windows, bins * columns of the part]``."""
    levels = np.stack([window[:, part] for window in windows]).astype(np.float32)
    levels = levels.reshape(len(windows), -1)
    return levels if scale == "db" else np.power(np.float32(10), levels / np.float32(20))
