"""Network bending: what a layer made is changed before the next one sees it.

After Broad, Leymarie and Grierson (2005.12420, section 3): scale, zoom, rotation, translation,
dilation and erosion, threshold and inversion, each by an amount in the place, 0 for none.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional

AMOUNTS = ("scale", "zoom", "spin", "dx", "dy", "dilate", "threshold", "invert")
"""Octaves of strength; octaves; radians; widths of the layer; -1 erodes .. 1; 0 .. 1; 0 .. 1."""
_STEEP = 8.0
"""How hard a threshold is, in deviations."""


def moved(zoom: Tensor, spin: Tensor, dx: Tensor, dy: Tensor) -> Tensor:
    """The inverse ``[batch, 3, 3]`` of zooming (octaves), turning (radians) and moving (widths).

    It leads from a pixel of the picture to where it is taken from, with coordinates of one unit a
    width. All ``[batch]``.
    """
    near = torch.exp2(-zoom)
    cosine, sine = near * torch.cos(spin), near * torch.sin(spin)
    zero, one = torch.zeros_like(spin), torch.ones_like(spin)
    rows = [
        cosine, -sine, sine * dy - cosine * dx,
        sine, cosine, -sine * dx - cosine * dy,
        zero, zero, one,
    ]  # fmt: skip
    return torch.stack(rows, 1).reshape(-1, 3, 3)


def bend(value: Tensor, amounts: Tensor) -> Tensor:
    """Activations ``[batch, channels, h, w]`` bent by ``amounts [batch, 8]``, in their order."""
    scale, zoom, spin, dx, dy, dilate, threshold, invert = amounts.unbind(1)
    value = _take(value, moved(zoom, spin, dx, dy))
    wide = [amount[:, None, None, None] for amount in (scale, dilate, threshold, invert)]
    value = value * torch.exp2(wide[0])
    grown = functional.max_pool2d(value, 3, stride=1, padding=1)
    thinned = -functional.max_pool2d(-value, 3, stride=1, padding=1)
    grow, thin = wide[1].clamp(0, 1), (-wide[1]).clamp(0, 1)
    value = value + grow * (grown - value) + thin * (thinned - value)
    mean = value.mean((2, 3), keepdim=True)
    away = value - mean
    spread = (away.square().mean((2, 3), keepdim=True) + 1e-8).sqrt()
    step = spread * torch.tanh(_STEEP * away / spread)
    away = away + wide[2].clamp(0, 1) * (step - away)
    return mean + away * (1 - 2 * wide[3].clamp(0, 1))


def _take(value: Tensor, transform: Tensor) -> Tensor:
    """Each pixel from where ``transform`` says, bilinear, mirrored beyond the edges."""
    height, width = value.shape[2:]
    y = (torch.arange(height, device=value.device) + 0.5) / height - 0.5
    x = (torch.arange(width, device=value.device) + 0.5) / width - 0.5
    y, x = y[:, None].expand(height, width) * (height / width), x[None, :].expand(height, width)
    there = torch.stack([x, y, torch.ones_like(x)], 2).reshape(-1, 3)
    found = there @ transform[:, :2].transpose(1, 2).float()
    across, down = found.unbind(2)
    grid = torch.stack([2 * across, 2 * down * (width / height)], 2)
    grid = grid.reshape(-1, height, width, 2).to(value.dtype)
    return functional.grid_sample(
        value, grid, mode="bilinear", padding_mode="reflection", align_corners=False
    )


FULL = {
    "scale": 2.0, "zoom": 1.0, "spin": math.pi, "dx": 0.5, "dy": 0.5,
    "dilate": 1.0, "threshold": 1.0, "invert": 1.0,
}  # fmt: skip
"""Each amount at the end of its slider."""
