"""Forms with smooth edges on a ground: distances to their outlines (after I. Quilez, "2D distance
functions"), a pixel wide.
"""

from collections.abc import Callable

import numpy as np

from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.data.synthetic.pictures.colour import linear_to_srgb, oklab_to_linear
from latent_resonance.data.synthetic.pictures.composed.composition import Composition

_TRIES = 60
_BETWEEN = 0.015  # least space between two forms, sides being 1
_CURVE = np.rint(linear_to_srgb(np.linspace(0, 1, 4096, dtype=np.float32)) * 255).astype(np.uint8)


def draw_composition_picture(picture: Composition, size: int = 256) -> ByteArray:
    """The picture, uint8 ``[size, size, 3]`` in sRGB; the same composition, the same picture."""
    random = np.random.Generator(np.random.PCG64([picture.seed, 5]))
    axis = ((np.arange(size) + 0.5) / size).astype(np.float32)
    x, y = np.meshgrid(axis, axis)
    wild = picture.mood == "wild"
    if picture.shape in _OUTLINES:
        cover, shade = _scatter(picture.shape, x, y, wild, random)
    elif picture.shape == "clouds":
        cover, shade = _clouds(x, y, wild, random)
    else:
        cover, shade = _bands(picture.shape, x, y, wild, random)
    turn, strength = random.uniform(0, 2 * np.pi), random.uniform(0, 0.05)
    slope = strength * ((x - 0.5) * np.cos(turn) + (y - 0.5) * np.sin(turn))
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
_LARGER = {"circles": 1.0, "rings": 1.1, "squares": 1.08, "triangles": 1.25, "stars": 1.25}


def _scatter(
    shape: str, x: FloatArray, y: FloatArray, wild: bool, random: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Forms of one kind that do not touch."""
    size = len(x)
    count = int(random.integers(8, 13) if wild else random.integers(2, 6))
    smallest, largest = (0.055, 0.085) if wild else (0.11, 0.19)
    cover, shade = np.zeros_like(x), np.zeros_like(x)
    placed: list[tuple[float, float, float]] = []
    for _ in range(count):
        for _ in range(_TRIES):
            r = float(random.uniform(smallest, largest)) * _LARGER[shape]
            cx, cy = (float(v) for v in random.uniform(0.75 * r, 1 - 0.75 * r, 2))
            if all(np.hypot(cx - a, cy - b) > r + c + _BETWEEN for a, b, c in placed):
                break
        else:
            continue
        placed.append((cx, cy, r))
        turn = random.uniform(0, 2 * np.pi) if wild else random.normal(0, 0.05)
        tint = random.normal(0, 0.04 if wild else 0.02)
        rows = slice(max(0, int((cy - r) * size) - 2), int((cy + r) * size) + 3)
        columns = slice(max(0, int((cx - r) * size) - 2), int((cx + r) * size) + 3)
        dx, dy = x[rows, columns] - np.float32(cx), y[rows, columns] - np.float32(cy)
        cosine, sine = np.float32(np.cos(turn)), np.float32(np.sin(turn))
        dx, dy = dx * cosine + dy * sine, dy * cosine - dx * sine
        inside = _edge(_OUTLINES[shape](dx, dy, r), size)
        cover[rows, columns] = np.maximum(cover[rows, columns], inside)
        shade[rows, columns] += np.float32(tint) * (inside > 0)
    return cover, shade


def _bands(
    shape: str, x: FloatArray, y: FloatArray, wild: bool, random: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Stripes, or waves: stripes that swing."""
    size = len(x)
    count = random.uniform(7, 10) if wild else random.uniform(2.5, 4.5)
    if shape == "waves":
        turn = random.uniform(-0.6, 0.6) if wild else random.normal(0, 0.08)
    else:
        turn = random.uniform(0, np.pi) if wild else np.pi / 2 * random.integers(0, 2)
    u = x * np.float32(np.cos(turn)) + y * np.float32(np.sin(turn))
    v = y * np.float32(np.cos(turn)) - x * np.float32(np.sin(turn))
    if shape == "waves":
        swings = random.uniform(2.5, 3.5) if wild else random.uniform(1.2, 2.0)
        height = random.uniform(0.035, 0.055) if wild else random.uniform(0.04, 0.08)
        phase = random.uniform(0, 2 * np.pi)
        v = v + np.float32(height) * np.sin(2 * np.pi * swings * u + np.float32(phase))
    turns = v * np.float32(count) + np.float32(random.uniform())
    width = random.uniform(0.4, 0.6)
    distance = (np.abs(turns % 1 - 0.5) - width / 2) / count
    tint = np.float32(random.normal(0, 0.03)) * np.sin(np.float32(2.1) * np.floor(turns))
    return _edge(distance, size), np.asarray(tint, np.float32)


def _clouds(
    x: FloatArray, y: FloatArray, wild: bool, random: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Soft patches: smooth noise in three octaves."""
    total = np.zeros_like(x)
    first = 5.0 if wild else 2.2
    for octave in range(3):
        total += 0.5**octave * _smooth(len(x), first * 2**octave, random)
    total -= np.quantile(total[::8, ::8], random.uniform(0.42, 0.58))
    cover = 1 / (1 + np.exp(-total * (6.0 if wild else 4.0)))
    return np.asarray(cover, np.float32), np.zeros_like(x)


def _smooth(size: int, cells: float, random: np.random.Generator) -> FloatArray:
    """Value noise ``[size, size]`` with so many cells a side."""
    whole = int(np.ceil(cells)) + 2
    values = random.standard_normal((whole, whole)).astype(np.float32)
    at = (np.linspace(0, cells, size, endpoint=False) + random.uniform()).astype(np.float32)
    index = at.astype(int)
    part = at - index
    part = part * part * (3 - 2 * part)
    across = values[:, index] * (1 - part) + values[:, index + 1] * part
    rows: FloatArray = across[index] * (1 - part)[:, None] + across[index + 1] * part[:, None]
    return rows
