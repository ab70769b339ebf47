"""Families without outlines: flow, marble, gradients, waves."""

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.synthetic.pictures.paint import Forms
from latent_resonance.data.synthetic.pictures.plane import Plane, noise, wave


def even(values: FloatArray) -> FloatArray:
    """Values of about normal distribution spread over 0..1, so that each colour gets its share."""
    centred = (values - values.mean()) / (values.std() + 1e-6)
    return np.asarray(0.5 + 0.5 * np.tanh(0.85 * centred), np.float32)


def relief(height: FloatArray, strength: float) -> FloatArray:
    """Light from above left on a surface of that height, about -1..1 times ``strength``."""
    down, across = np.gradient(height)
    slope = -(down + across)
    return np.asarray(strength * np.tanh(slope / (2 * slope.std() + 1e-9)), np.float32)


def flow(plane: Plane) -> Forms:
    """Streams of silk: stretched noise along a bent direction."""
    bend = noise(plane, plane.x, plane.y, 1.1, 6)
    sway = noise(plane, plane.x, plane.y, 1.1, 6)
    x, y = plane.x + 0.34 * bend / plane.frequency, plane.y + 0.34 * sway / plane.frequency
    body = noise(plane, 0.35 * x, 1.5 * y, 1.8, 7)
    fine = noise(plane, 0.5 * x + 0.1 * body, 3.2 * y + 0.25 * body, 3.4, 7)
    height = body + 0.7 * plane.detail**1.5 * fine
    return Forms(even(height), relief(height, 0.30), 0.9 * plane.jagged)


def marble(plane: Plane) -> Forms:
    """Polished stone: noise that bends noise twice, and thin veins."""
    x, y = plane.x, plane.y
    reach = 0.30 / plane.frequency
    for frequency in (1.0, 1.8):
        bend = noise(plane, x, y, frequency, 6)
        sway = noise(plane, x, y, frequency, 6)
        x, y = x + reach * bend, y + reach * sway
    body = noise(plane, x, y, 1.1)
    vein = noise(plane, x, y, 0.9) + 0.2 * plane.detail * noise(plane, x, y, 5.0)
    width = 0.03 + 0.05 * plane.random.uniform()
    crack = np.exp(-((vein / width) ** 2))
    halo = np.exp(-np.abs(vein) / 0.25)
    sign = -1.0 if plane.random.uniform() < 0.5 else 1.0
    cloud = body + 0.35 * plane.detail * noise(plane, x, y, 5.5, 7)
    return Forms(even(cloud), np.asarray(sign * (0.75 * crack + 0.3 * halo)), 0.8 * plane.jagged)


def gradients(plane: Plane) -> Forms:
    """A few lights that blend into each other; sharper in soft steps."""
    count = int(plane.random.integers(4, 7))
    near = np.zeros_like(plane.x)
    mixed = np.zeros_like(plane.x)
    bend = 0.22 * noise(plane, plane.x, plane.y, 0.8, 5) / max(1.0, plane.frequency)
    reach = 0.55 / plane.frequency**0.8
    for index in range(round(count * max(1.0, plane.frequency**1.4))):
        x, y = plane.random.uniform(-1.25, 1.25, 2)
        away = (plane.x + bend - x) ** 2 + (plane.y - bend - y) ** 2
        weight = np.exp(-away / np.float32(reach**2)) + 1e-5
        near += weight
        mixed += weight * np.float32((index % count) / (count - 1))
    value = mixed / near
    glow = np.tanh(near / near.mean()) - 0.76
    grain = 0.03 * plane.detail * plane.random.standard_normal(plane.x.shape)
    steps = 3 + round(3 * plane.random.uniform())
    stair = (np.floor(value * steps) + np.clip((value * steps % 1 - 0.42) / 0.16, 0, 1)) / steps
    value = value + plane.jagged * (stair - value)
    return Forms(np.asarray(value), np.asarray(0.35 * glow + grain, np.float32))


def waves(plane: Plane) -> Forms:
    """Crests behind crests, or ripples that run through each other."""
    return _ripples(plane) if plane.random.uniform() < 0.45 else _crests(plane)


def _ripples(plane: Plane) -> Forms:
    centres = plane.random.uniform(-1.3, 1.3, (int(plane.random.integers(2, 4)), 2))
    height = np.zeros_like(plane.x)
    for x, y in centres:
        radius = np.hypot(plane.x - np.float32(x), plane.y - np.float32(y))
        height += wave(1.6 * plane.frequency * radius + plane.random.uniform(), plane.jagged)
    height += 0.35 * plane.detail * noise(plane, plane.x, plane.y, 5.0)
    return Forms(even(height), relief(height, 0.2), 0.9 * plane.jagged)


def _crests(plane: Plane) -> Forms:
    count = max(3, round(4.5 * plane.frequency))
    position = np.zeros_like(plane.x)
    shade = np.zeros_like(plane.x)
    swing = 0.62 / count
    order = plane.random.permutation(count + 1)
    for index in range(count + 1):
        level = -1.5 + 3.0 * (index + 0.4) / count
        speed = plane.random.uniform(0.45, 0.8) * plane.frequency**0.7
        edge = wave(speed * plane.x + plane.random.uniform(), plane.jagged)
        small = wave(2.7 * speed * plane.x + plane.random.uniform(), plane.jagged)
        depth = plane.y - level - np.float32(1.5 * swing) * (edge + 0.35 * small)
        below = depth > 0
        foam = np.exp(-np.maximum(depth, 0) / (0.09 + 0.1 * swing))
        lines = wave(depth * np.float32(6 * plane.frequency**0.5), 0) * 0.4 * plane.detail
        position = np.where(below, np.float32(order[index] / count), position)
        shade = np.where(below, 0.55 * foam + lines - 0.2 * depth, shade)
    return Forms(np.asarray(position), np.asarray(shade, np.float32), 0.5 * plane.jagged)
