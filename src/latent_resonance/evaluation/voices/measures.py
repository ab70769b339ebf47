"""Measures of noises: how Gaussian they are, and whether they tell voices apart."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

_Doubles = npt.NDArray[np.float64]


def gaussianity(noises: npt.ArrayLike) -> dict[str, float]:
    """Of noises ``[n, c, h, w]``: means over them, and the worst one.

    Returns:
        ``std``, ``std_worst`` (farthest from 1), ``norm``, ``norm_worst`` (farthest from the root
        of the size), ``kurtosis`` (mean of the absolute excess), ``kurtosis_worst``, ``neighbours``
        (mean absolute correlation with the next to the right, below and in the next channel, the
        worst of the three), ``neighbours_worst``.
    """
    given = np.asarray(noises, np.float64)
    flat = given.reshape(len(given), -1)
    std = flat.std(axis=1)
    norm = np.sqrt((flat**2).sum(axis=1))
    centred = flat - flat.mean(axis=1, keepdims=True)
    kurtosis = np.abs((centred**4).mean(axis=1) / (centred**2).mean(axis=1) ** 2 - 3)
    pairs = [
        (given[:, :, :, 1:], given[:, :, :, :-1]),
        (given[:, :, 1:], given[:, :, :-1]),
        (given[:, 1:], given[:, :-1]),
    ]
    beside = np.stack(
        [
            [
                abs(np.corrcoef(one.ravel(), other.ravel())[0, 1])
                for one, other in zip(*pair, strict=True)
            ]
            for pair in pairs
            if pair[0].size
        ]
    ).max(axis=0)
    target = np.sqrt(flat.shape[1])
    return {
        "std": float(std.mean()),
        "std_worst": float(std[np.abs(std - 1).argmax()]),
        "norm": float(norm.mean()),
        "norm_worst": float(norm[np.abs(norm - target).argmax()]),
        "kurtosis": float(kurtosis.mean()),
        "kurtosis_worst": float(kurtosis.max()),
        "neighbours": float(beside.mean()),
        "neighbours_worst": float(beside.max()),
    }


def identity(
    clips: npt.ArrayLike, takes: npt.ArrayLike, speakers: Sequence[str]
) -> dict[str, float]:
    """Do other takes stay where their clips are, and strangers away?

    Args:
        clips: noises of clips, ``[n, ..]``.
        takes: noises of another take of each, ``[n, ..]``.
        speakers: whose clips they are.

    Returns:
        ``cosine`` of take and clip, mean; ``nearest``, share of takes whose own clip is the
        nearest; ``strangers`` (mean cosine of clips of two people), ``strangers_absolute`` and
        ``strangers_deviation``.
    """
    known, again = _unit(clips), _unit(takes)
    across = again @ known.T
    between = known @ known.T
    who = np.asarray(speakers)
    strange = between[who[:, None] != who[None]]
    return {
        "cosine": float(np.diag(across).mean()),
        "nearest": float(np.mean(across.argmax(axis=1) == np.arange(len(across)))),
        "strangers": float(strange.mean()),
        "strangers_absolute": float(np.abs(strange).mean()),
        "strangers_deviation": float(strange.std()),
    }


def speaker_hits(noises: npt.ArrayLike, speakers: Sequence[str]) -> tuple[float, int]:
    """Is the nearest other clip one of the same speaker?

    Args:
        noises: ``[n, ..]``.
        speakers: whose they are; only those with two clips or more are asked for.

    Returns:
        The share, NaN where nobody has two clips, and how many were asked for.
    """
    places = _unit(noises)
    likeness = places @ places.T
    np.fill_diagonal(likeness, -np.inf)
    who = np.asarray(speakers)
    asked = np.flatnonzero((who[:, None] == who[None]).sum(axis=1) > 1)
    if not len(asked):
        return float("nan"), 0
    return float(np.mean(who[likeness[asked].argmax(axis=1)] == who[asked])), len(asked)


def hits_among(
    clips: npt.ArrayLike, takes: npt.ArrayLike, speakers: Sequence[str], people: int = 10
) -> float:
    """Share of takes whose nearest clip is their speaker's, where only some people are known.

    Args:
        clips: noises of clips, ``[n, ..]``.
        takes: noises of another take of each, ``[n, ..]``.
        speakers: whose clips they are.
        people: how many are drawn at random, 500 times; all of them where there are fewer.
    """
    likeness = _unit(takes) @ _unit(clips).T
    who = np.asarray(speakers)
    names = np.unique(who)
    random = np.random.Generator(np.random.PCG64(0))
    hits = []
    for _ in range(500):
        drawn = random.permutation(names)[:people]
        here = np.flatnonzero(np.isin(who, drawn))
        found = here[likeness[np.ix_(here, here)].argmax(axis=1)]
        hits.append(float(np.mean(who[found] == who[here])))
    return float(np.mean(hits))


def decision_errors(
    clips: npt.ArrayLike, takes: npt.ArrayLike, speakers: Sequence[str], threshold: float
) -> dict[str, Any]:
    """Of a threshold on the cosine: strangers let in, other takes of the same turned away."""
    known, again = _unit(clips), _unit(takes)
    across = again @ known.T
    who = np.asarray(speakers)
    strange = across[who[:, None] != who[None]]
    return {
        "threshold": threshold,
        "strangers_let_in": float(np.mean(strange >= threshold)),
        "takes_turned_away": float(np.mean(np.diag(across) < threshold)),
    }


def _unit(noises: npt.ArrayLike) -> _Doubles:
    given = np.asarray(noises, np.float64)
    flat = given.reshape(len(given), -1)
    length = np.sqrt((flat**2).sum(axis=1, keepdims=True))
    return np.asarray(flat / np.maximum(length, 1e-12), np.float64)
