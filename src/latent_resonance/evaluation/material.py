"""What the chapters of a report measure: real and generated windows, and their points."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.evaluation.embedding import SIZE, embed
from latent_resonance.evaluation.generate import MadeWindow
from latent_resonance.evaluation.real_sounds import RealWindow

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Material:
    """All that is measured.

    Attributes:
        bundle: the model.
        layout: of all windows.
        real: windows of real sounds; empty when no data was given.
        made: windows of the model.
        real_points: embedding ``[real, 1792]``; without rows when no chapter asks for it.
        made_points: embedding ``[made, 1792]``; the same.
        seed: of everything random.
        others: bundles of other latent sizes, to compare.
        run: folder of the training run; None when there is none.
    """

    bundle: Bundle
    layout: SpectrogramFormat
    real: list[RealWindow]
    made: list[MadeWindow]
    real_points: Array
    made_points: Array
    seed: int
    others: Sequence[Bundle] = ()
    run: Path | None = None

    @property
    def held_out(self) -> npt.NDArray[np.bool_]:
        """``[real]``, True where training did not see the file."""
        return np.array([window.held_out for window in self.real], np.bool_)

    @property
    def groups(self) -> npt.NDArray[np.str_]:
        """``[real]``, equal for takes of one sound."""
        return np.array([window.group for window in self.real], np.str_)


def place_windows(
    real: Sequence[RealWindow],
    made: Sequence[MadeWindow],
    layout: SpectrogramFormat,
    on_progress: Callable[[float], None],
) -> tuple[Array, Array]:
    """Embeddings ``[real, 1792]`` and ``[made, 1792]``."""
    levels = [*(one.level_db for one in real), *(one.level_db for one in made)]
    points = np.empty((len(levels), SIZE))
    for index, level in enumerate(levels):
        points[index] = embed([level.astype(np.float32)], layout)[0]
        on_progress((index + 1) / len(levels))
    return points[: len(real)], points[len(real) :]
