"""Random places, and what their colours are set by: one look at a small picture of each."""

import math

import torch
from torch import Tensor, nn

from latent_resonance.networks.fields.draw import grid, look
from latent_resonance.networks.fields.fold import Fold
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

_LOOK = 40  # pixels of a side
_USUAL_PITCH = 0.58  # how fine a picture is whose scale is 0
_RAMP = 0.30  # deviation of a ramp that is used from end to end
_MAPPINGS = 3
_LEADS = 9.0


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
        zero = torch.zeros_like(even[0])
        angle = math.pi * even[0]
        spread = zero - 0.8
        for share, value in ((0.2, -0.3), (0.55, 0.2), (0.85, 0.8)):
            spread = torch.where(even[1] > 2 * share - 1, zero + value, spread)
        taken = torch.where(even[2] > 0.2, 0.4 + 0.6 * (even[2] - 0.2) / 0.8, zero - 1)
        controls = {
            "spread": spread + 0.12 * normal[3],
            "chroma": 0.27 + 0.43 * normal[4],
            "light": -0.09 + 0.43 * normal[5],
            "contrast": 0.52 + 0.30 * normal[6],
            "jagged": even[7],
            "scale": 0.45 * normal[8],
            "detail": even[9],
            "symmetry": taken,
            "points": even[10],
        }
        values = torch.stack([controls[name] for name in CONTROLS]).clamp(-1.0, 1.0)
        families = torch.softmax(4.5 * normal[-len(FAMILIES) :], 0)
        rest = torch.zeros(len(LIVE), device=z.device, dtype=z.dtype)
        w = torch.cat(
            [
                _unit(style)[0],
                torch.stack([torch.cos(angle), torch.sin(angle)]),
                values,
                families,
                _uncalibrated(z),
                rest,
            ]
        )[None]
        return calibrate(self.fold, w)


class Mix(nn.Module):
    """From noise ``z [1, n]``, normal, to a place between ``n`` known ones, ``w [1, SIZE]``.

    One or two of them lead, so that the new place is as lively as they are, and as well calibrated.

    Args:
        places: ``[n, SIZE]``.
    """

    def __init__(self, places: Tensor) -> None:
        super().__init__()
        self.places = nn.Parameter(places)

    def forward(self, z: Tensor) -> Tensor:
        """The mixture; shares fall off exponentially with the noise."""
        return torch.softmax(_LEADS * z, 1) @ self.places


def calibrate(fold: Fold, w: Tensor) -> Tensor:
    """The same place with its calibration measured, ``[1, SIZE]``.

    First how fine the picture is (then the same scale is as fine everywhere), then the span of the
    ramp (then the palette is used from end to end), then how much of each colour is seen.
    """
    pixels = grid(_LOOK, _LOOK).to(w)
    w = _with(w, "calibration", torch.tensor([0.0, 0.0, 1.0]).to(w))
    plain = _set(_set(_set(w, "scale", 0.0), "symmetry", -1.0), "detail", -0.4)
    shares, ramp = look(fold(plain), pixels)
    steps = torch.arange(COLOURS, device=w.device, dtype=w.dtype)
    seen = (steps @ shares + 2 * ramp).reshape(_LOOK, _LOOK)
    rough = (seen.diff(dim=0) ** 2).mean() + (seen.diff(dim=1) ** 2).mean()
    fine = torch.sqrt(rough) / (_deviation(seen) + 0.1)
    pitch = (0.8 * torch.log2(fine / _USUAL_PITCH)).clamp(-1.0, 1.0)
    zero = torch.zeros_like(pitch)
    w = _with(w, "calibration", torch.stack([pitch, zero, zero + 1]))
    _, ramp = look(fold(_set(w, "detail", -1.0)), pixels)
    families = w[0, SLOTS["families"]].clamp_min(0.0)
    # Lines want a calm dark ground.
    calm = families[FAMILIES.index("lines")] / families.sum().clamp_min(1e-6)
    width = torch.maximum(_deviation(ramp), 0.05 + 0.25 * calm) / _RAMP
    middle = ramp.mean() - (0.5 - 0.35 * calm) * width
    w = _with(w, "calibration", torch.stack([pitch, middle, width]))
    shares, _ = look(fold(w), pixels)
    use = shares.mean(1)
    off = shares - use[:, None]
    w = _with(w, "use", (use + 0.01) / (use + 0.01).sum())
    return _with(w, "scatter", (off @ off.T / off.shape[1]).reshape(-1))


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
