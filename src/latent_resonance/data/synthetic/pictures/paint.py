"""From forms to a picture: palettes in OKLCH, with lightness and contrast as the attributes say."""

from dataclasses import dataclass

import numpy as np

from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.data.synthetic.pictures.attributes import PictureAttributes
from latent_resonance.data.synthetic.pictures.colour import (
    linear_to_srgb,
    oklab_to_linear,
    widest_chroma,
    without_mud,
)

_STOPS = 6
_SPREADS = {"single": 14.0, "neighbours": 64.0, "opposites": 20.0, "rainbow": 320.0}
_ACCENT, _MOST_ACCENT = 0.88, 0.3
_DARKEST, _LIGHTEST = 0.03, 0.985


@dataclass(frozen=True, slots=True)
class Forms:
    """What a family draws.

    Attributes:
        position: float32 ``[h, w]``, 0..1 along the palette.
        shade: float32 ``[h, w]``, about -1..1, added to lightness: ink, light, relief.
        hard: 0 blends the palette's colours, 1 sets them side by side.
    """

    position: FloatArray
    shade: FloatArray
    hard: float = 0.0


@dataclass(frozen=True, slots=True)
class Palette:
    """``[stops]`` each: lightness, and a hue as a vector whose length is the chroma's share."""

    light: FloatArray
    across: FloatArray
    along: FloatArray


def make_palette(picture: PictureAttributes, random: np.random.Generator) -> Palette:
    """Colours from dark to light, or in another order, with the hues of the picture's scheme."""
    step = np.linspace(-0.5, 0.5, _STOPS)
    hue = picture.hue_degrees + _SPREADS[picture.scheme] * step + random.normal(0, 3, _STOPS)
    light = 1.9 * step + random.normal(0, 0.12, _STOPS)
    share = picture.chroma * random.uniform(0.82, 1.0, _STOPS)
    if picture.scheme == "opposites":
        # The accent is the last colour, never the ground: the main hue stays the picture's.
        hue[-1] += 180
    elif random.uniform() < 0.5:
        hue = 2 * picture.hue_degrees - hue
    if random.uniform() < 0.4:
        order = random.permutation(_STOPS)
        light = light[order]
    angle = np.deg2rad(hue)
    return Palette(
        light.astype(np.float32),
        (share * np.cos(angle)).astype(np.float32),
        (share * np.sin(angle)).astype(np.float32),
    )


def _between(stops: FloatArray, index: np.ndarray, part: FloatArray) -> FloatArray:
    return np.asarray(stops[index] * (1 - part) + stops[index + 1] * part, np.float32)


def _set_lightness(light: FloatArray, mean: float, deviation: float) -> FloatArray:
    """Lightness moved and stretched to a mean and a deviation, within what can be shown."""
    wanted, spread = mean, deviation
    out = light
    for _ in range(6):
        out = (light - light.mean()) * (spread / (light.std() + 1e-6)) + wanted
        out = np.clip(out, _DARKEST, _LIGHTEST)
        wanted += mean - float(out.mean())
        spread = min(0.5, spread * float(np.clip(deviation / (out.std() + 1e-6), 0.7, 1.4)))
    return np.asarray(out, np.float32)


def paint(picture: PictureAttributes, forms: Forms, oversampling: int) -> ByteArray:
    """The picture, uint8 ``[h, w, 3]`` sRGB, averaged over squares of ``oversampling`` pixels."""
    random = np.random.Generator(np.random.PCG64([picture.seed, 2]))
    palette = make_palette(picture, random)
    position = np.clip(forms.position, 0, 1)
    if picture.scheme == "opposites" and float((position > _ACCENT).mean()) > _MOST_ACCENT:
        position = 1 - position
    at = position * (_STOPS - 1)
    index = np.minimum(at.astype(int), _STOPS - 2)
    part = at - index
    narrow = max(0.03, 1 - forms.hard)
    part = np.clip((part - 0.5) / narrow + 0.5, 0, 1)
    part = part * part * (3 - 2 * part)
    light = _between(palette.light, index, part) + forms.shade
    light = _set_lightness(light, picture.light, picture.contrast)
    across, along = _between(palette.across, index, part), _between(palette.along, index, part)
    hue = without_mud(light, np.arctan2(along, across) % (2 * np.pi))
    chroma = np.hypot(across, along) * widest_chroma(light, hue)
    lab = np.stack([light, chroma * np.cos(hue), chroma * np.sin(hue)], -1).astype(np.float32)
    linear = np.clip(oklab_to_linear(lab), 0, 1)
    size = linear.shape[0] // oversampling
    shown = linear.reshape(size, oversampling, size, oversampling, 3).mean((1, 3))
    return np.asarray(np.rint(linear_to_srgb(shown) * 255), np.uint8)
