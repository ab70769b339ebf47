"""Is what was asked recognised? A judge trained on real sounds, with its own hit rate beside."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from latent_resonance.evaluation.charts.plots import draw_bars
from latent_resonance.evaluation.distribution import entropy_share
from latent_resonance.evaluation.features import note_features, rebuilt_features, sound_features
from latent_resonance.evaluation.generate import MadeWindow
from latent_resonance.evaluation.judge import Judge, share_by_label, unseen_names
from latent_resonance.evaluation.material import Material
from latent_resonance.evaluation.real_sounds import RealWindow
from latent_resonance.evaluation.report import Chapter, percent

Names = npt.NDArray[np.str_]

_FEWEST_PER_KIND = 5
_OFTEN = 0.15


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What the judge says: of real sounds that it did not see, and of generated ones.

    Attributes:
        kinds: what there is.
        truth: of the real sounds.
        said: of them.
        said_of_rebuilt: of them after encoder and decoder, empty where that was not tried.
        asked: of the generated sounds.
        named: of them.
    """

    kinds: tuple[str, ...]
    truth: Names
    said: Names
    said_of_rebuilt: Names | None
    asked: Names
    named: Names

    @property
    def accuracy(self) -> float:
        return float((self.said == self.truth).mean())

    @property
    def by_kind(self) -> dict[str, float]:
        return share_by_label(self.said, self.truth)

    @property
    def mean_by_kind(self) -> float:
        return float(np.mean(list(self.by_kind.values())))


def measure_kinds(
    material: Material, folder: Path, on_progress: Callable[[float], None]
) -> Chapter | None:
    """Train the judge, test it on real sounds that it did not see, and ask it about the made.

    None when real sounds have no kinds, or too few of each.
    """
    notes = material.bundle.space.plays_notes
    real = _usable(material, notes)
    truth = np.array([material.real[index].label for index in real], np.str_)
    if len(np.unique(truth)) < 2:
        return None
    features = note_features if notes else sound_features
    versions, made = features(material, real, on_progress)
    groups = [material.real[index].group for index in real]
    rebuilt = rebuilt_features(material, real, versions[0]["sound"])
    sides = [versions[0], *([] if rebuilt is None else [rebuilt])]
    said, *of_rebuilt = unseen_names(versions, sides, list(truth), groups, material.seed)
    every = {"sound": np.concatenate([version["sound"] for version in versions])}
    judge = Judge.fit(every, list(np.tile(truth, len(versions))))
    verdict = _Verdict(
        judge.labels,
        truth,
        said,
        of_rebuilt[0] if of_rebuilt else None,
        np.array([window.label for window in material.made], np.str_),
        judge.name(made),
    )
    metrics: dict[str, object] = {
        "kinds": len(verdict.kinds),
        "chance": 1 / len(verdict.kinds),
        "judge_accuracy_on_unseen_real": verdict.accuracy,
        "judge_mean_accuracy_of_kinds": verdict.mean_by_kind,
        "judge_accuracy_by_kind": verdict.by_kind,
    }
    rows = [
        ["", "share"],
        ["the judge, on real sounds that it did not see", percent(verdict.accuracy)],
        ["the same, mean over kinds", percent(verdict.mean_by_kind)],
        ["chance", percent(1 / len(verdict.kinds))],
    ]
    if verdict.said_of_rebuilt is not None and (tried := verdict.said_of_rebuilt != "").any():
        share = float((verdict.said_of_rebuilt == truth)[tried].mean())
        metrics["rebuilt_recognised_share"] = share
        rows.append(["real sounds that it did not see, after encoder and decoder", percent(share)])
    asked_of = set(verdict.asked) & set(verdict.kinds)
    if asked_of:
        within = _within_range(material.made, [material.real[index] for index in real])
        more, lines, bars = _recognition(verdict, within if notes else None)
    else:
        more, lines, bars = _histogram(verdict)
    mistakes = _mistakes(more.get("taken_for", {}))
    title = "Recognised as what it is" if asked_of else "Kinds of sound"
    draw_bars(folder / "kinds.png", title, verdict.kinds, bars, "per cent")
    means = "mel levels and courses of the partials" if notes else "mel levels"
    note = (
        f"The judge is a logistic regression on Gaussian kernel features of {means}, trained on "
        "the real sounds given; takes of one sound were never on both sides of its test. It is as "
        "good as the first row says."
    )
    return Chapter(
        "kinds",
        "Kinds of sound",
        metrics | more,
        [*rows, *lines],
        [note, *mistakes],
        {"kinds.png": title},
    )


def _usable(material: Material, notes: bool) -> list[int]:
    """Real windows whose kind is known, is one of the model's, and has enough sounds."""
    asked = {window.label for window in material.made}
    asked &= {window.label for window in material.real if window.label}
    fitting = [
        index
        for index, window in enumerate(material.real)
        if window.label
        and (not asked or window.label in asked)
        and (not notes or np.isfinite(window.midi))
    ]
    labels = np.array([material.real[index].label for index in fitting], np.str_)
    kinds, counts = np.unique(labels, return_counts=True)
    good = set(kinds[counts >= _FEWEST_PER_KIND])
    return [index for index in fitting if material.real[index].label in good]


def _recognition(
    verdict: _Verdict, within: npt.NDArray[np.bool_] | None
) -> tuple[dict[str, Any], list[list[str]], dict[str, list[float]]]:
    """For models that take a kind: how often it is heard."""
    judged = np.isin(verdict.asked, verdict.kinds)
    right = (verdict.named == verdict.asked)[judged]
    own, by_kind = verdict.by_kind, share_by_label(verdict.named[judged], verdict.asked[judged])
    metrics: dict[str, object] = {
        "recognised_share": float(right.mean()),
        "recognised_by_kind": by_kind,
        "judged": int(judged.sum()),
        "taken_for": _taken_for(verdict.asked[judged], verdict.named[judged]),
    }
    lines = [["generated sounds recognised as what was asked", percent(float(right.mean()))]]
    if within is not None and within[judged].any():
        share = float(right[within[judged]].mean())
        metrics["recognised_share_within_real_range"] = share
        metrics["share_within_real_range"] = float(within[judged].mean())
        text = f"the same, at pitches that real notes of the family have ({within[judged].sum()})"
        lines.append([text, percent(share)])
    bars = {
        "judge on real": [100 * own.get(kind, 0.0) for kind in verdict.kinds],
        "generated": [100 * by_kind.get(kind, 0.0) for kind in verdict.kinds],
    }
    return metrics, lines, bars


def _taken_for(asked: Names, named: Names) -> dict[str, dict[str, float]]:
    """Of each kind asked, the shares of the others that were heard, the most frequent first."""
    found: dict[str, dict[str, float]] = {}
    for kind in np.unique(asked):
        others, counts = np.unique(named[(asked == kind) & (named != kind)], return_counts=True)
        order = counts.argsort()[::-1]
        total = int((asked == kind).sum())
        found[str(kind)] = {str(others[k]): float(counts[k] / total) for k in order}
    return found


def _mistakes(taken_for: Mapping[str, Mapping[str, float]]) -> list[str]:
    """A sentence on what is often mistaken."""
    told = [
        f"{kind} for {other} ({percent(share)})"
        for kind, others in taken_for.items()
        for other, share in others.items()
        if share >= _OFTEN
    ]
    return [f"Often taken for something else: {', '.join(told)}."] if told else []


def _histogram(
    verdict: _Verdict,
) -> tuple[dict[str, Any], list[list[str]], dict[str, list[float]]]:
    """For models that take none: which kinds are heard."""
    sides = {"real": verdict.truth, "real, as judged": verdict.said, "generated": verdict.named}
    counts = {
        side: np.array([(names == kind).sum() for kind in verdict.kinds], np.float64)
        for side, names in sides.items()
    }
    even = {side: entropy_share(count) for side, count in counts.items()}
    shares = counts["generated"] / counts["generated"].sum()
    metrics: dict[str, object] = {
        "generated_share_by_kind": dict(zip(verdict.kinds, map(float, shares), strict=True)),
        "evenness": even,
    }
    lines = [[f"evenness of kinds (entropy), {side}", percent(even[side])] for side in sides]
    bars = {side: list(100 * count / max(count.sum(), 1)) for side, count in counts.items()}
    return metrics, lines, bars


def _within_range(made: Sequence[MadeWindow], real: Sequence[RealWindow]) -> npt.NDArray[np.bool_]:
    """``[made]``, whether real notes of the family asked reach that pitch."""
    reach: dict[str, list[float]] = {}
    for window in real:
        reach.setdefault(window.label, []).append(window.midi)
    return np.array(
        [
            one.label in reach and min(reach[one.label]) <= one.midi <= max(reach[one.label])
            for one in made
        ],
        np.bool_,
    )
