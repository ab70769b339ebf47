"""Colours and zoom: what a performer can do to any picture, whatever model it is from.

All colour controls together are one matrix, applied to the sRGB values as video mixers do; the
matrices of saturation and hue are those of the W3C's Filter Effects (``saturate``,
``hueRotate``), which keep the brightness.
"""

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import ByteArray, ControlRange

CONTROLS = (
    ControlRange("picture_gain", 0, 2, 1, "x", "brightness; 0 is black"),
    ControlRange("picture_contrast", 0, 2, 1, "x", "around middle grey"),
    ControlRange("picture_saturation", 0, 2, 1, "x", "0 is grey"),
    ControlRange("picture_hue_degrees", -180, 180, 0, "degrees", "turns all colours"),
    ControlRange("picture_zoom", 1, 4, 1, "x", "into the middle"),
    ControlRange("picture_mirror", 0, 1, 0, "", "from 0.5 on, the left half again on the right"),
)

_MIRRORED = 0.5

Matrix = npt.NDArray[np.float64]

_GREY = np.tile([0.213, 0.715, 0.072], (3, 1))  # brightness of each primary
_TURNED = np.array([[-0.213, -0.715, 0.928], [0.143, 0.140, -0.283], [-0.787, 0.715, 0.072]])


def apply_look(pixels: ByteArray, play: Mapping[str, float]) -> ByteArray:
    """The picture as the controls ask for it, uint8 of the same shape; itself at rest."""
    gain, contrast, saturation, hue, zoom, mirror = look_values(play)
    colours = colour_matrix(gain, contrast, saturation, hue)
    coloured = not np.array_equal(colours, np.eye(3, 4))
    if mirror >= _MIRRORED:
        pixels = pixels.copy()
        half = pixels.shape[1] // 2
        pixels[:, pixels.shape[1] - half :] = pixels[:, :half][:, ::-1]
    if not coloured and zoom == 1:
        return pixels
    from PIL import Image

    image = Image.fromarray(pixels)
    if zoom > 1:
        box = centred_box(image.size, image.width / zoom, image.height / zoom)
        image = image.resize(image.size, Image.Resampling.BILINEAR, box)
    if coloured:
        image = image.convert("RGB", tuple(colours.ravel()))
    return np.asarray(image)


def look_values(play: Mapping[str, float]) -> list[float]:
    """The controls in the order of ``CONTROLS``, each in its range, at rest where it is not set."""
    return [one.within(play.get(one.name, one.rest)) for one in CONTROLS]


def centred_box(
    size: tuple[int, int], width: float, height: float
) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the middle of a picture of ``size``, inside of it."""
    left, top = max(0.0, (size[0] - width) / 2), max(0.0, (size[1] - height) / 2)
    return left, top, min(size[0] - left, left + width), min(size[1] - top, top + height)


def colour_matrix(gain: float, contrast: float, saturation: float, hue_degrees: float) -> Matrix:
    """From R, G, B and 1 to R, G, B in 0..255, float64 ``[3, 4]``."""
    matrix = np.eye(3)
    if hue_degrees:
        angle = math.radians(hue_degrees)
        matrix = _GREY + math.cos(angle) * (matrix - _GREY) + math.sin(angle) * _TURNED
    if saturation != 1:
        matrix = (_GREY + saturation * (np.eye(3) - _GREY)) @ matrix
    offset = np.full((3, 1), gain * (1 - contrast) * 127.5)
    return np.hstack([gain * contrast * matrix, offset])
