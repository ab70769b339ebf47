"""The affine maps from w to the styles of a StyleGAN, from its weights, for SeFa."""

import re
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray

_AFFINE = re.compile(r"(?:.*\.)?synthesis\.b(\d+)\.(?:conv\d|torgb)\.affine\.weight")
_LAYER = re.compile(r"(?:.*\.)?synthesis\.L(\d+)_\d+_\d+\.affine\.weight")
_AXES = re.compile(r"(?:.*\.)?synthesis\.b(\d+)\.axes\.(?:rows|columns)\.weight")


def style_weights(weights: Mapping[str, npt.ArrayLike], w_dim: int) -> dict[str, FloatArray]:
    """Layer name to affine map ``[outputs, w_dim]``, from the first layer to the last.

    What w adds along time and frequency (``axes``) counts as a style of its block.

    Args:
        weights: of a generator, by name.
        w_dim: length of w; maps of anything else are left out.
    """
    found = []
    for name, value in weights.items():
        match = _AFFINE.fullmatch(name) or _AXES.fullmatch(name) or _LAYER.fullmatch(name)
        array = np.asarray(value, np.float32)
        if match and array.ndim == 2 and array.shape[1] == w_dim:
            found.append((int(match[1]), name, array))
    return {name: array for _, name, array in sorted(found, key=lambda one: one[:2])}
