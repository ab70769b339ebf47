"""Families of closed forms that fill the plane: cells, shards, rings."""

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.synthetic.pictures.families.fluid import relief
from latent_resonance.data.synthetic.pictures.paint import Forms
from latent_resonance.data.synthetic.pictures.plane import Plane, noise, wave


def _two_nearest(plane: Plane, x: FloatArray, y: FloatArray, step: float) -> tuple[np.ndarray, ...]:
    """Of jittered points on a grid: number of the nearest, its distance, and that to the border."""
    reach = int(np.ceil(2.0 / step)) + 2
    jitter = plane.random.uniform(0.12, 0.88, (2 * reach, 2 * reach, 2)).astype(np.float32)
    row, column = np.floor(y / step).astype(int), np.floor(x / step).astype(int)
    first = np.full(x.shape, np.inf, np.float32)
    number = np.zeros(x.shape, int)
    first_x, first_y = np.zeros_like(x), np.zeros_like(x)
    others = []
    for down in (-1, 0, 1):
        for across in (-1, 0, 1):
            i = np.clip(row + down + reach, 0, 2 * reach - 1)
            j = np.clip(column + across + reach, 0, 2 * reach - 1)
            from_x = (column + across + jitter[i, j, 0]) * np.float32(step)
            from_y = (row + down + jitter[i, j, 1]) * np.float32(step)
            away = (x - from_x) ** 2 + (y - from_y) ** 2
            others.append((from_x, from_y, away))
            closer = away < first
            first = np.where(closer, away, first)
            number = np.where(closer, i * 2 * reach + j, number)
            first_x, first_y = np.where(closer, from_x, first_x), np.where(closer, from_y, first_y)
    border = np.full(x.shape, np.inf, np.float32)
    for from_x, from_y, away in others:
        apart = np.hypot(from_x - first_x, from_y - first_y)
        # Distance to the line half way between two points.
        line = (away - first) / (2 * np.maximum(apart, 1e-4))
        border = np.where(apart > 1e-4, np.minimum(border, line), border)
    return number, np.sqrt(first), border


def cells(plane: Plane) -> Forms:
    """Tissue with walls and nuclei, from pebbles to straight tiles."""
    step = 0.62 / plane.frequency
    soft = 1 - plane.jagged
    bend = noise(plane, plane.x, plane.y, 2.2, 6, jagged=0) * 0.13 * soft * step
    sway = noise(plane, plane.x, plane.y, 2.2, 6, jagged=0) * 0.13 * soft * step
    number, radius, border = _two_nearest(plane, plane.x + bend, plane.y + sway, step)
    border = border / step
    values = plane.random.uniform(0, 1, int(number.max()) + 1).astype(np.float32)
    wall = plane.random.uniform(0.02, 0.07) * (1 + soft)
    # Round pebbles leave the corners between walls filled.
    round_edge = border + 0.45 * soft * np.minimum(0, 0.42 - radius / step)
    ink = np.clip((round_edge - wall) / (0.012 + 0.09 * soft) + 0.5, 0, 1)
    swell = np.clip(1 - radius / (0.7 * step), 0, 1)
    nucleus = np.clip((0.13 - radius / step) / (0.02 + 0.1 * soft), 0, 1) * (plane.detail > 0.35)
    grain = noise(plane, plane.x, plane.y, 8.0, 7) * 0.2 * plane.detail
    dark = -1.0 if plane.random.uniform() < 0.7 else 0.9
    shade = (0.5 * swell + grain - 0.5 * nucleus) * ink + dark * (1 - ink)
    position = values[number] * 0.85 + 0.15 * swell
    return Forms(np.asarray(position * ink, np.float32), np.asarray(shade, np.float32), 0.2)


def shards(plane: Plane) -> Forms:
    """Broken glass: straight cuts through straight cuts, each piece with its own light."""
    count = round(5 + 5.5 * plane.frequency)
    code = np.zeros(plane.x.shape, np.int64)
    edge = np.full(plane.x.shape, np.inf, np.float32)
    slip = (1 - plane.jagged) * 0.16 * noise(plane, plane.x, plane.y, 0.9, 5, jagged=0)
    for index in range(count):
        angle = plane.random.uniform(0, np.pi)
        offset = plane.random.uniform(-1.05, 1.05)
        far = plane.x * np.float32(np.cos(angle)) + plane.y * np.float32(np.sin(angle))
        far = far + slip - np.float32(offset)
        if index > 2 and plane.random.uniform() < 0.6:
            # A cut that ends at an older one.
            side = (code >> int(plane.random.integers(0, 3))) & 1
            inside = side == int(plane.random.integers(0, 2))
        else:
            inside = np.ones(plane.x.shape, bool)
        code |= (inside & (far > 0)).astype(np.int64) << index
        edge = np.where(inside, np.minimum(edge, np.abs(far)), edge)
    pieces, number = np.unique(code, return_inverse=True)
    number = number.reshape(code.shape)
    values = plane.random.uniform(0, 1, len(pieces)).astype(np.float32)
    angles = plane.random.uniform(0, 2 * np.pi, len(pieces)).astype(np.float32)
    slope = plane.x * np.cos(angles)[number] + plane.y * np.sin(angles)[number]
    glint = np.exp(-edge / (0.008 + 0.01 * plane.random.uniform()))
    scratch = wave(slope * 14 * np.sqrt(plane.frequency), 1.0) * 0.14 * plane.detail
    shade = 0.35 * slope + scratch + (0.8 if plane.random.uniform() < 0.6 else -0.9) * glint
    position = values[number] + 0.12 * slope
    return Forms(np.asarray(position, np.float32), np.asarray(shade, np.float32), 0.25)


def rings(plane: Plane) -> Forms:
    """Rings around one centre, from round ripples to nested polygons with hard edges."""
    corners = int(plane.random.integers(3, 8))
    radius, angle = np.hypot(plane.x, plane.y), np.arctan2(plane.y, plane.x)
    half = np.pi / corners
    within = np.abs((angle + plane.random.uniform(0, 2 * np.pi)) % (2 * half) - half)
    polygon = radius * np.cos(within) / np.cos(half / 2)
    wobble = noise(plane, plane.x, plane.y, 1.4, 6, jagged=0) * 0.05 * (1 - plane.jagged)
    mixed = np.minimum(1.0, 1.6 * plane.jagged)
    distance = (radius + (polygon - radius) * mixed + wobble) * np.float32(2.6 * plane.frequency)
    widths = plane.random.uniform(0.35, 1.5, 64)
    edges = np.cumsum(widths).astype(np.float32)
    ring = np.searchsorted(edges, distance.ravel()).reshape(distance.shape)
    start = np.concatenate([[0.0], edges]).astype(np.float32)[ring]
    inside = (distance - start) / widths[np.minimum(ring, 63)].astype(np.float32)
    values = _stepping(plane.random, 66)
    # Soft rings run into the next colour; hard ones keep theirs.
    blend = np.clip((inside - plane.jagged) / max(0.04, 1 - plane.jagged), 0, 1)
    position = values[ring] * (1 - blend) + values[ring + 1] * blend
    fine = wave(distance * 6, plane.jagged) * 0.2 * plane.detail
    shade = 0.35 * np.sin(np.pi * inside) * (1 - 0.6 * plane.jagged) + fine
    shade = shade + relief(distance + wobble, 0.06)
    return Forms(
        np.asarray(position, np.float32), np.asarray(shade, np.float32), 0.3 * plane.jagged
    )


def _stepping(random: np.random.Generator, count: int) -> FloatArray:
    """Places along the palette of which no two neighbours are close."""
    steps = random.uniform(0.28, 0.6, count) * random.choice([-1, 1], count)
    turns = np.cumsum(steps) % 2
    return np.asarray(np.where(turns > 1, 2 - turns, turns), np.float32)
