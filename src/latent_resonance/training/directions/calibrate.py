"""Straight directions for all attributes at once, and what their unit is."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.attributes.table import ATTRIBUTES
from latent_resonance.training.directions.workshop import Measured, Workshop

Doubles = npt.NDArray[np.float64]

# One step of a slider, as a share of the spread among the model's own sounds: 5 of them lead from
# an average sound to one that seven in a hundred exceed.
STEP = 0.3
_RIDGE = 0.02
_REACH = 3.0


def slider_steps(values: Doubles) -> Doubles:
    """What a slider's 1 is in each attribute's unit, ``[attributes]``.

    Args:
        values: of random places, ``[n, attributes]``. Half the distance between the 16th and the
            84th percentile is a deviation that outliers do not move.
    """
    low, high = np.percentile(values, [15.87, 84.13], axis=0)
    return np.asarray(np.maximum(STEP * (high - low) / 2, 1e-6))


def straight_directions(measured: Measured, steps: Doubles) -> FloatArray:
    """Moves of w, each of one attribute alone by regression, float32 ``[attributes, w_dim]``.

    Attributes are ridge-regressed on places; the shortest moves that change one prediction by a
    step and no other one are the rows of the pseudo-inverse.
    """
    centre, scale = measured.places.mean(axis=0), measured.places.std(axis=0) + 1e-6
    given = (measured.places - centre) / scale
    wanted = (measured.values - measured.values.mean(axis=0)) / steps
    square = given.T @ given + _RIDGE * len(given) * np.eye(given.shape[1])
    slope = np.linalg.solve(square, given.T @ wanted)
    moves = np.linalg.pinv(slope.T).T
    return np.asarray(moves * scale, np.float32)


def calibrate(
    workshop: Workshop,
    directions: FloatArray,
    steps: Doubles,
    places: FloatArray,
    show: Callable[[float], None] = lambda share: None,
) -> FloatArray:
    """The directions made as long as +1 must be, ``[attributes, w_dim]``.

    Measured on the way from -3 to 3 at ``places``; the mean change per slider step becomes one.
    A direction that does not move its attribute keeps its length.
    """
    names = list(ATTRIBUTES)
    made = []
    for index, direction in enumerate(directions):
        ends = [
            workshop.measure(np.asarray(places + side * _REACH * direction, np.float32)).values
            for side in (-1, 1)
        ]
        change = (ends[1] - ends[0])[:, index].mean() / (2 * _REACH * steps[index])
        made.append(direction / np.clip(change, 0.25, 4.0) if change > 0 else direction)
        show((index + 1) / len(names))
    return np.array(made, np.float32)
