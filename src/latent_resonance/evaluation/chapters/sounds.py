"""What is being measured, to look at: some generated windows and some real ones."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from latent_resonance.evaluation.charts.windows import draw_windows
from latent_resonance.evaluation.material import Material
from latent_resonance.evaluation.report import Chapter

_SHOWN = 10
_PER_ROW = 5


def show_sounds(
    material: Material, folder: Path, on_progress: Callable[[float], None]
) -> Chapter | None:
    """A picture of the first generated windows, another of real ones drawn at random."""
    range_db = material.layout.range_db
    made = []
    for number, window in enumerate(material.made[:_SHOWN], 1):
        pitch = f" {window.midi:.0f}" if np.isfinite(window.midi) else ""
        made.append((f"{window.label}{pitch}" or str(number), window.level_db.astype(np.float32)))
    draw_windows(folder / "generated.png", "Generated", made, _PER_ROW, range_db)
    pictures = {"generated.png": "Generated sounds"}
    if material.real:
        chosen = np.random.default_rng(material.seed).permutation(len(material.real))[:_SHOWN]
        real = [
            (Path(material.real[index].file).stem, material.real[index].level_db.astype(np.float32))
            for index in chosen
        ]
        draw_windows(folder / "real.png", "Real", real, _PER_ROW, range_db)
        pictures["real.png"] = "Real sounds"
    return Chapter("sounds", "Sounds", pictures=pictures)
