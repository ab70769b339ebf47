"""Do sounds keep their class on the way through encoder and generator?

A small judge trained on real clips says what it takes the clips themselves for, and what it takes
for what comes back of them.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from latent_resonance.evaluation.charts.matrices import draw_matrices
from latent_resonance.evaluation.classes import classes_of
from latent_resonance.evaluation.descriptors import describe_texture
from latent_resonance.evaluation.encode import Rebuilder, has_encoder
from latent_resonance.evaluation.judge import Parts, rows_of
from latent_resonance.evaluation.kept_classes import (
    Chosen,
    Verdict,
    judge_seen,
    judge_unseen,
    learnable,
    per_clip,
)
from latent_resonance.evaluation.material import Material
from latent_resonance.evaluation.real_sounds import RealWindow
from latent_resonance.evaluation.report import Chapter, percent
from latent_resonance.sound.hush import loudest_at_zero

_MOST = 2000  # windows: the judge compares each with each
_FEWEST_COLUMNS = 16
_MOST_DRAWN = 12
# What a blur leaves as it is.
_COARSE = ("spectrum", "levels", "decay", "centroid")
_HEADINGS = {"label": "Labels", "family": "Families", "source": "Sources of sound"}
_TITLE = "Classes kept by encoder and generator"
_NOTE = (
    "A clip is judged by all its windows together, as it is and as it comes back of encoder and "
    "generator. The judge is a logistic regression on Gaussian kernel features of spectrum, "
    "cepstra, modulation, envelope, decay and tonality, trained on real clips only. First it has "
    "not seen the clip, nor another take or piece of the same recording (five folds). One that "
    "knows only spectra, spread of levels and decay tells what is lost besides by fine structure. "
    "In the last rows the judge was trained on all clips, also those judged. 'Same class' asks "
    "only whether the rebuilt clip is taken for what the clip itself is taken for, right or wrong. "
    "No share means anything but beside the judge's own."
)


def measure_classes(
    material: Material, folder: Path, on_progress: Callable[[float], None]
) -> Chapter | None:
    """Classes of real clips and of what comes back; None without encoder or labels.

    Notes have a judge of their own (``kinds``), which knows their pitch.
    """
    if not has_encoder(material.bundle) or material.bundle.space.plays_notes:
        return None
    windows = _labelled(material)
    if len(windows) < 2 or material.layout.columns < _FEWEST_COLUMNS:
        return None
    real, rebuilt = _describe(material, windows, on_progress)
    metrics: dict[str, object] = {}
    table = [["classes", "clips", "judge", "mean of classes", "rebuilt", "same class", "chance"]]
    pictures = {}
    for level, classes in classes_of([window.label for window in windows]).items():
        kept = learnable(classes, [window.group for window in windows])
        names = np.array(classes, np.str_)[kept]
        if len(np.unique(names)) < 2:
            continue
        chosen = [window for window, good in zip(windows, kept, strict=True) if good]
        parts = rows_of(real, kept), rows_of(rebuilt, kept)
        unseen = judge_unseen(parts, chosen, names, material.seed)
        held = per_clip(chosen, [window.held_out for window in chosen]).astype(np.bool_)
        coarse = judge_unseen((_coarse(parts[0]), _coarse(parts[1])), chosen, names, material.seed)
        seen = judge_seen(parts, chosen, names)
        found, rows = _tell(_HEADINGS[level], unseen, coarse, seen, held)
        metrics[level] = found
        table += rows
        if len(np.unique(names)) <= _MOST_DRAWN:
            name = f"classes-{level}.png"
            _draw(folder / name, unseen, f"{_HEADINGS[level]}, by judges that did not see the clip")
            pictures[name] = f"{_HEADINGS[level]}: what they are taken for"
    if not metrics:
        return None
    return Chapter("classes", _TITLE, metrics, table, [_NOTE], pictures)


def _tell(
    heading: str, unseen: Verdict, coarse: Verdict, seen: Verdict, held: Chosen
) -> tuple[dict[str, object], list[list[str]]]:
    """Metrics of one level of classes, and the rows of its table."""
    _, sizes = np.unique(unseen.truth, return_counts=True)
    found: dict[str, object] = {
        "classes": len(sizes),
        "chance": 1 / len(sizes),
        "most_frequent_class": float(sizes.max() / sizes.sum()),
    }
    every = np.ones(len(held), np.bool_)
    rows = []
    for key, verdict, clips, text in (
        ("unseen", unseen, every, f"{heading} ({len(sizes)}): not seen by the judge"),
        ("unseen_trained_on", unseen, ~held, "of these, the model's training clips"),
        ("unseen_held_out", unseen, held, "of these, clips that the model never saw"),
        ("unseen_coarse", coarse, every, "not seen, by a judge without fine structure"),
        ("seen", seen, every, "the judge trained on all clips"),
        ("seen_held_out", seen, held, "of these, clips that the model never saw"),
    ):
        if clips.any():
            one = verdict.of(clips)
            found[key] = one
            shares = ("judge_right", "judge_right_mean_of_classes", "rebuilt_right", "same_class")
            chance = percent(1 / len(sizes)) if key == "unseen" else ""
            rows.append(
                [text, str(one["clips"]), *[percent(one[share]) for share in shares], chance]
            )
    return found, rows


def _coarse(parts: Parts) -> dict[str, np.ndarray]:
    return {name: parts[name] for name in _COARSE}


def _labelled(material: Material) -> list[RealWindow]:
    """Windows of labelled clips; whole clips are left out where there are too many."""
    windows = [window for window in material.real if window.label]
    if len(windows) <= _MOST:
        return windows
    files = sorted({window.file for window in windows})
    share = _MOST / len(windows)
    drawn = np.random.default_rng(material.seed).random(len(files)) < share
    taken = {file for file, good in zip(files, drawn, strict=True) if good}
    return [window for window in windows if window.file in taken]


def _describe(
    material: Material, windows: Sequence[RealWindow], on_progress: Callable[[float], None]
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Features of the windows, and of what comes back of them."""
    layout = material.layout
    rebuilder = Rebuilder(material.bundle)
    sides: tuple[list[dict[str, np.ndarray]], ...] = ([], [])
    try:
        for index, window in enumerate(windows):
            sides[0].append(describe_texture(window.level_db.astype(np.float32), layout))
            made = loudest_at_zero(rebuilder.rebuild(window), layout.range_db)
            sides[1].append(describe_texture(made, layout))
            on_progress((index + 1) / len(windows))
    finally:
        rebuilder.close()
    real, rebuilt = (
        {name: np.array([one[name] for one in side]) for name in side[0]} for side in sides
    )
    return real, rebuilt


def _draw(path: Path, verdict: Verdict, title: str) -> None:
    classes = list(np.unique(verdict.truth))
    matrices = {}
    for side, said in (("the clips", verdict.real), ("rebuilt", verdict.rebuilt)):
        shares = [
            [float((said[verdict.truth == k] == other).mean()) for other in classes]
            for k in classes
        ]
        matrices[side] = np.array(shares)
    draw_matrices(path, title, [str(k) for k in classes], matrices, "is", "taken for")
