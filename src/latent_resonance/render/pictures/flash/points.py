"""Points of a picture that stand for all of it, and what of them can flash.

A tenth of a degree of the visual field is the finest that counts (WCAG 2.3.1, the exception for
fine patterns); the guideline takes the whole picture for about thirty degrees wide.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import ByteArray, FloatArray

GRID = 72
"""Points along each side of the picture."""

_FINEST = 300  # tenths of a degree across the picture
_CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)  # of linear sRGB, IEC 61966-2-1
_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], np.float32
)
_RED = (0.4507, 0.5229)  # u', v' of sRGB's red
# Light that every screen and room adds: without it the colour of black would be anything.
_FLARE = np.float32(0.005)
# WCAG says 0.8; pixels between those that are looked at may be a little redder.
_SATURATED = 0.78


def linear_of_byte() -> FloatArray:
    """Linear light of each sRGB byte, float32 ``[256]`` in 0..1."""
    x = np.arange(256) / 255
    return np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4).astype(np.float32)


class Points:
    """Where a picture is looked at: ``GRID`` by ``GRID`` points, each anywhere in its own cell.

    A regular grid would be blind to patterns of its own period. Each point is the mean of four
    pixels within a tenth of a degree.

    Args:
        width: of the pictures, in pixels.
        height: of the pictures, in pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        drawn = np.random.default_rng(0).uniform(0, 1, (2, GRID, GRID))
        cells = np.arange(GRID)
        y = ((cells[:, None] + drawn[0]) * height / GRID).astype(np.int64)
        x = ((cells[None, :] + drawn[1]) * width / GRID).astype(np.int64)
        apart = max(width, height) // _FINEST // 2
        corners: Sequence[tuple[int, int]] = _CORNERS if apart else _CORNERS[:1]
        self._pixels = np.stack(
            [
                np.minimum(y + down * apart, height - 1) * width
                + np.minimum(x + right * apart, width - 1)
                for down, right in corners
            ]
        ).reshape(len(corners), GRID * GRID)

    def of(self, pixels: ByteArray) -> ByteArray:
        """The points of a picture ``[height, width, 3]``, uint8 ``[GRID * GRID, 3]``."""
        flat = pixels.reshape(-1, 3)
        found = (
            flat[self._pixels].mean(0, np.float32)
            if len(self._pixels) > 1
            else flat[self._pixels[0]]
        )
        return np.asarray(found, np.uint8)


class Signals:
    """What flashes are changes of: luminance, red and the colour's way from red.

    Luminance is that of a general flash. The other two are WCAG's definitions of a red flash: that
    of 2.0, ``max(0, R - G - B)``, and that of 2.2, a distance in CIE 1976 u'v'. The first two are
    there twice, for two thresholds.
    """

    count = 5

    def __init__(self) -> None:
        self._linear = linear_of_byte()

    def of(self, points: ByteArray) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
        """Signals float32 ``[count, points]``, and which points are a saturated red."""
        light = self._linear[points]
        red = light[:, 0]
        total = light.sum(1)
        found = np.empty((self.count, len(points)), np.float32)
        found[:2] = light @ _LUMINANCE
        found[2:4] = np.maximum(2 * red - total, 0)
        x, y, z = _XYZ @ (light.T + _FLARE)
        under = x + 15 * y + 3 * z
        np.hypot(4 * x / under - _RED[0], 9 * y / under - _RED[1], out=found[4])
        saturated = (red >= _SATURATED * total) & (red > 0.02)
        return found, saturated
