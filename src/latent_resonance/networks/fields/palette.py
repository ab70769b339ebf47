"""A palette of six colours in OKLab, solved for the picture that it will be seen in.

OKLab: B. Ottosson, "A perceptual color space for image processing", 2020. Lightness, contrast, hue
and spread are set for the picture, not for the list of colours: shares and covariance say how much
of each colour is seen (``calibration`` in ``layout.py``).
"""

import math

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from latent_resonance.networks.fields.layout import COLOURS

# Red, orange, yellow, green, turquoise, blue, purple, pink: equally far apart by name, so that
# green does not take a third of the wheel.
NAMED_HUES_DEGREES = (29.0, 58.0, 95.0, 145.0, 195.0, 258.0, 303.0, 350.0)

# To the linear cone responses, and from their cubes to linear sRGB.
TO_CONES = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
TO_LINEAR = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)

_MIDDLE, _REACH = 0.53, 0.44  # of lightness
_MOST_GAIN = 1.8
_GAMUT = 0.96
_LIGHTNESSES, _ANGLES = 33, 96


class Palette(nn.Module):
    """From named controls to six colours ``[6, 3]`` in OKLab."""

    gamut: Tensor
    ramp: Tensor
    mixed: Tensor
    accents: Tensor
    knots: Tensor
    bends: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("gamut", _gamut_table(), persistent=False)
        self.register_buffer("ramp", torch.linspace(-0.5, 0.5, COLOURS), persistent=False)
        constants = {
            "mixed": [-0.40, 0.35, -0.5, 0.5, -0.15, 0.25],
            "accents": [0.0, -1.2, 0.0, 0.0, 2.4, 1.1],
        }
        for name, values in constants.items():
            self.register_buffer(name, torch.tensor(values), persistent=False)
        knots, bends = _hue_line()
        self.register_buffer("knots", knots, persistent=False)
        self.register_buffer("bends", bends, persistent=False)

    def forward(
        self, hue: Tensor, controls: dict[str, Tensor], own: Tensor, use: Tensor, scatter: Tensor
    ) -> Tensor:
        """The palette, from the dark end of the ramp to the light one.

        Args:
            hue: named hue as an angle, in half turns; 0 lies between green and turquoise.
            controls: ``spread``, ``chroma``, ``light``, ``contrast``, each -1..1.
            own: six numbers of this place: order and accents.
            use: share of each colour, ``[6]``, sum 1.
            scatter: covariance of the shares, ``[6, 6]``.
        """

        def even(x: Tensor, least: float) -> Tensor:
            off = x - use @ x
            return off / torch.sqrt((use * off * off).sum().clamp_min(least * least))

        mix = (0.5 * own[0] + 0.1).clamp(0.0, 0.6)
        order = even((1 - mix) * self.ramp + mix * self.mixed, 0.16)
        order = order / torch.sqrt((order @ scatter @ order).clamp_min(0.45**2))
        amount = (controls["spread"] + 1) / 2
        angle = self.angle(hue) + (0.04 + 1.45 * amount**1.5) * even(self.ramp, 0.18)
        # Rare colours may be accents, towards the other side of the wheel.
        rare = ((0.3 - use) / 0.2).clamp(0.0, 1.0)
        accents = self.accents * torch.stack(
            [own[0] * 0, own[4], own[0] * 0, own[0] * 0, own[0] * 0 + 1, own[5]]
        )
        bold = (1.2 + 2 * own[2]).clamp(0.0, 1.0)
        angle = angle + bold * amount * (1 - amount) * 2.8 * rare * accents
        light = _MIDDLE + 0.25 * controls["light"]
        light = light + (0.02 + 0.107 * (controls["contrast"] + 1)) * order
        # Soft ends: neither a dead black nor a burnt white.
        light = _MIDDLE + _REACH * torch.tanh((light - _MIDDLE) / _REACH)
        # Shadows are cool, lights warm; dark yellows turn to wine and dark limes to pine, not to
        # olive.
        angle = angle + 0.30 * (_MIDDLE - light).clamp(-0.4, 0.4) * torch.sin(4.5 - angle)
        dark = (0.66 - light).clamp(0.0, 0.5)
        angle = angle + dark * (1.8 * _near(angle, 135, 22) - 2.4 * _near(angle, 85, 28))
        chroma = self._chroma(controls["chroma"], light, angle, use)
        return torch.stack([light, chroma * torch.cos(angle), chroma * torch.sin(angle)], 1)

    def angle(self, hue: Tensor) -> Tensor:
        """A named hue, -1..1 and beyond, as an angle of OKLab in radians; goes on around."""
        turns = torch.floor((hue + 1) / 2)
        at = (hue + 1 - 2 * turns) * (len(NAMED_HUES_DEGREES) / 2)
        line = self.bends * (at - self.knots).clamp_min(0.0)
        return math.radians(NAMED_HUES_DEGREES[0]) + line.sum() + 2 * math.pi * turns

    def _chroma(self, asked: Tensor, light: Tensor, angle: Tensor, use: Tensor) -> Tensor:
        """Of each colour; where some reach the gamut, the others give more."""
        wanted = 0.010 + 0.098 * (asked + 1)
        most = _GAMUT * self.most_chroma(light, angle)
        gain = torch.ones_like(wanted)
        for _ in range(4):
            reached = (use * torch.minimum(wanted * gain, most)).sum()
            gain = gain * wanted / torch.maximum(reached, wanted / _MOST_GAIN)
        return torch.minimum(wanted * gain.clamp(max=_MOST_GAIN), most)

    def most_chroma(self, light: Tensor, angle: Tensor) -> Tensor:
        """The most chroma that sRGB has at lightness (0..1) and angle, ``[n]`` each."""
        turn = angle / (2 * math.pi)
        turn = turn - torch.floor(turn)
        at = torch.stack([turn * 2 - 1, light * 2 - 1], 1)[None, None]
        found: Tensor = functional.grid_sample(
            self.gamut[None, None], at, padding_mode="border", align_corners=True
        )
        return found[0, 0, 0]


def to_linear(lab: Tensor) -> Tensor:
    """OKLab ``[3, n]`` to linear sRGB ``[3, n]``, not clipped."""
    cones = torch.tensor(TO_CONES, device=lab.device, dtype=lab.dtype) @ lab
    return torch.tensor(TO_LINEAR, device=lab.device, dtype=lab.dtype) @ (cones * cones * cones)


def _near(angle: Tensor, degrees: float, width: float) -> Tensor:
    turn = (angle - math.radians(degrees)) / (2 * math.pi)
    off = (turn - torch.floor(turn + 0.5)) * (360 / width)
    return torch.exp(-off * off)


def _hue_line() -> tuple[Tensor, Tensor]:
    """Knots and changes of slope of the way round the named hues, ``[8]`` each."""
    hues = np.deg2rad([*NAMED_HUES_DEGREES, NAMED_HUES_DEGREES[0] + 360])
    slopes = np.diff(hues)
    bends = np.diff(slopes, prepend=0.0)
    return torch.arange(len(bends), dtype=torch.float32), torch.tensor(bends, dtype=torch.float32)


def _gamut_table() -> Tensor:
    """The most chroma within sRGB, ``[lightness 0..1, angle 0..2 pi]``, by bisection."""
    light = np.linspace(0, 1, _LIGHTNESSES)[:, None]
    angle = np.linspace(0, 2 * math.pi, _ANGLES + 1)[None]
    low, high = np.zeros((_LIGHTNESSES, _ANGLES + 1)), np.full((_LIGHTNESSES, _ANGLES + 1), 0.4)
    for _ in range(20):
        chroma = (low + high) / 2
        lab = np.stack([light + 0 * chroma, chroma * np.cos(angle), chroma * np.sin(angle)])
        cones = np.tensordot(np.array(TO_CONES), lab, 1) ** 3
        linear = np.tensordot(np.array(TO_LINEAR), cones, 1)
        inside = ((linear > -0.002) & (linear < 1.002)).all(0)
        low, high = np.where(inside, chroma, low), np.where(inside, high, chroma)
    return torch.tensor(low, dtype=torch.float32)
