"""Random places, and what their colours are set by: one look at a small picture of each."""

import math

import torch
from torch import Tensor, nn

from latent_resonance.networks.fields.draw import draw, grid, look
from latent_resonance.networks.fields.fold import Fold, jagged_at
from latent_resonance.networks.fields.layout import (
    CALIBRATION,
    COLOURS,
    CONTROLS,
    FAMILIES,
    LIVE,
    SLOTS,
    STYLE,
    slot,
)

DRAWS = 2 + len(CONTROLS) + 1 + len(FAMILIES)
"""Numbers that the controls of a random place are made of, beside those of its style."""

COLOUR_DRAWS = 6
"""Numbers that the colours of a random place are made of."""

_LOOK = 40  # pixels of a side
_WATCH = 128  # the same, to see how fine all is
_USUAL_FINENESS, _FINENESS_OF_SCALE = -1.35, 0.9  # octaves
_ROUNDS, _STEP, _MOST_PITCH = 4, 0.8, 1.8
_RAMP = 0.30  # deviation of a ramp that is used from end to end
_MAPPINGS = 3
_LEADS = 12.0


class Sample(nn.Module):
    """From noise, ``z [1, 64]`` and ``draws [1, 20]``, both normal, to a place ``w [1, SIZE]``."""

    def __init__(self, fold: Fold, seed: int = 5) -> None:
        super().__init__()
        self.fold = fold
        maker = torch.Generator().manual_seed(seed)
        shape = (_MAPPINGS, STYLE, STYLE)
        self.mapping = nn.Parameter(torch.randn(shape, generator=maker) / math.sqrt(STYLE))

    def forward(self, z: Tensor, draws: Tensor) -> Tensor:
        """A place as a performer would want it: mostly one family, lively colours."""
        style = _unit(z)
        for weights in self.mapping:
            style = style @ weights.T
            style = torch.maximum(style, 0.2 * style) * 1.39
        normal = draws[0]
        even = torch.erf(normal / math.sqrt(2))  # -1..1
        mirrored = 0.4 + 0.6 * (even[2] - 0.2) / 0.8
        taken = torch.where(even[2] > 0.2, mirrored, torch.full_like(mirrored, -1.0))
        hue, colours = _colours(torch.cat([normal[:2], normal[3:7]]))
        forms = {
            "jagged": jagged_at((even[7] + 1) / 2),
            "scale": 0.45 * normal[8],
            "detail": 0.7 * even[9] - 0.3,
            "symmetry": taken,
            "points": even[10],
        }
        values = torch.stack([forms[name] for name in CONTROLS[len(colours) :]])
        families = torch.softmax(4.5 * normal[-len(FAMILIES) :], 0)
        rest = torch.zeros(len(LIVE), device=z.device, dtype=z.dtype)
        w = torch.cat(
            [
                _unit(style)[0],
                hue,
                colours,
                values.clamp(-1.0, 1.0),
                families,
                _uncalibrated(z),
                rest,
            ]
        )[None]
        return calibrate(self.fold, w)


class Mix(nn.Module):
    """From noise ``z [1, n + COLOUR_DRAWS]``, normal, to a place ``w [1, SIZE]``.

    Its forms lie between ``n`` known ones, of which one or two lead, so that they are as lively and
    as well calibrated; its colours, which calibration does not depend on, are drawn anew.

    Args:
        places: ``[n, SIZE]``.
    """

    def __init__(self, places: Tensor) -> None:
        super().__init__()
        self.places = nn.Parameter(places)

    def forward(self, z: Tensor) -> Tensor:
        """The mixture; shares fall off exponentially with the noise."""
        count = len(self.places)
        forms = torch.softmax(_LEADS * z[:, :count], 1) @ self.places
        hue, colours = _colours(z[0, count:])
        first = SLOTS["hue"].start
        new = torch.cat([hue, colours])[None]
        return torch.cat([forms[:, :first], new, forms[:, first + new.shape[1] :]], 1)


def _colours(normal: Tensor) -> tuple[Tensor, Tensor]:
    """From ``COLOUR_DRAWS`` normal numbers: a hue ``[2]``, and spread, chroma, light, contrast."""
    even = torch.erf(normal / math.sqrt(2))  # -1..1
    angle = math.pi * even[0]
    spread = torch.full_like(angle, -0.8)
    for share, value in ((0.2, -0.3), (0.55, 0.2), (0.85, 0.8)):
        spread = torch.where(even[1] > 2 * share - 1, torch.full_like(angle, value), spread)
    values = [
        spread + 0.12 * normal[2],
        0.27 + 0.43 * normal[3],
        -0.09 + 0.43 * normal[4],
        0.52 + 0.30 * normal[5],
    ]
    hue = torch.stack([torch.cos(angle), torch.sin(angle)])
    return hue, torch.stack(values).clamp(-1.0, 1.0)


def calibrate(fold: Fold, w: Tensor) -> Tensor:
    """The same place with its calibration measured, ``[1, SIZE]``.

    How fine the picture is, so that the same scale is as fine everywhere, whatever the detail and
    the family; the span of the ramp, so that the palette is used from end to end; how much of each
    colour is seen.
    """
    zero = torch.zeros(1, device=w.device, dtype=w.dtype)
    pixels = grid(_WATCH, _WATCH).to(w)
    asked = _USUAL_FINENESS - _FINENESS_OF_SCALE * w[0, slot("scale")]
    pitch = zero
    for _ in range(_ROUNDS):
        w = _coloured(fold, w, pitch)
        off = _fineness(draw(fold(w), pixels)) - asked
        pitch = (pitch + off.clamp(-_STEP, _STEP)).clamp(-_MOST_PITCH, _MOST_PITCH)
    return _coloured(fold, w, pitch)


def _coloured(fold: Fold, w: Tensor, pitch: Tensor) -> Tensor:
    """Calibrated for a pitch ``[1]``: the ramp first, then the use of the colours."""
    pixels = grid(_LOOK, _LOOK).to(w)
    zero = torch.zeros_like(pitch)
    w = _with(w, "calibration", torch.cat([pitch, zero, zero + 1]))
    _, ramp = look(fold(_set(w, "detail", -1.0)), pixels)
    families = w[0, SLOTS["families"]].clamp_min(0.0)
    # Lines want a calm dark ground.
    calm = families[FAMILIES.index("lines")] / families.sum().clamp_min(1e-6)
    width = torch.maximum(_deviation(ramp), 0.05 + 0.25 * calm) / _RAMP
    middle = ramp.mean() - (0.5 - 0.35 * calm) * width
    w = _with(w, "calibration", torch.cat([pitch, torch.stack([middle, width])]))
    shares, _ = look(fold(w), pixels)
    use = shares.mean(1)
    off = shares - use[:, None]
    w = _with(w, "use", (use + 0.01) / (use + 0.01).sum())
    return _with(w, "scatter", (off @ off.T / off.shape[1]).reshape(-1))


def _fineness(picture: Tensor) -> Tensor:
    """Of ``[1, 3, h, w]``: the mean step over two pixels by the deviation, in octaves."""
    down = picture[:, :, 2:, 1:-1] - picture[:, :, :-2, 1:-1]
    across = picture[:, :, 1:-1, 2:] - picture[:, :, 1:-1, :-2]
    steps = down**2 + across**2
    spread = torch.sqrt(((picture - picture.mean((2, 3), keepdim=True)) ** 2).mean((2, 3)).sum())
    return torch.log2((torch.sqrt(steps.sum(1)).mean() + 1e-5) / (spread + 0.03))


def _uncalibrated(like: Tensor) -> Tensor:
    size = len(CALIBRATION) + COLOURS + COLOURS * COLOURS
    return torch.zeros(size, device=like.device, dtype=like.dtype) + 1 / COLOURS


def _unit(x: Tensor) -> Tensor:
    return x / torch.sqrt((x * x).mean() + 1e-8)


def _deviation(x: Tensor) -> Tensor:
    return torch.sqrt(((x - x.mean()) ** 2).mean() + 1e-12)


def _with(w: Tensor, name: str, values: Tensor) -> Tensor:
    where = SLOTS[name]
    return torch.cat([w[:, : where.start], values[None], w[:, where.stop :]], 1)


def _set(w: Tensor, name: str, value: float) -> Tensor:
    at = slot(name)
    there = torch.zeros_like(w[:, :1]) + value
    return torch.cat([w[:, :at], there, w[:, at + 1 :]], 1)
