"""A judge of what a sound is, by scikit-learn, and what judges say of sounds they did not see.

Logistic regression on Gaussian kernel features (Williams and Seeger 2001, "Using the Nystroem
method to speed up kernel machines"). Groups of features count alike, however many numbers each
has, and so do labels, however many sounds they have.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Labels = npt.NDArray[np.str_]
Parts = Mapping[str, Array]
"""Group of features to ``[n, size]``."""

_FOLDS = 5
_NARROWNESS = 0.1  # of the kernel: two usual sounds are 2 apart, squared
_LANDMARKS = 600
_TRUST = 100.0  # inverse of the penalty on weights
_MOST_ROUNDS = 2000
# A feature that hardly changes among real sounds must not count when a model's differs a little.
_LEAST_SPREAD = 0.5  # of the usual one in a group


@dataclass(frozen=True, slots=True)
class Judge:
    """Trained: groups of features to a probability of each label."""

    labels: tuple[str, ...]
    weights: Mapping[str, Array]
    pipeline: Any

    @classmethod
    def fit(cls, parts: Parts, labels: Sequence[str], clips: Sequence[Any] | None = None) -> Self:
        """Train.

        Args:
            parts: features of ``n`` sounds.
            labels: ``[n]``, of at least two kinds.
            clips: ``[n]``, equal for windows of one clip, which then counts once.

        Raises:
            ValueError: fewer than two kinds.
        """
        from sklearn.kernel_approximation import Nystroem
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline

        truth = np.asarray(labels, np.str_)
        if len(np.unique(truth)) < 2:
            raise ValueError("a judge needs at least two kinds of sound")
        weight = np.ones(len(truth))
        if clips is not None:
            _, clip, sizes = np.unique(clips, return_inverse=True, return_counts=True)
            weight = 1 / sizes[clip]
        weights = {name: _weights(features) / len(parts) ** 0.5 for name, features in parts.items()}
        pipeline = make_pipeline(
            Nystroem(gamma=_NARROWNESS, n_components=min(_LANDMARKS, len(truth)), random_state=0),
            LogisticRegression(C=_TRUST, class_weight="balanced", max_iter=_MOST_ROUNDS),
        )
        placed = _place(parts, weights)
        pipeline.fit(placed, truth, logisticregression__sample_weight=weight)
        return cls(tuple(map(str, pipeline.classes_)), weights, pipeline)

    def probabilities(self, parts: Parts) -> Array:
        """``[n, labels]``, each row adds up to 1."""
        return np.asarray(self.pipeline.predict_proba(_place(parts, self.weights)))

    def name(self, parts: Parts) -> Labels:
        """The likeliest label of each, ``[n]``."""
        return np.asarray(self.pipeline.predict(_place(parts, self.weights)), np.str_)


def unseen_probabilities(
    versions: Sequence[Parts],
    sides: Sequence[Parts],
    labels: Sequence[str],
    groups: Sequence[str],
    seed: int = 0,
    clips: Sequence[Any] | None = None,
) -> list[Array]:
    """What judges of five folds say of sounds that they did not see, ``[n, kinds]`` for each side.

    Groups stay together, so that takes of one sound are never both seen and judged. A row is 0
    where no judge could be trained, or the features are not finite. Kinds are in sorted order.

    Args:
        versions: features of ``n`` sounds to train on, once each.
        sides: features of the same sounds, or of what became of them, to judge.
        labels: ``[n]``.
        groups: ``[n]``.
        seed: of the folds.
        clips: see ``Judge.fit``.
    """
    from sklearn.model_selection import GroupKFold

    truth = np.asarray(labels, np.str_)
    kinds = np.unique(truth)
    said = [np.zeros((len(truth), len(kinds))) for _ in sides]
    count = min(_FOLDS, len(np.unique(groups)))
    if count < 2:
        return said
    folds = GroupKFold(count, shuffle=True, random_state=seed).split(truth, groups=groups)
    for seen, out in folds:
        if len(np.unique(truth[seen])) < 2:
            continue
        joined = {
            name: np.concatenate([version[name][seen] for version in versions])
            for name in versions[0]
        }
        own = None if clips is None else list(np.tile(np.asarray(clips)[seen], len(versions)))
        judge = Judge.fit(joined, list(np.tile(truth[seen], len(versions))), own)
        columns = np.searchsorted(kinds, judge.labels)
        for side, found in zip(sides, said, strict=True):
            whole = [np.isfinite(features[out]).all(axis=1) for features in side.values()]
            finite = out[np.all(whole, axis=0)]
            if len(finite):
                found[np.ix_(finite, columns)] = judge.probabilities(rows_of(side, finite))
    return said


def unseen_names(
    versions: Sequence[Parts],
    sides: Sequence[Parts],
    labels: Sequence[str],
    groups: Sequence[str],
    seed: int = 0,
) -> list[Labels]:
    """The likeliest labels by ``unseen_probabilities``, empty where there is none."""
    kinds = np.unique(np.asarray(labels, np.str_))
    return [
        np.where(said.any(axis=1), kinds[said.argmax(axis=1)], "")
        for said in unseen_probabilities(versions, sides, labels, groups, seed)
    ]


def rows_of(parts: Parts, chosen: npt.NDArray[Any]) -> dict[str, Array]:
    """The chosen sounds of all groups of features."""
    return {name: features[chosen] for name, features in parts.items()}


def share_by_label(said: Labels, truth: Labels) -> dict[str, float]:
    """Share of right names for each label there is."""
    return {str(label): float((said[truth == label] == label).mean()) for label in np.unique(truth)}


def _weights(features: Array) -> Array:
    """Of one group: two usual sounds are 2 apart, squared, and each feature counts alike."""
    spread = features.std(axis=0)
    weight = 1 / np.maximum(spread, max(_LEAST_SPREAD * float(np.median(spread)), 1e-9))
    return np.asarray(weight / max(float(np.linalg.norm(weight * spread)), 1e-9))


def _place(parts: Parts, weights: Mapping[str, Array]) -> Array:
    return np.concatenate([parts[name] * weight for name, weight in weights.items()], axis=1)
