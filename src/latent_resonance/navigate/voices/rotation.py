"""Fixed rotations that make Gaussian noise of any vector and keep the angles between vectors.

Source: three rounds of random signs and a Hadamard transform (Yu et al. 2016, "Orthogonal random
features"; Ailon and Chazelle 2009). Signs come from a seed: nothing is stored.
"""

from functools import lru_cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

_Doubles = npt.NDArray[np.float64]

_ROUNDS = 3
# Odd, so that every number has a place of its own: side by side, the first round mixes too little.
_STRIDE = 1663
_ACROSS = 64


def rotate(vector: npt.ArrayLike, seed: int, size: int) -> _Doubles:
    """A vector, zeros between its numbers, turned by the rotation of ``seed``; keeps its length.

    Args:
        vector: ``[k]``, at most ``size`` numbers.
        seed: names the rotation; two seeds give directions that know nothing of each other.
        size: a power of two.

    Returns:
        ``[size]``.

    Raises:
        ValueError: ``size`` is no power of two, or the vector is longer.
    """
    given = np.asarray(vector, np.float64)
    if size < 64 or size & (size - 1) or given.ndim != 1 or len(given) > size:
        raise ValueError(f"cannot turn {given.shape} within {size} numbers")
    turned = np.zeros(size)
    turned[np.arange(len(given)) * _STRIDE % size] = given
    # Raw bits: NumPy promises them for ever, what its generators make of them not.
    bits = np.random.PCG64(seed)
    for _ in range(_ROUNDS):
        raw = np.asarray(bits.random_raw(size // 64), dtype="<u8")
        signs = np.unpackbits(raw.view(np.uint8)).astype(np.float64) * 2 - 1
        turned = _hadamard(turned * signs)
    return turned


def make_gaussian(vector: npt.ArrayLike) -> _Doubles:
    """The normal distribution's quantiles in the order of a vector's numbers, of length sqrt(n).

    A turned vector is Gaussian but for chance; this takes the chance out: whatever was given,
    standard deviation, skewness and kurtosis are those of n quantiles. Angles change by less than
    two degrees, since hardly a number moves.

    Args:
        vector: ``[n]``; equal numbers keep their order.
    """
    given = np.asarray(vector, np.float64)
    count = len(given)
    levels = _quantiles(count)
    made = np.empty(count)
    made[np.argsort(given, kind="stable")] = levels
    return np.asarray(made * np.sqrt(count / (levels @ levels)), np.float64)


@lru_cache(maxsize=8)
def _quantiles(count: int) -> _Doubles:
    # Loading scipy for this would take longer than all else that a noise needs.
    shares = ((np.arange(count) + 0.5) / count).tolist()
    return np.fromiter(map(NormalDist().inv_cdf, shares), np.float64, count)


def _hadamard(vector: _Doubles) -> _Doubles:
    """The orthonormal Walsh-Hadamard transform of ``[2 ** n]``, n at least 6."""
    # Near pairs first, across the other axis: one step goes over many numbers in a row.
    near = _paired(np.ascontiguousarray(vector.reshape(-1, _ACROSS).T))
    return np.asarray(_paired(np.ascontiguousarray(near.T)).reshape(-1) / np.sqrt(len(vector)))


def _paired(rows: _Doubles) -> _Doubles:
    """Sums and differences of the ``[2 ** k, m]`` rows one apart, then two, four and so on."""
    half = 1
    while half < len(rows):
        pairs = rows.reshape(-1, 2, half, rows.shape[1])
        made = np.empty_like(pairs)
        np.add(pairs[:, 0], pairs[:, 1], out=made[:, 0])
        np.subtract(pairs[:, 0], pairs[:, 1], out=made[:, 1])
        rows = made.reshape(rows.shape)
        half *= 2
    return rows
