"""Families of forms on a calm ground: lines and stars."""

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.synthetic.pictures.paint import Forms
from latent_resonance.data.synthetic.pictures.plane import Plane, fraction, noise, wave


def _ground(plane: Plane) -> tuple[FloatArray, FloatArray]:
    """Position and shade of a ground that hardly moves."""
    angle = plane.random.uniform(0, 2 * np.pi)
    slope = plane.x * np.float32(np.cos(angle)) + plane.y * np.float32(np.sin(angle))
    slow = noise(plane, plane.x, plane.y, 0.5 / plane.frequency, 5, jagged=0)
    position = np.float32(plane.random.uniform(0.02, 0.14)) + 0.05 * slow
    grain = 0.1 * plane.detail * noise(plane, plane.x, plane.y, 6.0, 6)
    return np.asarray(position, np.float32), np.asarray(-0.35 + 0.2 * slope + grain, np.float32)


def lines(plane: Plane) -> Forms:
    """Threads that curve, or beams that cross: the more jagged, the straighter."""
    position, shade = _ground(plane)
    count = round(7 + 9 * plane.frequency)
    grid = plane.random.uniform(0, np.pi)
    straight = plane.jagged > 0.5
    for _ in range(count):
        # Beams keep to a few directions, threads run along one.
        turn = float(plane.random.choice([0, 1, 2, 3])) * np.pi / 4 if straight else 0.0
        angle = grid + turn + plane.random.normal(0, 0.06 if straight else 0.22)
        across = plane.x * np.float32(np.cos(angle)) + plane.y * np.float32(np.sin(angle))
        along = plane.y * np.float32(np.cos(angle)) - plane.x * np.float32(np.sin(angle))
        bend = np.zeros(along.shape, np.float32)
        for speed, height in ((0.35, 0.16), (0.8, 0.06)):
            turns = speed * plane.frequency * along + np.float32(plane.random.uniform())
            bend += np.float32(height) * wave(turns, min(1.0, 2 * plane.jagged))
        width = 0.012 * 2 ** plane.random.uniform(0, 3.3) / plane.frequency**0.6
        strength = 0.6 * plane.jagged if straight else 1.0
        far = np.abs(across + strength * bend - np.float32(plane.random.uniform(-1.2, 1.2)))
        on = far < width
        value = np.float32(plane.random.uniform(0.3, 1))
        soft = 1 - plane.jagged
        body = 0.45 - 0.4 * soft * (far / np.float32(width)) ** 2
        stripe = 0.25 * plane.detail * wave(far / np.float32(width) * 1.5, plane.jagged)
        glow = 0.5 * soft * np.exp(-(np.maximum(far - width, 0) / 0.07))
        position = np.where(on, value, position + 0.35 * glow * (value - position))
        shade = np.where(on, body + stripe, shade + glow)
    return Forms(np.asarray(position, np.float32), np.asarray(shade, np.float32))


def stars(plane: Plane) -> Forms:
    """Stars with sharp points, or blossoms with round petals, over each other on a ground."""
    position, shade = _ground(plane)
    count = round(5 + 8 * plane.frequency**1.5)
    sizes = np.sort(plane.random.uniform(0.25, 1, count))[::-1] * 0.62 / plane.frequency**0.75
    points = int(plane.random.integers(4, 9))
    for index, size in enumerate(sizes):
        spot = plane.random.uniform(-1.15, 1.15, 2) if index else plane.random.normal(0, 0.25, 2)
        x, y = plane.x - np.float32(spot[0]), plane.y - np.float32(spot[1])
        radius, angle = np.hypot(x, y) / np.float32(size), np.arctan2(y, x)
        turns = angle * np.float32(points / (2 * np.pi)) + np.float32(plane.random.uniform())
        petal = np.abs(np.cos(np.pi * turns)) ** 0.7
        point = 1 / (1 + (1.0 + 2.6 * plane.jagged) * 2 * np.abs(fraction(turns) - 0.5))
        mixed = np.clip(1.6 * plane.jagged - 0.3, 0, 1)
        outline = (0.42 + 0.58 * petal) * (1 - mixed) + point * mixed
        inside = outline - radius
        on = inside > 0
        value = np.float32(plane.random.uniform(0.3, 1))
        core = np.clip(1 - radius * 2.6, 0, 1)
        facet = (fraction(turns * 2) < 0.5) * 0.4 * mixed
        veins = 0.28 * plane.detail * wave(radius * 3.5, plane.jagged)
        glow = (0.55 - 0.3 * plane.jagged) * np.exp(-np.maximum(-inside, 0) / 0.35)
        body = 0.3 + 0.35 * core + facet + veins - 0.4 * (1 - mixed) * (radius / outline) ** 2
        position = np.where(on, value - 0.3 * core, position)
        shade = np.where(on, body, shade + 0.6 * glow * (size / sizes[0]))
    return Forms(np.asarray(position, np.float32), np.asarray(shade, np.float32))
