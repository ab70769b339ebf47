"""Are generated sounds spread as real ones are? Distances between clouds, and their diversity."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from latent_resonance.evaluation.charts.plots import draw_points
from latent_resonance.evaluation.distribution import (
    Space,
    bin_count,
    frechet_distance,
    kernel_audio_distance,
    kernel_inception_distance,
    mean_pairwise_distance,
    median_distance,
    statistically_different_bins,
)
from latent_resonance.evaluation.embedding import embed
from latent_resonance.evaluation.generate import generate_like
from latent_resonance.evaluation.material import Material
from latent_resonance.evaluation.report import Chapter

Array = npt.NDArray[np.float64]

_DRAWS = 20
_MOST_AXES = 32
_FEWEST = 12
_MEASURES = ("frechet", "kad", "kid")
_NOTE = (
    "Points are pooled features of a convolutional network with fixed random weights, in principal "
    "axes of the real ones, scaled to a total variance of 1. Means over "
    f"{_DRAWS} draws of sets of the same size, with deviations; 'real' puts other real sounds in "
    "place of the generated, which is the best that can be reached. Frechet distances grow as sets "
    "shrink, on both sides alike. KAD and KID of real sounds are 0 but for chance, so they have no "
    "ratio."
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Distances of sets of equal size to one reference, over repeated draws.

    Attributes:
        count: points in each set.
        axes: of the space.
        generated: measure to ``[draws]``.
        real: measure to ``[draws]``, other real sounds in place of the generated.
    """

    count: int
    axes: int
    generated: dict[str, Array]
    real: dict[str, Array]

    def summary(self) -> dict[str, float]:
        """Means, deviations, and how many times larger the generated Frechet distance is."""
        found = {"count": float(self.count), "axes": float(self.axes)}
        for measure in _MEASURES:
            for name, values in (("generated", self.generated), ("real", self.real)):
                found[f"{measure}_{name}"] = float(values[measure].mean())
                found[f"{measure}_{name}_deviation"] = float(values[measure].std())
        found["frechet_ratio"] = found["frechet_generated"] / max(found["frechet_real"], 1e-12)
        return found


def measure_distribution(
    material: Material, folder: Path, on_progress: Callable[[float], None]
) -> Chapter | None:
    """Frechet distance, KAD and diversity in principal axes of all real points.

    None when there are too few sounds.
    """
    if min(len(material.real_points), len(material.made_points)) < _FEWEST:
        return None
    real, made = material.real_points, material.made_points
    space = Space.fit(real, _MOST_AXES)
    random = np.random.default_rng(material.seed)
    pairs = {
        "held_out": _against_held_out(material, space, made, random),
        "halves": _against_halves(material, space, random),
    }
    if pairs["held_out"] is not None and material.bundle.space.plays_notes:
        alike = _asked_alike(material, on_progress)
        if len(alike) >= _FEWEST:
            pairs["held_out_asked_alike"] = _against_held_out(material, space, alike, random)
    metrics: dict[str, object] = {
        name: pair.summary() for name, pair in pairs.items() if pair is not None
    }
    titles = {
        "held_out": "real sounds that training never saw",
        "halves": "a random half of all real sounds",
        "held_out_asked_alike": "the unseen, notes asked for as recordings of training are",
    }
    table = [["to", "points", "axes", "measure", "generated", "real", "ratio"]]
    for name, pair in pairs.items():
        if pair is None:
            continue
        values = pair.summary()
        for measure, text, scale in (
            ("frechet", "Frechet distance", 1.0),
            ("kad", "KAD x 1000", 1000.0),
            ("kid", "KID x 1000", 1000.0),
        ):
            cells = [
                f"{scale * values[f'{measure}_{side}']:.3f} "
                f"± {scale * values[f'{measure}_{side}_deviation']:.3f}"
                for side in ("generated", "real")
            ]
            ratio = f"{values['frechet_ratio']:.2f}" if measure == "frechet" else ""
            table.append([titles[name], str(pair.count), str(pair.axes), text, *cells, ratio])
    diversity = _diversity(material, space, random)
    metrics["diversity"] = diversity
    for key, text in _DIVERSITY_ROWS.items():
        if f"{key}_generated" in diversity:
            sides = [f"{diversity[f'{key}_{side}']:.3f}" for side in ("generated", "real")]
            table.append(
                ["each other" if key == "spread" else titles["halves"], "", "", text, *sides, ""]
            )
    flat = space.first(2)
    draw_points(
        folder / "map.png",
        "First two principal axes",
        {"real": flat.place(real), "generated": flat.place(made)},
        "first axis",
        "second axis",
    )
    return Chapter(
        "distribution",
        "Likeness to real sounds as a whole",
        metrics,
        table,
        [_NOTE],
        {"map.png": "Real and generated sounds in the first two principal axes"},
    )


_DIVERSITY_ROWS = {
    "spread": "mean distance between two",
    "different_bins": "NDB: share of differing bins",
    "empty_bins": "share of bins never visited",
}


def _asked_alike(material: Material, on_progress: Callable[[float], None]) -> Array:
    """Points of notes whose families, keys, velocities and ends are those of training."""
    seen = [one for one in material.real if not one.held_out]
    made = generate_like(
        material.bundle, seen, len(material.made), material.seed, lambda s: on_progress(0.4 * s)
    )
    return embed((one.level_db.astype(np.float32) for one in made), material.layout)


def _against_held_out(
    material: Material, space: Space, made: Array, random: np.random.Generator
) -> Comparison | None:
    held = material.held_out
    reference, others = material.real_points[held], material.real_points[~held]
    if len(reference) < _FEWEST or len(others) < len(reference):
        return None
    return _compare(space, reference, others, made, random)


def _against_halves(
    material: Material, space: Space, random: np.random.Generator
) -> Comparison | None:
    """Halves without a group on both sides, drawn anew for each draw."""
    if len(material.real_points) < 2 * _FEWEST:
        return None
    draws = [
        _compare(space, *_halve(material, random), material.made_points, random, draws=1)
        for _ in range(_DRAWS)
    ]
    axes, count = draws[0].axes, min(draw.count for draw in draws)

    def joined(side: str) -> dict[str, Array]:
        return {m: np.concatenate([getattr(draw, side)[m] for draw in draws]) for m in _MEASURES}

    return Comparison(count, axes, joined("generated"), joined("real"))


def _halve(material: Material, random: np.random.Generator) -> tuple[Array, Array]:
    kinds, which = np.unique(material.groups, return_inverse=True)
    side = (random.permutation(len(kinds)) % 2 == 0)[which]
    return material.real_points[side], material.real_points[~side]


def _compare(
    space: Space,
    reference: Array,
    others: Array,
    made: Array,
    random: np.random.Generator,
    draws: int = _DRAWS,
) -> Comparison:
    """Sets as large as the smallest of the three, in as many axes as those carry."""
    count = min(len(reference), len(others), len(made))
    space = space.carried_by(count)
    sides: list[dict[str, list[float]]] = [{m: [] for m in _MEASURES} for _ in range(2)]
    for _ in range(draws):
        fixed = space.place(reference[random.permutation(len(reference))[:count]])
        width = median_distance(fixed)
        for side, points in zip(sides, (made, others), strict=True):
            drawn = space.place(points[random.permutation(len(points))[:count]])
            side["frechet"].append(frechet_distance(drawn, fixed))
            side["kad"].append(kernel_audio_distance(drawn, fixed, width))
            side["kid"].append(kernel_inception_distance(drawn, fixed))
    generated, real = ({m: np.array(values) for m, values in side.items()} for side in sides)
    return Comparison(count, space.dimensions, generated, real)


def _diversity(material: Material, space: Space, random: np.random.Generator) -> dict[str, float]:
    made, real = space.place(material.made_points), space.place(material.real_points)
    found = {
        "spread_generated": mean_pairwise_distance(made),
        "spread_real": mean_pairwise_distance(real),
    }
    one, other = (space.place(half) for half in _halve(material, random))
    count = min(len(one), len(other), len(made))
    if count < _FEWEST:
        return found
    bins = bin_count(count)
    for side, points in (("generated", made), ("real", other)):
        drawn = points[random.permutation(len(points))[:count]]
        result = statistically_different_bins(one[:count], drawn, bins, material.seed)
        found[f"different_bins_{side}"] = result.share
        found[f"empty_bins_{side}"] = result.empty_share
        found["bins"] = float(result.bins)
    return found
