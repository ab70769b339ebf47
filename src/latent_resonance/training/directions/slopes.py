"""Which axes of w attributes depend on: their slopes by listening, at some places."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.training.directions.workshop import Workshop

Doubles = npt.NDArray[np.float64]

_MOVE = 0.4


def find_slopes(
    workshop: Workshop,
    places: FloatArray,
    scale: Doubles,
    steps: Doubles,
    show: Callable[[float], None] = lambda share: None,
) -> Doubles:
    """Slopes of the attributes at ``places [n, w_dim]``, ``[n, attributes, w_dim]``.

    In slider steps per deviation of w, by differences: each number of w is moved by 0.4
    deviations and the sound measured again.
    """
    found = []
    for index, w in enumerate(places):
        moved = w + _MOVE * np.diag(scale)
        heard = workshop.measure(np.vstack([w[None], moved]).astype(np.float32)).values
        found.append(((heard[1:] - heard[0]) / (_MOVE * steps)).T)
        show((index + 1) / len(places))
    return np.array(found)


def active_axes(slopes: Doubles, count: int) -> Doubles:
    """Orthonormal axes ``[count, w_dim]`` along which attributes change most.

    The active subspace (Constantine 2015) of slopes ``[n, attributes, w_dim]`` that count alike.
    """
    rows = slopes.reshape(-1, slopes.shape[2])
    rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return np.asarray(np.linalg.svd(rows, full_matrices=False)[2][:count])
