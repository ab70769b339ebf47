"""Forms with smooth edges on a ground: distances to their outlines (after I. Quilez, "2D distance
functions"), a pixel wide.
"""

from collections.abc import Callable

import numpy as np

from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.data.synthetic.pictures.colour import linear_to_srgb, oklab_to_linear
from latent_resonance.data.synthetic.pictures.composed.composition import Composition
from latent_resonance.data.synthetic.pictures.composed.plan import (
    even,
    level_field,
    see_cells,
)

_BETWEEN = 0.015  # least space between two forms, sides being 1
_SLOPE = 0.02  # of the light, over the picture
_CURVE = np.rint(linear_to_srgb(np.linspace(0, 1, 4096, dtype=np.float32)) * 255).astype(np.uint8)


def draw_composition_picture(picture: Composition, size: int = 256) -> ByteArray:
    """The picture, uint8 ``[size, size, 3]`` in sRGB; the same composition, the same picture."""
    axis = ((np.arange(size) + 0.5) / size).astype(np.float32)
    x, y = np.meshgrid(axis, axis)
    wild = picture.mood == "wild"
    plan = picture.plan
    if picture.shape in _OUTLINES:
        cover, shade = _scatter(picture.shape, x, y, wild, plan)
    elif picture.shape == "clouds":
        cover, shade = _clouds(x, wild, plan)
    else:
        cover, shade = _bands(picture.shape, x, y, wild, plan)
    whole = see_cells(plan, 1)
    slope = _SLOPE * ((x - 0.5) * whole.across[2, 0, 0] + (y - 0.5) * whole.along[2, 0, 0])
    lab = np.empty((size, size, 3), np.float32)
    for index, (form, ground) in enumerate(zip(picture.tone, picture.ground_tone, strict=True)):
        lab[..., index] = ground + (form - ground) * cover
    lab[..., 0] += shade * cover + slope
    np.clip(lab[..., 0], 0.02, 0.99, out=lab[..., 0])
    linear = np.clip(oklab_to_linear(lab), 0, 1)
    return np.asarray(_CURVE[(linear * 4095 + 0.5).astype(np.int16)])


def _edge(distance: FloatArray, size: int) -> FloatArray:
    """Cover 0..1 of signed distances, negative within."""
    return np.asarray(np.clip(0.5 - distance * size / 1.4, 0, 1), np.float32)


def _circle(x: FloatArray, y: FloatArray, r: float) -> FloatArray:
    return np.asarray(np.hypot(x, y) - r)


def _ring(x: FloatArray, y: FloatArray, r: float) -> FloatArray:
    return np.asarray(np.abs(np.hypot(x, y) - 0.78 * r) - 0.22 * r)


def _square(x: FloatArray, y: FloatArray, r: float) -> FloatArray:
    return np.asarray(np.maximum(np.abs(x), np.abs(y)) - 0.8 * r)


def _triangle(x: FloatArray, y: FloatArray, r: float) -> FloatArray:
    low = y - 0.5 * r
    sides = np.abs(x) * np.float32(np.sqrt(0.75)) - 0.5 * y - 0.5 * r
    return np.asarray(np.maximum(low, sides))


def _star(x: FloatArray, y: FloatArray, r: float) -> FloatArray:
    sector = 2 * np.pi / 5
    angle = np.arctan2(x, -y)
    angle = np.abs((angle + sector / 2) % sector - sector / 2)
    radius = np.hypot(x, y)
    # The line from the tip (r, 0) to the notch at half a sector.
    notch = 0.45 * r
    tip_x, notch_x, notch_y = r, notch * np.cos(sector / 2), notch * np.sin(sector / 2)
    across, along = notch_x - tip_x, notch_y
    length = np.hypot(across, along)
    px, py = radius * np.cos(angle) - tip_x, radius * np.sin(angle)
    return np.asarray((px * along - py * across) / length, np.float32)


_OUTLINES: dict[str, Callable[[FloatArray, FloatArray, float], FloatArray]] = {
    "circles": _circle,
    "rings": _ring,
    "squares": _square,
    "triangles": _triangle,
    "stars": _star,
}
_LARGER = {"circles": 1.15, "rings": 1.2, "squares": 1.08, "triangles": 1.25, "stars": 1.25}
_LOOSE = 0.6
"""Of the room that a form has, how much of it moves."""


def _scatter(
    shape: str, x: FloatArray, y: FloatArray, wild: bool, plan: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Forms of one kind that do not touch, near the middles of cells; wild: of every other cell."""
    size, side = len(x), 4 if wild else 2
    cells = see_cells(plan, side)
    apart = 0.33 if wild else 0.47
    smallest, largest = (0.085, 0.115) if wild else (0.12, 0.17)
    order = np.where(np.add.outer(np.arange(side), np.arange(side)) % 2 * wild, -9, cells.level[0])
    least = min(-1.0 if wild else -0.5, float(np.sort(order.ravel())[-2]))
    cover, shade = np.zeros_like(x), np.zeros_like(x)
    for row, column in np.argwhere(order >= least):
        r = even(order[row, column], smallest, largest) * _LARGER[shape]
        free = _LOOSE * max(0.0, (apart - _BETWEEN) / 2 - r)
        cx = (column + 0.5) / side + free * even(cells.across[1, row, column], -1, 1)
        cy = (row + 0.5) / side + free * even(cells.along[1, row, column], -1, 1)
        turn = (0.35 if wild else 0.04) * float(cells.level[2, row, column])
        tint = (0.03 if wild else 0.02) * float(cells.across[3, row, column])
        rows = slice(max(0, int((cy - r) * size) - 2), max(0, int((cy + r) * size) + 3))
        columns = slice(max(0, int((cx - r) * size) - 2), max(0, int((cx + r) * size) + 3))
        dx, dy = x[rows, columns] - np.float32(cx), y[rows, columns] - np.float32(cy)
        cosine, sine = np.float32(np.cos(turn)), np.float32(np.sin(turn))
        dx, dy = dx * cosine + dy * sine, dy * cosine - dx * sine
        inside = _edge(_OUTLINES[shape](dx, dy, r), size)
        cover[rows, columns] = np.maximum(cover[rows, columns], inside)
        shade[rows, columns] += np.float32(tint) * (inside > 0)
    return cover, shade


def _bands(
    shape: str, x: FloatArray, y: FloatArray, wild: bool, plan: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Stripes, or waves: stripes that swing."""
    size = len(x)
    whole = see_cells(plan, 1)
    level, across, along = (part[:, 0, 0] for part in (whole.level, whole.across, whole.along))
    count = even(level[0], *((5.5, 7.0) if wild else (2.8, 3.8)))
    turn = (0.15 if wild else 0.04) * float(across[0])
    if shape == "stripes":
        turn += (0.0 if level[2] < 0 else np.pi / 2) + (np.pi / 4 if wild else 0.0)
    cosine, sine = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    u = (x - 0.5) * cosine + (y - 0.5) * sine
    v = (y - 0.5) * cosine - (x - 0.5) * sine
    if shape == "waves":
        swings = even(along[0], 2.6, 3.2) if wild else even(along[0], 1.3, 1.8)
        height = 0.045 if wild else even(level[2], 0.05, 0.08)
        v = v + np.float32(height) * np.sin(2 * np.pi * swings * u + np.float32(np.pi * across[3]))
    turns = v * np.float32(count) + np.float32(0.3 * across[1])
    width = even(level[1], 0.43, 0.57)
    distance = (np.abs(turns % 1 - 0.5) - width / 2) / count
    tint = np.float32(0.02 * level[3]) * np.sin(np.float32(2.1) * np.floor(turns))
    return _edge(distance, size), np.asarray(tint, np.float32)


def _clouds(x: FloatArray, wild: bool, plan: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Soft patches: smooth noise in two or three octaves."""
    size = len(x)
    octaves = ((4, 1.0), (8, 0.5)) if wild else ((2, 1.0), (4, 0.5), (8, 0.25))
    total = np.zeros_like(x)
    for channel, (cells, share) in enumerate(octaves):
        total += np.float32(share) * level_field(plan, channel, cells, size)
    covered = even(see_cells(plan, 1).level[3, 0, 0], 0.42, 0.58)
    total -= np.float32(np.quantile(total[::8, ::8], covered))
    cover = 1 / (1 + np.exp(-total * (6.0 if wild else 4.0)))
    return np.asarray(cover, np.float32), np.zeros_like(x)
