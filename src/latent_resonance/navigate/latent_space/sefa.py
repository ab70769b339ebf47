"""Closed-form factorisation: the axes of w that change a generator's styles most.

After Shen and Zhou 2021 (2007.06600): the eigenvectors of ``A' A`` with the largest eigenvalues,
where ``A`` stacks the affine maps from w to the styles.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.values import FloatArray

GROUPS = ("all", "early", "middle", "late")


def factorise(weights: Sequence[FloatArray], count: int) -> FloatArray:
    """Orthonormal axes, the strongest first, float32 ``[count, w_dim]``.

    Args:
        weights: affine maps ``[outputs, w_dim]``; each output weighs the same.
        count: how many axes, at most w_dim.

    Raises:
        InputError: no weights.
    """
    if not weights:
        raise InputError("there are no style weights to factorise")
    rows = np.concatenate([np.asarray(one, np.float64) for one in weights])
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    rows = rows / np.maximum(lengths, 1e-12)
    values, vectors = np.linalg.eigh(rows.T @ rows)
    axes = vectors.T[np.argsort(-values, kind="stable")][:count]
    # The largest entry of each is positive, so that the same weights give the same axes anywhere.
    largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], axis=1)
    return np.asarray(axes * np.sign(largest), np.float32)


def factorise_groups(
    weights: Mapping[str, FloatArray], order: Sequence[str], count: int
) -> dict[str, FloatArray]:
    """Axes for all layers and for a third of them each: group name to ``[count, w_dim]``.

    Args:
        weights: layer name to its affine map ``[outputs, w_dim]``.
        order: the names from the smallest resolution to the largest.
        count: axes in each group.
    """
    thirds = np.array_split(np.array(order, object), 3)
    chosen = {"all": list(order)}
    chosen |= {name: list(part) for name, part in zip(GROUPS[1:], thirds, strict=True)}
    return {
        group: factorise([weights[name] for name in names], count)
        for group, names in chosen.items()
        if names
    }
