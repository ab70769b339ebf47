"""What a warp of the lower frequencies does to a sound's attributes: one more axis of their map."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from latent_resonance.contracts.space import WARP
from latent_resonance.contracts.values import FloatArray
from latent_resonance.navigate.latent_space.attribute_map import AttributeMap
from latent_resonance.training.directions.workshop import Doubles, Workshop

_MOVE = 0.5
# A move of one deviation of w and one of so many octaves are as long for the map.
_SCALE = 2.0
# How far an octave reaches into the bend of a unit: at two it does hardly more than at one.
_BEND = 0.8


def with_warp_axis(
    known: AttributeMap,
    workshop: Workshop,
    places: FloatArray,
    show: Callable[[float], None] = lambda share: None,
) -> AttributeMap:
    """The map with the warp as its last axis, by the mean of what it does at ``places [n, w_dim]``.

    As it is where the bundle's places have no warp, or the map has that axis already.
    """
    from scipy.linalg import block_diag

    axis = workshop.bundle.space.along(WARP)
    if not axis.any() or (known.axes @ axis).any():
        return known
    moved = np.concatenate([places - _MOVE * axis, places + _MOVE * axis])
    low, high = np.split(workshop.measure(moved, show).values, 2)
    slope: Doubles = (high - low).mean(axis=0) / (2 * _MOVE * known.steps)
    # A unit of its own in each layer: what is beyond a warp's ends does no more.
    bent = np.tanh(np.tanh(_BEND))
    return replace(
        known,
        scale=np.where(axis > 0, _SCALE, known.scale),
        axes=np.vstack([known.axes, axis]),
        first=block_diag(known.first, _BEND * _SCALE),
        first_bias=np.append(known.first_bias, 0),
        second=block_diag(known.second, 1),
        second_bias=np.append(known.second_bias, 0),
        last=np.column_stack([known.last, slope / bent]),
        linear=np.pad(known.linear, ((0, 0), (0, 1))),
    )
