"""A small judge of what kind a sound is: multinomial logistic regression on principal axes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Labels = npt.NDArray[np.str_]

_AXES = 150
_PENALTY = 8.0
_FOLDS = 5
_MOST_ROUNDS = 200
# A feature that hardly changes among real sounds must not count when a model's differs a little.
_LEAST_SPREAD = 0.15


@dataclass(frozen=True, slots=True)
class Classifier:
    """Trained weights: features ``[size]`` to a probability of each label."""

    labels: tuple[str, ...]
    centre: Array
    axes: Array
    weights: Array

    @classmethod
    def fit(cls, features: Array, labels: Sequence[str]) -> Self:
        """Train until it settles; each label weighs the same, however many sounds it has.

        Args:
            features: ``[n, size]``.
            labels: ``[n]``, of at least two kinds.

        Raises:
            ValueError: fewer than two kinds.
        """
        from scipy.optimize import minimize

        kinds, which = np.unique(np.asarray(labels), return_inverse=True)
        if len(kinds) < 2:
            raise ValueError("a classifier needs at least two kinds of sound")
        centre, axes = _whitening(features)
        placed = _with_one((features - centre) @ axes)
        wanted = np.eye(len(kinds))[which]
        share = len(which) / (len(kinds) * wanted.sum(axis=0))
        weight = share[which][:, None]
        shape = (placed.shape[1], len(kinds))

        def loss(flat: Array) -> tuple[float, Array]:
            values = flat.reshape(shape)
            probability = _softmax(placed @ values)
            picked = np.maximum((probability * wanted).sum(axis=1), 1e-12)
            decay = values.copy()
            decay[-1] = 0
            slope = placed.T @ (weight * (probability - wanted)) + _PENALTY * decay
            total = -(weight[:, 0] * np.log(picked)).sum() + _PENALTY / 2 * (decay**2).sum()
            return float(total), slope.ravel()

        found = minimize(
            loss,
            np.zeros(shape[0] * shape[1]),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": _MOST_ROUNDS},
        )
        return cls(tuple(map(str, kinds)), centre, axes, found.x.reshape(shape))

    def probabilities(self, features: Array) -> Array:
        """``[n, labels]``, each row adds up to 1."""
        return _softmax(_with_one((features - self.centre) @ self.axes) @ self.weights)

    def name(self, features: Array) -> Labels:
        """The likeliest label of each, ``[n]``."""
        named: Labels = np.array(self.labels, np.str_)[self.probabilities(features).argmax(axis=1)]
        return named


@dataclass(frozen=True, slots=True)
class HeldOutJudge:
    """A classifier, and which sounds it has not seen: ``[n]``."""

    judge: Classifier
    unseen: npt.NDArray[np.bool_]


def folds_of_groups(groups: Sequence[str], seed: int) -> list[npt.NDArray[np.bool_]]:
    """Which sounds ``[n]`` are left out in each of five folds; groups stay together."""
    kinds, which = np.unique(np.asarray(groups), return_inverse=True)
    fold_of_group = np.random.default_rng(seed).permutation(len(kinds)) % _FOLDS
    fold = fold_of_group[which]
    return [fold == number for number in range(_FOLDS) if (fold == number).any()]


def held_out_judges(
    features: Sequence[Array], labels: Sequence[str], groups: Sequence[str], seed: int = 0
) -> list[HeldOutJudge]:
    """Classifiers of five folds; each sound is unseen by one of them.

    Groups stay together, so that takes of one sound are never on both sides. A fold without which
    the rest is all of one kind has no judge.

    Args:
        features: versions of the features ``[n, size]`` to train on.
        labels: ``[n]``.
        groups: ``[n]``.
        seed: of the folds.
    """
    truth = np.asarray(labels)
    found = []
    for out in folds_of_groups(groups, seed):
        if len(np.unique(truth[~out])) < 2:
            continue
        judge = Classifier.fit(
            np.concatenate([version[~out] for version in features]),
            list(np.tile(truth[~out], len(features))),
        )
        found.append(HeldOutJudge(judge, out))
    return found


def held_out_names(judges: Sequence[HeldOutJudge], features: Array) -> Labels:
    """What the judges say of ``features [n, size]``, each of those that it did not see: ``[n]``.

    Empty where no judge could be trained, or the features are not finite.
    """
    said = [""] * len(features)
    finite = np.isfinite(features).all(axis=1)
    for one in judges:
        rows = np.flatnonzero(one.unseen & finite)
        for row, name in zip(rows, one.judge.name(features[rows]), strict=True):
            said[row] = str(name)
    return np.array(said, np.str_)


def accuracy_by_label(said: Labels, truth: Labels) -> dict[str, float]:
    """Share of right names for each label there is."""
    return {str(label): float((said[truth == label] == label).mean()) for label in np.unique(truth)}


def _whitening(features: Array) -> tuple[Array, Array]:
    centre, spread = features.mean(axis=0), features.std(axis=0)
    weight = 1 / np.maximum(spread, _LEAST_SPREAD)
    scaled = (features - centre) * weight
    # Whichever square is smaller has the same axes.
    if len(scaled) < scaled.shape[1]:
        values, sides = np.linalg.eigh(scaled @ scaled.T / len(scaled))
        vectors = scaled.T @ sides / np.sqrt(np.maximum(values, 1e-12) * len(scaled))
    else:
        values, vectors = np.linalg.eigh(scaled.T @ scaled / len(scaled))
    kept = min(_AXES, len(scaled) - 1, len(values))
    values, vectors = values[-kept:], vectors[:, -kept:]
    # Axes keep their spread: strong ones are the reliable ones, and the penalty then trusts them.
    scale = 1 / np.sqrt(max(float(values.mean()), 1e-12))
    return centre, weight[:, None] * vectors * scale


def _with_one(placed: Array) -> Array:
    return np.concatenate([placed, np.ones((len(placed), 1))], axis=1)


def _softmax(scores: Array) -> Array:
    scores = scores - scores.max(axis=1, keepdims=True)
    raised = np.exp(scores)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))
