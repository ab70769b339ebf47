"""Where the moods of a model lie among each other: four coordinates each, whatever the model.

Energy and light come from the directions of the model that are called so; what it has no direction
for, and the other two coordinates, from the principal components of the moods themselves. Ranks
spread each coordinate evenly, so that any set of moods covers the whole range.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import FloatArray

_Doubles = npt.NDArray[np.float64]

AXES = ("mood_energy", "mood_light", "mood_x", "mood_y")
"""Names of the coordinates, each -1..1."""

_MEANT = (("contrast", "chroma", "jagged", "edge"), ("light",))
"""Directions that tell of the first coordinates."""


def mood_points(space: LatentSpace, moods: FloatArray) -> FloatArray:
    """Coordinates of ``moods [n, size]``, float32 ``[n, 4]`` in -1..1; 0 where all are alike."""
    away = (moods - moods.mean(0)) / space.spread
    components = _components(away)
    columns = [_along(space, moods, names) for names in _MEANT]
    spare = iter([*components.T, *[np.zeros(len(moods))] * len(AXES)])
    found = [next(spare) if column is None else column for column in columns]
    found += [next(spare) for _ in AXES[len(_MEANT) :]]
    return np.stack([_even(column) for column in found], axis=1).astype(np.float32)


def _along(space: LatentSpace, moods: FloatArray, names: Sequence[str]) -> _Doubles | None:
    """Sum of how far moods lie along directions, each in units of its deviation over them."""
    there = [space.directions[name].vector for name in names if name in space.directions]
    found = []
    for vector in there:
        steps = moods @ vector / max(float(vector @ vector), 1e-12)
        if steps.std() > 1e-6:
            found.append((steps - steps.mean()) / steps.std())
    return np.sum(found, axis=0, dtype=np.float64) if found else None


def _components(away: FloatArray) -> _Doubles:
    """Scores of rows along their principal components, ``[n, components]``, signs fixed."""
    left, size, right = np.linalg.svd(away.astype(np.float64), full_matrices=False)
    largest = np.take_along_axis(right, np.abs(right).argmax(1)[:, None], 1)[:, 0]
    return np.asarray(left * size * np.sign(largest))


def _even(values: _Doubles) -> _Doubles:
    """Ranks, evenly from -1 to 1."""
    if len(values) < 2 or float(np.ptp(values)) < 1e-9:
        return np.zeros(len(values))
    return np.asarray(2 * np.argsort(np.argsort(values, kind="stable")) / (len(values) - 1) - 1)
