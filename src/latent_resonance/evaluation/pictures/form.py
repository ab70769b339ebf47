"""How jagged, large, detailed and symmetric a picture's forms are.

The three on edges were chosen among about thirty on 450 synthetic pictures of known attributes
(``data/synthetic/pictures``), before any model was measured with them.
"""

import numpy as np
from scipy.ndimage import gaussian_filter

from latent_resonance.evaluation.pictures.oklab import Array

# Standard deviations of the two parts of `jagged` over the synthetic pictures.
_CORNER_SPREAD, _SHARP_SPREAD = 0.45, 0.5
_FAINTEST = 0.01  # contrast below which edges say nothing


def _slopes(lab: Array) -> Array:
    """Length of the colour gradient, central differences, ``[h - 2, w - 2]``."""
    across = lab[1:-1, 2:] - lab[1:-1, :-2]
    down = lab[2:, 1:-1] - lab[:-2, 1:-1]
    return np.asarray(np.sqrt((across**2 + down**2).sum(-1)))


def _blurred(lab: Array, width: float) -> Array:
    return np.asarray(gaussian_filter(lab, (width, width, 0), mode="nearest"))


def deviation(lab: Array) -> float:
    """Root of the mean squared distance from the mean colour."""
    return float(np.sqrt(((lab - lab.mean((0, 1))) ** 2).sum(-1).mean()))


def measure_jagged(lab: Array) -> float:
    """Straight edges that meet in corners, and steep ones: higher for pointed, hard forms.

    The curvature of contours on the strongest edges, its highest over its usual value; and the
    steepest slopes over the steepest after a blur of two pixels.
    """
    light = gaussian_filter(lab[..., 0], 1.2, mode="nearest")
    down, across = np.gradient(light)
    length = np.hypot(across, down) + 1e-6
    bend = np.abs(np.gradient(across / length, axis=1) + np.gradient(down / length, axis=0))
    on_edges = bend[length > np.percentile(length, 85)]
    if on_edges.size == 0:
        return 0.0
    corners = np.log((np.percentile(on_edges, 95) + 1e-3) / (np.median(on_edges) + 1e-3))
    steep = np.percentile(_slopes(lab), 98)
    sharp = (steep + 1e-4) / (np.percentile(_slopes(_blurred(lab, 2.0)), 98) + 1e-4)
    return float(corners / _CORNER_SPREAD + sharp / _SHARP_SPREAD)


def measure_scale(lab: Array) -> float:
    """Contrast over the mean slope, as a logarithm: higher for fewer, larger forms."""
    return float(np.log((deviation(lab) + _FAINTEST) / (_slopes(lab).mean() + 1e-5)))


def measure_detail(lab: Array) -> float:
    """What a blur takes away at a usual pixel, over the contrast, for the scale of the forms.

    The median leaves out the edges of the forms, which are few.
    """
    taken = np.sqrt(((lab - _blurred(lab, 1.5)) ** 2).sum(-1))
    fine = np.log((np.median(taken) + 1e-4) / (deviation(lab) + _FAINTEST))
    return float(fine + 0.5 * measure_scale(_blurred(lab, min(lab.shape[:2]) / 64)))


def measure_symmetry(lab: Array) -> float:
    """Correlation with the mirror image, left to right or top to bottom, the better; -1..1."""
    centred = lab - lab.mean((0, 1))
    power = float((centred**2).sum())
    if power < 1e-9:
        return 1.0
    sideways = float((centred * centred[:, ::-1]).sum())
    upside_down = float((centred * centred[::-1]).sum())
    return max(sideways, upside_down) / power
