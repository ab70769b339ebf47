"""What a composed picture is: drawn at random first, then painted and said."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.data.synthetic.pictures.colour import hex_to_oklab
from latent_resonance.data.synthetic.pictures.composed.lexicon import (
    GROUNDS,
    MOODS,
    SHAPES,
    TAUGHT_COLOURS,
)
from latent_resonance.data.synthetic.pictures.composed.plan import draw_plan

Tone = tuple[float, float, float]
_APART = 0.24
"""Least distance in OKLab between forms and ground."""
_PLAIN_GROUND = 0.5  # share of grounds that are only dark or bright
_DARK: Tone = (0.17, 0.0, -0.015)
_BRIGHT: Tone = (0.95, 0.0, 0.01)


@dataclass(frozen=True, slots=True, eq=False)
class Composition:
    """The truth about one picture.

    Attributes:
        shape: what is drawn, a key of ``SHAPES``.
        colour: of the forms, a key of ``TAUGHT_COLOURS``.
        ground: a key of ``GROUNDS`` or of ``TAUGHT_COLOURS``.
        mood: ``calm``, few, large and level, or ``wild``, many, small and turned.
        tone: OKLab of the forms.
        ground_tone: OKLab of the ground.
        plan: where the forms lie, float32 ``[4, 8, 8]``.
    """

    shape: str
    colour: str
    ground: str
    mood: Literal["calm", "wild"]
    tone: Tone
    ground_tone: Tone
    plan: FloatArray


def draw_composition(seed: int, shape: str | None = None) -> Composition:
    """One at random; the same for a seed.

    Args:
        seed: 0 or more.
        shape: this one in place of a random one.
    """
    random = np.random.Generator(np.random.PCG64([seed, 4]))
    drawn = str(random.choice(list(SHAPES)))
    mood: Literal["calm", "wild"] = "calm" if random.uniform() < 0.5 else "wild"
    assert set(MOODS) == {"calm", "wild"}  # noqa: S101
    names = list(TAUGHT_COLOURS)
    while True:
        colour = str(random.choice(names))
        tone = _near(hex_to_oklab(TAUGHT_COLOURS[colour]), random)
        if random.uniform() < _PLAIN_GROUND:
            ground = str(random.choice(list(GROUNDS)))
            middle = np.array(_DARK if ground == "dark" else _BRIGHT, np.float32)
        else:
            ground = str(random.choice(names))
            middle = hex_to_oklab(TAUGHT_COLOURS[ground])
        ground_tone = _near(middle, random)
        if np.linalg.norm(np.subtract(tone, ground_tone)) > _APART:
            break
    return Composition(shape or drawn, colour, ground, mood, tone, ground_tone, draw_plan(random))


def _near(lab: FloatArray, random: np.random.Generator) -> Tone:
    light, across, along = lab + random.normal(0, (0.02, 0.01, 0.01))
    return float(light), float(across), float(along)
