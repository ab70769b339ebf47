"""Do the sliders of a texture bundle do what they say, and do sounds stay sounds?"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.engine.exploration.explorer import Explorer
from latent_resonance.engine.recipe import PartChoice
from latent_resonance.evaluation.charts.plots import Values, draw_lines
from latent_resonance.evaluation.distribution import Space, frechet_distance
from latent_resonance.evaluation.material import Material
from latent_resonance.evaluation.report import Chapter, markdown_table, percent
from latent_resonance.evaluation.rescoring import (
    VALUES,
    Rescored,
    moved_points,
    rescore,
    rescore_axes,
    standardised_effect,
)

_SEEDS = 200
_AXES_SEEDS = 60
_FRECHET_VALUES = (-3.0, 0.0, 3.0)
_FEWEST, _AXES = 12, 32
_NOTE = (
    "Each slider at -5, -2.5, 0, 2.5 and 5 over the seeds. Changes are in slider steps, each the "
    "same share of its attribute's spread. Monotonic: the attribute never falls back by a tenth of "
    "a step; strictly: each value gives more than the one before (where a model cannot go "
    "further, two values sound alike). Effect: mean change from -5 to 5; d: that over the "
    "deviation of the change across seeds (Cohen's d for paired values). Leakage: the largest mean "
    "change of another attribute, as a share of the effect; the second figure counts the change of "
    "each seed whatever its sign. SeFa and PCA: the axis with the largest mean change of that "
    "attribute, moved as far in w, and its d; at equal change, both are moved until all attributes "
    "together have changed as much."
)
_FRECHET_NOTE = (
    "Frechet distance of sounds with one slider moved to real sounds that training never saw, in "
    "principal axes of a convolutional network with fixed random weights, sets of equal size; "
    "'real' puts other real sounds in place of the generated."
)


def measure_controls(
    material: Material, folder: Path, on_progress: Callable[[float], None]
) -> Chapter | None:
    """The sliders' table; None for a bundle without sliders that can be heard."""
    if not material.bundle.facts.get("controls"):
        return None
    with Explorer(material.bundle, PartChoice(part="openvino"), threads=1) as texture:
        if texture.sliders.follow is None:
            return None
        sliders = rescore(texture, _SEEDS, lambda share: on_progress(0.6 * share))
        others = _others(texture, sliders, lambda share: on_progress(0.6 + 0.2 * share))
        distances = _distances(texture, material, lambda share: on_progress(0.8 + 0.2 * share))
    table = [
        [
            "slider", "monotonic", "strictly", "effect", "d", "leakage", "of seeds", "into",
            "best SeFa", "times it", "times, at equal change", "times its d", "best PCA",
        ],
    ]  # fmt: skip
    metrics: dict[str, object] = {"seeds": _SEEDS}
    for one in sliders:
        row, values = _row(one, texture.measured, others)
        table.append(row)
        metrics[one.name] = values
    notes = [_NOTE]
    pictures = {"controls.png": "What each slider does to its attribute"}
    if distances:
        metrics["frechet"] = distances
        names = [one.name for one in sliders]
        notes += [_FRECHET_NOTE, _frechet_table(distances, names)]
        _draw_frechet(folder / "controls-frechet.png", distances, names)
        pictures["controls-frechet.png"] = "Frechet distance with one slider moved"
    ways: dict[str, tuple[Values, Values]] = {
        one.name: (list(VALUES), list(_mean_way(one))) for one in sliders
    }
    ways["as asked"] = (list(VALUES), list(VALUES))
    draw_lines(
        folder / "controls.png",
        "Attribute against its slider, mean over seeds",
        ways,
        "slider",
        "change, steps",
        marks=True,
    )
    return Chapter(
        "controls",
        "Sliders",
        metrics,
        table,
        notes,
        pictures,
    )


def _mean_way(one: Rescored) -> FloatArray:
    own = one.values[:, :, one.own]
    return np.asarray((own - own[:, [VALUES.index(0.0)]]).mean(axis=0), np.float32)


def _others(
    texture: Explorer, sliders: list[Rescored], show: Callable[[float], None]
) -> dict[str, dict[str, np.ndarray]]:
    """Changes along SeFa's axes and principal ones: kind to axis to ``[seeds, attributes]``."""
    distance = float(np.mean([one.distance for one in sliders]))
    kinds: dict[str, dict[str, FloatArray]] = {"sefa": {}, "pca": {}}
    for group, rows in texture.space.axes.items():
        kind = "pca" if group == "pca" else "sefa"
        for number, row in enumerate(rows[:8], 1):
            kinds[kind][f"{group}:{number}"] = row
    whole = max(1, sum(map(len, kinds.values())))
    found, done = {}, 0
    for kind, axes in kinds.items():
        part = _part(show, done / whole, (done + len(axes)) / whole)
        found[kind] = rescore_axes(texture, axes, _AXES_SEEDS, distance, part)
        done += len(axes)
    return found


def _part(show: Callable[[float], None], start: float, end: float) -> Callable[[float], None]:
    return lambda share: show(start + share * (end - start))


def _row(
    one: Rescored, names: tuple[str, ...], others: dict[str, dict[str, np.ndarray]]
) -> tuple[list[str], dict[str, object]]:
    rest = [index for index in range(len(names)) if index != one.own]
    worst = max(rest, key=lambda index: one.leakage[index], default=one.own)
    best: dict[str, tuple[str, float, float]] = {}
    for kind, changes in others.items():
        found = {axis: abs(float(change[:, one.own].mean())) for axis, change in changes.items()}
        if found:
            axis = max(found, key=lambda name: found[name])
            d = abs(standardised_effect(changes[axis][:, one.own]))
            best[kind] = (axis, found[axis], d)
    sefa = best.get("sefa")
    times = one.effect / max(sefa[1], 1e-9) if sefa else float("nan")
    times_d = one.standardised / max(sefa[2], 1e-9) if sefa else float("nan")
    means = {axis: change.mean(axis=0) for axis, change in others.get("sefa", {}).items()}
    selective = _times_at_equal_change(one, means)
    seeds = max((float(one.leakage_of_seeds[index]) for index in rest), default=0.0)
    cells = [
        one.name,
        percent(one.monotonic),
        percent(one.strictly),
        f"{one.effect:.1f}",
        f"{one.standardised:.1f}",
        f"{one.leakage[worst]:.2f}",
        f"{seeds:.2f}",
        names[worst],
        _told(best, "sefa"),
        f"{times:.1f}" if sefa else "",
        f"{selective:.1f}" if sefa else "",
        f"{times_d:.1f}" if sefa else "",
        _told(best, "pca"),
    ]
    metrics: dict[str, object] = {
        "monotonic": one.monotonic,
        "strictly_monotonic": one.strictly,
        "effect": one.effect,
        "standardised_effect": one.standardised,
        "largest_leakage": float(one.leakage[worst]),
        "largest_leakage_into": names[worst],
        "largest_leakage_of_seeds": seeds,
        "distance": one.distance,
        "change": dict(zip(names, map(float, one.change), strict=True)),
    }
    for kind, (axis, value, d) in best.items():
        metrics |= {
            f"best_{kind}": value,
            f"best_{kind}_axis": axis,
            f"best_{kind}_standardised_effect": d,
        }
    if sefa:
        metrics |= {
            "times_best_sefa": times,
            "times_best_sefa_at_equal_change": selective,
            "times_best_sefa_standardised": times_d,
        }
    return cells, metrics


def _told(best: dict[str, tuple[str, float, float]], kind: str) -> str:
    if kind not in best:
        return ""
    axis, value, d = best[kind]
    return f"{value:.1f}, d {d:.1f} ({axis})"


def _times_at_equal_change(one: Rescored, changes: dict[str, np.ndarray]) -> float:
    """Effect over that of the best SeFa axis, when both change all attributes as much in sum."""
    share = abs(one.effect) / max(float(np.abs(one.change).sum()), 1e-9)
    shares = [
        abs(float(change[one.own])) / max(float(np.abs(change).sum()), 1e-9)
        for change in changes.values()
        # An axis that does next to nothing is no rival, however pure.
        if abs(float(change[one.own])) > 1
    ]
    return share / max(shares, default=float("nan"))


def _distances(
    texture: Explorer, material: Material, show: Callable[[float], None]
) -> dict[str, float]:
    """Frechet distance to held-out real sounds by slider and value, and of real ones."""
    held = material.held_out
    if held.sum() < _FEWEST or (~held).sum() < held.sum():
        return {}
    reference, others = material.real_points[held], material.real_points[~held]
    count = len(reference)
    space = Space.fit(material.real_points, _AXES).carried_by(count)
    fixed = space.place(reference)
    random = np.random.default_rng(material.seed)
    drawn = [
        frechet_distance(space.place(others[random.permutation(len(others))[:count]]), fixed)
        for _ in range(20)
    ]
    found = {"real": float(np.mean(drawn))}
    names = texture.measured
    middle: float | None = None
    for number, name in enumerate(names):
        for value in _FRECHET_VALUES:
            if value == 0 and middle is not None:
                found[f"{name} {value:+g}"] = middle
                continue
            points = moved_points(texture, name, value, count)
            found[f"{name} {value:+g}"] = frechet_distance(space.place(points), fixed)
            if value == 0:
                middle = found[f"{name} {value:+g}"]
        show((number + 1) / len(names))
    return found


def _frechet_table(distances: dict[str, float], names: Sequence[str]) -> str:
    rows = [["slider", *[f"at {value:g}" for value in _FRECHET_VALUES], "real"]]
    rows += [
        [
            name,
            *[f"{distances[f'{name} {value:+g}']:.3f}" for value in _FRECHET_VALUES],
            f"{distances['real']:.3f}",
        ]
        for name in names
    ]
    return markdown_table(rows)


def _draw_frechet(path: Path, distances: dict[str, float], names: Sequence[str]) -> None:
    values = list(_FRECHET_VALUES)
    curves: dict[str, tuple[Values, Values]] = {
        name: (values, [distances[f"{name} {value:+g}"] for value in values]) for name in names
    }
    curves["real sounds"] = (values, [distances["real"]] * len(values))
    draw_lines(
        path,
        "Distance to real sounds with one slider moved",
        curves,
        "slider",
        "Frechet distance",
        marks=True,
        from_zero=True,
    )
