"""Does the model repeat its training sounds? Distances to the nearest, and the nearest pairs."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from latent_resonance.evaluation.charts.plots import draw_histogram
from latent_resonance.evaluation.charts.windows import draw_windows
from latent_resonance.evaluation.distribution import Space
from latent_resonance.evaluation.material import Material
from latent_resonance.evaluation.neighbours import nearest_neighbours
from latent_resonance.evaluation.report import Chapter, percent

_AXES = 64
_PAIRS = 5
_NOTE = (
    "A model without memory stays near 1 % in the last row: as often as real sounds come that near "
    "to others. Takes of one sound do not count as each other's neighbours."
)


def measure_copies(
    material: Material, folder: Path, on_progress: Callable[[float], None]
) -> Chapter | None:
    """The nearest training sound of each; None when there is too little to compare."""
    held = material.held_out
    if (~held).sum() < 10:
        return None
    space = Space.fit(material.real_points, _AXES)
    real, made = space.place(material.real_points), space.place(material.made_points)
    groups = material.groups
    found = nearest_neighbours(made, real[~held], groups[~held], real[held], groups[held])
    summary = found.summary()
    sets = {"generated": found.generated, "real, to others": found.real}
    if len(found.held_out):
        sets["held out"] = found.held_out
    everything = np.concatenate(list(sets.values()))
    top = float(np.percentile(everything, 99.5))
    draw_histogram(
        folder / "neighbours.png",
        "Distance to the nearest training sound",
        sets,
        "distance; beyond the end counted in the last bin",
        (0.0, top),
        40,
    )
    training = [window for window in material.real if not window.held_out]
    nearest = found.generated.argsort()[:_PAIRS]
    cells = [
        (f"generated, {found.generated[index]:.2f}", material.made[index].level_db)
        for index in nearest
    ]
    cells += [
        (Path(training[one].file).stem, training[one].level_db) for one in found.nearest[nearest]
    ]
    draw_windows(
        folder / "nearest-pairs.png",
        "The generated sounds nearest to a training sound (below each)",
        [(name, level.astype(np.float32)) for name, level in cells],
        min(_PAIRS, len(material.made)),
        material.layout.range_db,
    )
    rows = [
        ["", "distance"],
        ["generated to training, median", f"{summary['median_distance_generated']:.3f}"],
        ["generated to training, least", f"{summary['nearest_distance_generated']:.3f}"],
        ["real to other real, median", f"{summary['median_distance_real_to_other_real']:.3f}"],
        ["real to other real, first percentile", f"{summary['first_percentile_of_real']:.3f}"],
    ]
    if "median_distance_held_out" in summary:
        rows.append(["held out to training, median", f"{summary['median_distance_held_out']:.3f}"])
    share = summary["generated_nearer_than_first_percentile_share"]
    rows.append(["generated nearer than that percentile", percent(share)])
    return Chapter(
        "copies",
        "Memory of training sounds",
        summary,
        rows,
        [_NOTE],
        {
            "neighbours.png": "Distances to the nearest training sound",
            "nearest-pairs.png": "The nearest pairs",
        },
    )
