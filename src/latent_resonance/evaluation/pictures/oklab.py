"""sRGB to OKLab (Ottosson 2020), and a picture at the size at which it is judged."""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

SIDE = 128
"""Pixels of the shorter side, about: measures of edges depend on the size."""

_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def to_oklab(picture: npt.NDArray[np.uint8]) -> Array:
    """A picture uint8 ``[h, w, 3]`` as OKLab ``[h, w, 3]``, averaged to about ``SIDE`` pixels.

    Raises:
        ValueError: another shape or type, or fewer than 32 pixels a side.
    """
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
        raise ValueError("a picture is uint8 [height, width, 3]")
    if min(picture.shape[:2]) < 32:
        raise ValueError("a picture has at least 32 pixels a side")
    linear = to_linear(picture)
    step = max(1, round(min(picture.shape[:2]) / SIDE))
    height, width = picture.shape[0] // step, picture.shape[1] // step
    cut = linear[: height * step, : width * step]
    small = cut.reshape(height, step, width, step, 3).mean((1, 3))
    return linear_to_oklab(small)


def to_linear(pixels: npt.NDArray[np.uint8]) -> Array:
    """Linear light 0..1 of sRGB, of any shape."""
    coded = pixels / 255
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)


def linear_to_oklab(linear: Array) -> Array:
    """OKLab of linear light ``[..., 3]``."""
    return np.asarray(np.cbrt(linear @ _TO_CONES.T) @ _TO_LAB.T)
