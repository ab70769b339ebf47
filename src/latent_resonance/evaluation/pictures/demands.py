"""What a word asks of a picture's colours and edges, as bounds on measures.

The bounds of edges and forms lie where 450 synthetic pictures of known attributes are told apart
best; those of colours follow OKLCH's angles of the colour names.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from latent_resonance.evaluation.pictures.appearance import Appearance, measure
from latent_resonance.evaluation.pictures.oklab import to_oklab

_BINS = 72
_COLOURLESS = 0.02  # OKLab chroma below which a pixel has no hue
_COLOURED = 0.035  # mean chroma from which a picture has a colour


@dataclass(frozen=True, slots=True)
class Look:
    """What rules look at.

    Attributes:
        seen: the measures.
        hues: share of the colour at each of 72 hues of 5 degrees, weighted by chroma; sums to 1,
            or to 0 where nothing has a colour.
    """

    seen: Appearance
    hues: npt.NDArray[np.float64]


def look_at(picture: npt.NDArray[np.uint8]) -> Look:
    """The measures and hues of a picture, uint8 ``[h, w, 3]`` in sRGB.

    Raises:
        ValueError: another shape, type or size.
    """
    colours = to_oklab(picture)[..., 1:].reshape(-1, 2)
    chroma = np.hypot(*colours.T)
    degrees = np.degrees(np.arctan2(colours[:, 1], colours[:, 0])) % 360
    weight = np.where(chroma > _COLOURLESS, chroma, 0)
    index = (degrees / 360 * _BINS).astype(int) % _BINS
    hues = np.bincount(index, weights=weight, minlength=_BINS)
    return Look(measure(picture), hues / max(hues.sum(), 1e-12))


Rule = Callable[[Look], bool]


def share_between(hues: npt.NDArray[np.float64], first: float, last: float) -> float:
    """Share of colour from one angle to another in degrees, ``last`` above ``first``."""
    middle = (np.arange(_BINS) + 0.5) * 360 / _BINS
    return float(hues[(middle - first) % 360 <= last - first].sum())


def _has_hue(first: float, last: float) -> Rule:
    """Most of the colour lies between two angles, and the picture has a colour."""

    def rule(look: Look) -> bool:
        return look.seen.chroma >= _COLOURED and share_between(look.hues, first, last) >= 0.5

    return rule


def _has_many_hues(look: Look) -> bool:
    """At least four sixths of the circle hold a part of the colour each."""
    sixths = look.hues.reshape(6, -1).sum(1)
    return look.seen.chroma >= _COLOURED and int((sixths > 0.04).sum()) >= 4


DEMANDS: Mapping[str, Rule] = {
    "red": _has_hue(-12, 50),
    "orange": _has_hue(35, 88),
    "yellow": _has_hue(72, 122),
    "green": _has_hue(114, 178),
    "turquoise": _has_hue(165, 232),
    "blue": _has_hue(222, 290),
    "purple": _has_hue(280, 335),
    "pink": _has_hue(322, 380),
    "warm": _has_hue(-30, 110),
    "cool": _has_hue(140, 315),
    "grey": lambda look: look.seen.chroma < _COLOURED,
    "multicoloured": _has_many_hues,
    "dark": lambda look: look.seen.light < 0.42,
    "bright": lambda look: look.seen.light > 0.62,
    "vivid": lambda look: look.seen.chroma > 0.075,
    "stark": lambda look: look.seen.contrast > 0.15,
    "faint": lambda look: look.seen.contrast < 0.10,
    "jagged": lambda look: look.seen.jagged > 9.6,
    "soft": lambda look: look.seen.jagged < 9.6,
    "large": lambda look: look.seen.scale > 1.1,
    "fine": lambda look: look.seen.scale < 1.1,
    "detailed": lambda look: look.seen.detail > -1.8,
    "plain": lambda look: look.seen.detail < -1.8,
    "symmetric": lambda look: look.seen.symmetry > 0.8,
}
"""A name of what can be asked for, to what must hold."""
