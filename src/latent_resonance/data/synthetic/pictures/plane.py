"""Where each pixel lies, mirrored as the symmetry asks, and smooth or angular noise over it."""

from dataclasses import dataclass

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.synthetic.pictures.attributes import PictureAttributes
from latent_resonance.data.synthetic.pictures.colour import Grid


@dataclass(frozen=True, slots=True)
class Plane:
    """Coordinates of the pixels.

    Attributes:
        x, y: float32 ``[height, width]``; the picture's shorter side spans -1..1 before symmetry.
        frequency: how often forms repeat for an attribute ``scale``, 1 for one in the whole.
        jagged, detail: the attributes.
        random: draws the forms.
    """

    x: FloatArray
    y: FloatArray
    frequency: float
    jagged: float
    detail: float
    random: np.random.Generator


def make_plane(picture: PictureAttributes, size: int) -> Plane:
    """The plane of a square picture with ``size`` pixels a side."""
    random = np.random.Generator(np.random.PCG64([picture.seed, 1]))
    axis = ((np.arange(size) + 0.5) / size * 2 - 1).astype(np.float32)
    x, y = np.meshgrid(axis, axis)
    if picture.symmetry == 1:
        x = np.abs(x)
    elif picture.symmetry > 1:
        # A wedge between two mirrors, one of them upright: left and right stay alike.
        half = np.pi / picture.symmetry
        angle = np.arctan2(x, -y)
        angle = np.abs((angle + half) % (2 * half) - half)
        radius = np.hypot(x, y)
        x, y = radius * np.sin(angle), -radius * np.cos(angle)
    turn = random.uniform(0, 2 * np.pi)
    shift = random.normal(0, 0.2, 2)
    cosine, sine = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    x, y = x * cosine - y * sine, x * sine + y * cosine
    if picture.symmetry == 0:
        x, y = x - np.float32(shift[0]), y - np.float32(shift[1])
    frequency = 4.0 ** (0.75 - 1.5 * picture.scale)
    return Plane(x, y, frequency, picture.jagged, picture.detail, random)


def fraction(value: Grid) -> Grid:
    """``value % 1`` to the last bit, in a tenth of its time."""
    return value - np.floor(value)


def wave(turns: Grid, jagged: float) -> FloatArray:
    """A wave of period 1 in -1..1, from a sine to a triangle."""
    triangle = 4 * np.abs(fraction(turns - 0.25) - 0.5) - 1
    return np.asarray((1 - jagged) * np.sin(2 * np.pi * turns) + jagged * triangle, np.float32)


def noise(
    plane: Plane, x: Grid, y: Grid, frequency: float, waves: int = 8, jagged: float = -1
) -> FloatArray:
    """A sum of plane waves in random directions, about unit variance.

    Args:
        plane: whose random numbers and ``jagged`` it takes.
        x: where, any shape.
        y: the same.
        frequency: of its waves, about, for a ``frequency`` of the plane of 1: turns over the side.
        waves: how many.
        jagged: in place of the plane's, where 0 or more.
    """
    bent = plane.jagged if jagged < 0 else jagged
    random = plane.random
    angles = (np.arange(waves) + random.uniform(0, 1, waves)) * (np.pi / waves)
    speeds = 0.5 * frequency * plane.frequency * np.exp(random.normal(0, 0.3, waves))
    phases = random.uniform(0, 1, waves)
    total = np.zeros_like(x)
    for angle, speed, phase in zip(angles, speeds, phases, strict=True):
        across = x * np.float32(np.cos(angle) * speed) + y * np.float32(np.sin(angle) * speed)
        total += wave(across + np.float32(phase), bent)
    return np.asarray(total / np.float32(np.sqrt(waves / 2)), np.float32)
