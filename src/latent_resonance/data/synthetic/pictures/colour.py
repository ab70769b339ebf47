"""OKLCH to sRGB within the gamut (Ottosson 2020, "A perceptual color space for image
processing").
"""

import functools
from typing import Any

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray

Grid = npt.NDArray[np.floating[Any]]
"""Numbers at pixels, of either precision."""

_ROOTS = np.array(
    [
        [1.0, 0.3963377774, 0.2158037573],
        [1.0, -0.1055613458, -0.0638541728],
        [1.0, -0.0894841775, -1.2914855480],
    ]
)
_LINEAR = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)
_LIGHTS, _ANGLES = 65, 180
_INSIDE = 0.97  # of the gamut's edge, where colours begin to clip


def oklab_to_linear(lab: FloatArray) -> FloatArray:
    """OKLab ``[..., 3]`` as linear sRGB ``[..., 3]``, beyond 0..1 where sRGB cannot show it."""
    return np.asarray((lab @ _ROOTS.T.astype(np.float32)) ** 3 @ _LINEAR.T.astype(np.float32))


def linear_to_srgb(linear: FloatArray) -> FloatArray:
    """Linear sRGB ``[..., 3]``, cut to 0..1, with the transfer curve of IEC 61966-2-1."""
    cut = np.clip(linear, 0, 1)
    return np.where(cut <= 0.0031308, 12.92 * cut, 1.055 * cut ** (1 / 2.4) - 0.055)


@functools.cache
def _widest() -> FloatArray:
    """``[lightness, angle]``: the largest chroma that sRGB can show, by bisection."""
    light, angle = np.meshgrid(
        np.linspace(0, 1, _LIGHTS), np.arange(_ANGLES) * (2 * np.pi / _ANGLES), indexing="ij"
    )
    low, high = np.zeros_like(light), np.full_like(light, 0.4)
    for _ in range(14):
        middle = (low + high) / 2
        lab = np.stack([light, middle * np.cos(angle), middle * np.sin(angle)], -1)
        linear = oklab_to_linear(lab.astype(np.float32))
        shown = ((linear >= -1e-4) & (linear <= 1 + 1e-4)).all(-1)
        low, high = np.where(shown, middle, low), np.where(shown, high, middle)
    return np.asarray(low, np.float32)


def widest_chroma(light: Grid, hue: Grid) -> FloatArray:
    """The largest chroma within sRGB at a lightness in 0..1 and a hue in radians, any one shape."""
    table = _widest()
    row = np.clip(light, 0, 1) * (_LIGHTS - 1)
    column = (hue / (2 * np.pi) % 1) * _ANGLES
    top = np.minimum(row.astype(int), _LIGHTS - 2)
    left = column.astype(int) % _ANGLES
    right = (left + 1) % _ANGLES
    down, across = row - top, column - np.floor(column)
    above = table[top, left] * (1 - across) + table[top, right] * across
    below = table[top + 1, left] * (1 - across) + table[top + 1, right] * across
    return np.asarray(_INSIDE * (above * (1 - down) + below * down), np.float32)


def without_mud(light: Grid, hue: Grid) -> FloatArray:
    """Hues in radians, where dark yellows turn to wine and dark limes to pine instead of olive."""
    away = hue - np.deg2rad(108)
    near = np.exp(-((away / np.deg2rad(38)) ** 2))
    dark = np.clip((0.66 - light) / 0.4, 0, 1)
    return np.asarray(hue + np.deg2rad(46) * np.tanh(away / 0.2) * near * dark, np.float32)


def hex_to_oklab(value: str) -> FloatArray:
    """Six hexadecimal digits of sRGB as OKLab ``[3]``."""
    shown = np.array([int(value[i : i + 2], 16) for i in (0, 2, 4)]) / 255
    linear = np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)
    roots = np.cbrt(np.linalg.inv(_LINEAR) @ linear)
    return np.asarray(np.linalg.inv(_ROOTS) @ roots, np.float32)
