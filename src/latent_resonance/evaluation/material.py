"""What the chapters of a report measure: real and generated windows, and their points."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.values import SpectrogramFormat
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
        real_points: embedding ``[real, 1792]``.
        made_points: embedding ``[made, 1792]``.
        seed: of everything random.
    """

    bundle: Bundle
    layout: SpectrogramFormat
    real: list[RealWindow]
    made: list[MadeWindow]
    real_points: Array
    made_points: Array
    seed: int

    @property
    def held_out(self) -> npt.NDArray[np.bool_]:
        """``[real]``, True where training did not see the file."""
        return np.array([window.held_out for window in self.real], np.bool_)

    @property
    def groups(self) -> npt.NDArray[np.str_]:
        """``[real]``, equal for takes of one sound."""
        return np.array([window.group for window in self.real], np.str_)


def place_windows(
    bundle: Bundle,
    layout: SpectrogramFormat,
    real: list[RealWindow],
    made: list[MadeWindow],
    seed: int,
    on_progress: Callable[[float], None],
) -> Material:
    """Embed all windows."""
    total = len(real) + len(made)
    points = np.empty((total, SIZE))
    for index, level in enumerate(
        [*(one.level_db for one in real), *(one.level_db for one in made)]
    ):
        points[index] = embed([level.astype(np.float32)], layout)[0]
        on_progress((index + 1) / total)
    cut = len(real)
    return Material(bundle, layout, real, made, points[:cut], points[cut:], seed)
