"""What a judge of classes takes clips for, and what it takes for what comes back of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from latent_resonance.evaluation.judge import Judge, Parts, unseen_probabilities
from latent_resonance.evaluation.real_sounds import RealWindow

Names = npt.NDArray[np.str_]
Chosen = npt.NDArray[np.bool_]

_FEWEST_GROUPS = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of clips: what each is, what it is taken for, and what its rebuilt self is taken for."""

    truth: Names
    real: Names
    rebuilt: Names

    def of(self, chosen: Chosen) -> dict[str, float]:
        """Shares among the chosen clips."""
        truth, real, rebuilt = self.truth[chosen], self.real[chosen], self.rebuilt[chosen]
        right = real == truth
        by_class = [right[truth == kind].mean() for kind in np.unique(truth)]
        return {
            "clips": int(chosen.sum()),
            "judge_right": float(right.mean()),
            "judge_right_mean_of_classes": float(np.mean(by_class)),
            "rebuilt_right": float((rebuilt == truth).mean()),
            "same_class": float((rebuilt == real).mean()),
            "rebuilt_right_where_judge_is": float((rebuilt == truth)[right].mean())
            if right.any()
            else float("nan"),
        }


def learnable(classes: Sequence[str], groups: Sequence[str]) -> Chosen:
    """Whether the class of each window has recordings enough to be learned and tested."""
    found: dict[str, set[str]] = {}
    for name, group in zip(classes, groups, strict=True):
        found.setdefault(name, set()).add(group)
    return np.array([len(found[name]) >= _FEWEST_GROUPS for name in classes], np.bool_)


def judge_unseen(
    parts: tuple[Parts, Parts], windows: Sequence[RealWindow], names: Names, seed: int
) -> Verdict:
    """By judges of five folds that saw neither the clip nor another take of its recording.

    Args:
        parts: features of the windows, and of what comes back of them.
        windows: ``[n]``.
        names: class of each, ``[n]``.
        seed: of the folds.
    """
    groups = [window.group for window in windows]
    scores = unseen_probabilities(
        [parts[0]], parts, list(names), groups, seed, list(_clips(windows))
    )
    return _verdict(scores, np.unique(names), windows, names)


def judge_seen(parts: tuple[Parts, Parts], windows: Sequence[RealWindow], names: Names) -> Verdict:
    """By one judge that was trained on all clips, also those that it judges."""
    judge = Judge.fit(parts[0], list(names), list(_clips(windows)))
    return _verdict(
        [judge.probabilities(side) for side in parts],
        np.array(judge.labels, np.str_),
        windows,
        names,
    )


def _verdict(
    scores: Sequence[np.ndarray], classes: Names, windows: Sequence[RealWindow], names: Names
) -> Verdict:
    """By the sum of the scores of a clip's windows."""
    clips = _clips(windows)
    sums = [np.zeros((int(clips.max()) + 1, len(classes))) for _ in scores]
    for total, score in zip(sums, scores, strict=True):
        np.add.at(total, clips, score)
    said = [classes[total.argmax(axis=1)] for total in sums]
    return Verdict(per_clip(windows, names), *said)


def _clips(windows: Sequence[RealWindow]) -> npt.NDArray[np.intp]:
    _, clips = np.unique([str(window.path) for window in windows], return_inverse=True)
    return np.asarray(clips, np.intp)


def per_clip(windows: Sequence[RealWindow], values: Sequence[object] | Names) -> np.ndarray:
    """Of a value for each window that of each clip, in the order of the verdict."""
    _, first = np.unique(_clips(windows), return_index=True)
    return np.asarray(values)[first]
