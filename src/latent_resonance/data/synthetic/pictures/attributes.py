"""What a synthetic picture is: drawn first, then painted, so that every label is true."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Scheme = Literal["single", "neighbours", "opposites", "rainbow"]


@dataclass(frozen=True, slots=True)
class Hue:
    """A named hue.

    Attributes:
        degrees: its angle in OKLCH.
        darkest, lightest: mean lightness between which the name holds: dark yellow is brown.
    """

    degrees: float
    darkest: float
    lightest: float


HUES = {
    "red": Hue(27, 0.24, 0.60),
    "orange": Hue(57, 0.44, 0.76),
    "yellow": Hue(98, 0.68, 0.88),
    "green": Hue(146, 0.24, 0.82),
    "turquoise": Hue(195, 0.26, 0.84),
    "blue": Hue(258, 0.22, 0.74),
    "purple": Hue(305, 0.22, 0.72),
    "pink": Hue(352, 0.46, 0.82),
}

SCHEMES: tuple[Scheme, ...] = ("single", "neighbours", "opposites", "rainbow")

# Between which amounts of `jagged` a family keeps its look: shards are never round.
JAGGED_RANGES = {
    "cells": (0.0, 1.0),
    "flow": (0.0, 1.0),
    "gradients": (0.0, 0.45),
    "lines": (0.0, 1.0),
    "marble": (0.0, 1.0),
    "rings": (0.0, 1.0),
    "shards": (0.55, 1.0),
    "stars": (0.0, 1.0),
    "waves": (0.0, 1.0),
}

_SYMMETRIES = (0, 1, 3, 4, 5, 6, 8)
_SYMMETRY_SHARES = (0.55, 0.10, 0.06, 0.09, 0.07, 0.09, 0.04)


@dataclass(frozen=True, slots=True)
class PictureAttributes:
    """The truth about one picture.

    Attributes:
        family: what is drawn, a key of ``JAGGED_RANGES``.
        hue: name of the main hue, a key of ``HUES``.
        hue_degrees: its angle in OKLCH, within 10 degrees of the name's.
        scheme: ``single`` hue, its ``neighbours``, ``opposites`` in small areas, ``rainbow``.
        chroma: 0..1, share of the chroma that sRGB can show at each lightness and hue.
        light: mean OKLab lightness, 0..1.
        contrast: standard deviation of OKLab lightness, 0.04..0.24.
        jagged: 0 round and soft, 1 pointed with hard edges.
        scale: 0 many small forms, 1 a few large ones.
        detail: 0..1, strength of the fine structure within the forms.
        symmetry: 0 none, 1 left and right alike, from 2 a kaleidoscope of so many repeats; each
            of these is alike left and right.
        seed: of the forms themselves.
    """

    family: str
    hue: str
    hue_degrees: float
    scheme: Scheme
    chroma: float
    light: float
    contrast: float
    jagged: float
    scale: float
    detail: float
    symmetry: int
    seed: int


def draw_attributes(seed: int, family: str | None = None) -> PictureAttributes:
    """Attributes at random, independent of each other except where a name forbids it.

    Args:
        seed: the same seed, the same attributes.
        family: this one in place of a random one.

    Raises:
        ValueError: no such family.
    """
    if family is not None and family not in JAGGED_RANGES:
        raise ValueError(f"no picture family '{family}': there are {', '.join(JAGGED_RANGES)}")
    random = np.random.Generator(np.random.PCG64(seed))
    drawn = str(random.choice(list(JAGGED_RANGES)))
    chosen = drawn if family is None else family
    name = str(random.choice(list(HUES)))
    hue = HUES[name]
    scheme = SCHEMES[int(random.choice(4, p=(0.28, 0.30, 0.24, 0.18)))]
    # One in eleven is grey; the rest lies where colours are rich and few are neon.
    chroma = random.uniform(0.0, 0.06) if random.uniform() < 0.09 else random.beta(3.2, 1.8)
    darkest, lightest = (0.22, 0.84) if scheme == "rainbow" else (hue.darkest, hue.lightest)
    light = random.uniform(darkest, lightest)
    # Black and white leave no room for contrast.
    room = min(light, 1 - light)
    contrast = random.uniform(0.04, min(0.24, 0.05 + 0.5 * room))
    low, high = JAGGED_RANGES[chosen]
    symmetry = int(random.choice(_SYMMETRIES, p=_SYMMETRY_SHARES))
    return PictureAttributes(
        family=chosen,
        hue=name,
        hue_degrees=round((hue.degrees + random.uniform(-10, 10)) % 360, 2),
        scheme=scheme,
        chroma=round(float(chroma), 4),
        light=round(light, 4),
        contrast=round(contrast, 4),
        jagged=round(random.uniform(low, high), 4),
        scale=round(random.uniform(), 4),
        detail=round(random.uniform(), 4),
        symmetry=symmetry,
        seed=seed,
    )
