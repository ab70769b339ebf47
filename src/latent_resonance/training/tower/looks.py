"""How edges and sizes are weighed in pictures' looks: fitted to synthetic pictures.

    python -m latent_resonance.training.tower.looks [PICTURES]

prints the numbers of ``navigate/prompts/looks.py``, and the rank correlation with the truth of as
many pictures that were not fitted to.
"""

import sys
from dataclasses import dataclass

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.synthetic.pictures.corpus import make_pictures
from latent_resonance.navigate.prompts.looks import LOOK_SIDE, texture_of
from latent_resonance.navigate.prompts.tower import shrink_pictures

ATTRIBUTES = ("jagged", "scale", "detail")
_RIDGE = 0.1  # of as many pictures
_OUTSIDE = 0.03  # share of the pictures at either end, beyond which nothing is known


@dataclass(frozen=True, slots=True)
class LookWeights:
    """From a picture's texture to its attributes.

    Attributes:
        known: ``[2, 12]``, to which the texture is cut.
        weights: ``[3, 12]``, an attribute a row.
        usual, deviation: ``[3]``, of what the weights make of the pictures.
    """

    known: FloatArray
    weights: FloatArray
    usual: FloatArray
    deviation: FloatArray


def textures(count: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """Textures ``[count, 12]`` of synthetic pictures, and their true attributes ``[count, 3]``."""
    rows, truth = [], []
    for attributes, picture in make_pictures(count, LOOK_SIDE, seed):
        rows.append(texture_of(shrink_pictures(picture[None], LOOK_SIDE)[0]))
        truth.append([getattr(attributes, name) for name in ATTRIBUTES])
    return np.array(rows), np.array(truth)


def fit_looks(seen: FloatArray, truth: FloatArray) -> LookWeights:
    """Ridge regression of the attributes on the texture, each of its numbers alike.

    Args:
        seen: textures ``[n, 12]``.
        truth: attributes ``[n, 3]``.
    """
    known = np.quantile(seen, (_OUTSIDE, 1 - _OUTSIDE), axis=0).round(2)
    cut = np.clip(seen, *known)
    scale = cut.std(axis=0) + 1e-9
    even = (cut - cut.mean(axis=0)) / scale
    inner = even.T @ even + _RIDGE * len(even) * np.eye(even.shape[1])
    weights = (np.linalg.solve(inner, even.T @ (truth - truth.mean(axis=0))).T / scale).round(3)
    found = cut @ weights.T
    return LookWeights(known, weights, found.mean(axis=0), found.std(axis=0))


def main(count: int = 900) -> None:
    """Fit to ``count`` pictures, print the numbers and how they do on as many others."""
    from scipy.stats import spearmanr

    look = fit_looks(*textures(count, 77))
    seen, truth = textures(count, 991)
    found = np.clip(seen, *look.known) @ look.weights.T
    for name in ("known", "weights", "usual", "deviation"):
        numbers = np.array2string(getattr(look, name).round(3), separator=", ")
        sys.stdout.write(f"{name} {numbers}\n")
    for at, name in enumerate(ATTRIBUTES):
        agrees = spearmanr(found[:, at], truth[:, at]).statistic
        sys.stdout.write(f"{name}: {agrees:.2f}\n")


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:]))
