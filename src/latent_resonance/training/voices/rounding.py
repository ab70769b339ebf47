"""Rounding a network to few bits: each number makes up for what those before it lost.

A row ``w`` of a matrix whose inputs have the covariance ``H = L L'`` errs by ``|(w - q) L|``. The
lattice point near ``w`` is found column by column from the last one, each taking in what the later
ones lost (Babai 1986's nearest plane; for networks GPTQ, Frantar et al. 2023, arXiv:2210.17323).
Columns get steps that are inverse to ``L``'s diagonal, so that what is known of them from others
costs no bits, and rows steps that are inverse to what an error in them does to the result.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.voice.speaker_weights import Rounded, eighths_of, step_of, tensors_of
from latent_resonance.training.voices.thin_encoder import Inputs

_MOST = 127
_AT_ONCE = 64  # columns
_BISECTIONS = 8
_LEAST_SHARE = 0.01  # of the mean: no row counts for less
# Added to the covariance, as a share of the mean variance: what few inputs were seen of is less
# certain.
_DAMPING, _DAMPING_OF_FEW, _FEW = 0.02, 0.05, 20_000
_TINY = 1e-9  # what never differs


@dataclass(frozen=True, slots=True, eq=False)
class _Matrix:
    values: Tensor
    lower: Tensor
    mean: Tensor
    rows: Tensor


def round_within(
    size: int,
    weights: Mapping[str, Tensor],
    inputs: Mapping[str, Inputs],
    squares: Mapping[str, Tensor],
) -> dict[str, np.ndarray]:
    """The tensors of the file of a speaker encoder that is not larger than ``size`` bytes.

    Args:
        size: in bytes.
        weights: matrices and vectors.
        inputs: of each matrix.
        squares: mean squares of what each number of a matrix does to the result.
    """
    matrices = {name: _prepared(weights[name], inputs[name], squares[name]) for name in squares}
    least, most = 1e-5, 1.0
    best: dict[str, np.ndarray] = {}
    for _ in range(_BISECTIONS):
        scale = float(np.sqrt(least * most))
        tensors = _tensors(scale, matrices, weights)
        small = sum(one.nbytes for one in tensors.values()) <= size
        least, most = (least, scale) if small else (scale, most)
        best = tensors if small else best
    if not best:
        raise ValueError(f"nothing of it fits into {size} bytes")
    return best


def _prepared(values: Tensor, inputs: Inputs, squares: Tensor) -> _Matrix:
    variance = inputs.covariance.diagonal().mean().clamp_min(_TINY)
    damping = _DAMPING if inputs.count >= _FEW else _DAMPING_OF_FEW
    damped = inputs.covariance + damping * variance * torch.eye(len(inputs.mean)).double()
    harm = (squares.double() / damped.diagonal()).mean(1)
    rows = 1 / (harm + _LEAST_SHARE * harm.mean().clamp_min(_TINY)).sqrt()
    return _Matrix(values.double(), torch.linalg.cholesky(damped), inputs.mean, rows)


def _tensors(
    scale: float, matrices: Mapping[str, _Matrix], weights: Mapping[str, Tensor]
) -> dict[str, np.ndarray]:
    rounded = {}
    vectors = {name: one.double() for name, one in weights.items() if name not in matrices}
    lost = {}
    for name, one in matrices.items():
        rounded[name], error = nearest_plane(one.values, one.lower, scale * one.rows)
        lost[name] = error @ one.mean
    for name, mean in lost.items():
        layer, _, side = name.rpartition(".")
        bias = "attend.bias" if layer == "context" else f"{layer}.bias"
        if bias in vectors:
            left = torch.from_numpy(rounded[f"{layer}.left"].matrix()) if side == "right" else None
            vectors[bias] = vectors[bias] + (mean if left is None else left.double() @ mean)
    told: dict[str, FloatArray] = {name: one.float().numpy() for name, one in vectors.items()}
    return tensors_of(rounded, told)


def nearest_plane(values: Tensor, lower: Tensor, rows: Tensor) -> tuple[Rounded, Tensor]:
    """A matrix rounded, and what it lost.

    Args:
        values: float64 ``[m, n]``.
        lower: float64 ``[n, n]``, the Cholesky factor of the inputs' covariance.
        rows: float64 ``[m]``, how coarse each row may be.

    Returns:
        the rounded matrix, and float64 ``[m, n]``.
    """
    diagonal = lower.diagonal()
    middle = torch.exp(-diagonal.log().mean())
    row = eighths_of((rows * middle).numpy())
    column = eighths_of((1 / diagonal / middle).numpy())
    across = torch.from_numpy(step_of(column)).double()
    down = torch.from_numpy(step_of(row)).double()
    numbers = torch.zeros(values.shape, dtype=torch.int8)
    error = torch.zeros_like(values)
    for end in range(values.shape[1], 0, -_AT_ONCE):
        start = max(0, end - _AT_ONCE)
        owed = error[:, end:] @ lower[end:, start:end]
        for at in range(end - 1, start - 1, -1):
            within = error[:, at + 1 : end] @ lower[at + 1 : end, at]
            wanted = values[:, at] + (owed[:, at - start] + within) / diagonal[at]
            step = down * across[at]
            chosen = (wanted / step).round().clamp(-_MOST, _MOST)
            numbers[:, at] = chosen.to(torch.int8)
            error[:, at] = values[:, at] - chosen * step
    return Rounded(numbers.numpy(), row, column), error
