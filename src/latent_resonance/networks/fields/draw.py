"""Pixels from a packet: a trunk at a quarter of the rate, a head at full rate.

No sine and no arctangent: waves are parabolas and triangles, the hash of the cells is exact on
whole numbers, and only ``exp`` and ``sqrt`` remain, so that processors, PyTorch and shaders draw
the same picture to a grey level. Sources: domain warp (I. Quilez, 2002), cells (S. Worley,
SIGGRAPH 1996) with the exact distance to the border (I. Quilez, 2012), OKLab (B. Ottosson, 2020).

The twin for shaders is ``shading/drawing.glsl``: what changes here changes there.
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from latent_resonance.networks.fields.fold import Packet
from latent_resonance.networks.fields.layout import COARSE, COLOURS
from latent_resonance.networks.fields.palette import to_linear

_USUAL_PIXEL = 2 / 256
_HASH = 289.0
_PRIME = 251.0
_AROUND = 16.0  # cells until the pattern repeats


def grid(height: int, width: int) -> Tensor:
    """Where the middles of pixels are, ``[1, 2, height, width]``: x and y, y from -1 to 1."""
    y = (torch.arange(height) + 0.5) * (2 / height) - 1
    x = ((torch.arange(width) + 0.5) * 2 - width) / height
    return torch.stack([x.expand(height, width), y[:, None].expand(height, width)])[None]


def draw(packet: Packet, pixels: Tensor) -> Tensor:
    """The picture at ``pixels [1, 2, height, width]``, sRGB ``[1, 3, height, width]`` in 0..1.

    Sides are multiples of ``COARSE``, and pixels are as far apart in x as in y.
    """
    height, width = pixels.shape[-2:]
    points = _place(pixels[0].reshape(2, -1), packet)
    few = functional.avg_pool2d(pixels, COARSE)
    coarse = trunk(packet, _place(few[0].reshape(2, -1), packet))
    coarse = coarse.reshape(1, -1, height // COARSE, width // COARSE)
    fine = functional.interpolate(coarse, scale_factor=COARSE, mode="bilinear")
    size = pixels[0, 1, 1, 0] - pixels[0, 1, 0, 0]
    channels = fine.reshape(fine.shape[1], -1)
    cells = _cells(packet, channels, points)
    pixel = _pixel(packet, size)
    shares, shade, _ = _ramp(packet, channels, points, cells, pixel)
    lab = _colours(packet, shares, shade, channels, points, cells.border, pixel)
    return to_srgb(lab).reshape(1, 3, height, width)


def look(packet: Packet, pixels: Tensor) -> tuple[Tensor, Tensor]:
    """What colours are set by: shares ``[6, n]`` and the ramp ``[n]`` in 0..1, all at full rate."""
    points = _place(pixels[0].reshape(2, -1), packet)
    channels = trunk(packet, points)
    cells = _cells(packet, channels, points)
    shares, _, position = _ramp(packet, channels, points, cells, _pixel(packet, _USUAL_PIXEL))
    return shares, position / (COLOURS - 1)


def wave(x: Tensor, jagged: Tensor | float) -> Tensor:
    """Periodic in 1, like a cosine: a parabola (``jagged`` 0) to a triangle (1)."""
    t = 1 - 4 * (x - torch.floor(x + 0.5)).abs()
    return t * (1 + (1 - jagged) * (1 - t.abs()))


def trunk(packet: Packet, points: Tensor) -> Tensor:
    """Channels ``[trunk, n]`` at field coordinates ``[2, n]``; the first two are the warp."""
    par = packet["par"]
    jagged = par[2, 1]
    low = _features(points, packet["f1"], jagged)
    x = wave(_linear(packet, "t2", _leaky(_linear(packet, "t1", low))), jagged)
    # Few triangle waves leave large facets: straight contours that meet in corners.
    facets = 0.45 * low[: len(low) // 2].reshape(4, -1, low.shape[1]).sum(1)
    early = _linear(packet, "wp", x)
    early = early + par[5, 0] * (facets - early)
    high = _features(points + par[2, 0] * early[:2], packet["f2"], jagged)
    late = wave(_linear(packet, "t3", torch.cat([high, x])), jagged)
    return torch.cat([early, (1 - 0.7 * par[5, 0]) * late])


def _ramp(
    packet: Packet, channels: Tensor, points: Tensor, cells: "_Cells", pixel: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Shares of the six colours ``[6, n]``, what varies the light ``[n]``, and the ramp.

    The ramp is each pixel's position along the palette, 0..5, ``[n]``.
    """
    par = packet["par"]
    jagged, family = par[2, 1], par[17:19].reshape(-1)
    warped = points + par[2, 0] * channels[:2]
    cell = 0.06 + par[28, 0] * cells.value + par[28, 1] * (cells.near - 0.3)
    cell = cell + par[28, 2] * cells.slope
    rings = _rings(par, warped)
    bands = 0.5 + 0.48 * wave(par[19, 0] * channels[2] + par[19, 1], jagged)
    waves, glow = _waves(par, points), _glow(par, warped)
    seen = torch.stack(
        [cells.value, cells.near, cells.slope, cells.border, rings, waves, bands, glow]
    )
    drawn = torch.stack(
        [
            family[2] + family[3],
            family[2],
            family[3],
            family[2],
            family[5],
            family[6],
            family[1],
            family[7],
        ]
    )
    head = torch.cat([channels, (seen * 2 - 1) * (1.25 * drawn)[:, None]])
    head = _leaky(_linear(packet, "h2", wave(_linear(packet, "h1", head), jagged)))
    net = _linear(packet, "out", head)
    lines = 0.10 + 0.12 * channels[3]
    made = torch.stack([0.5 + 0.45 * channels[3], bands, cell, cell, lines, rings, waves, glow])
    position = par[27, 3] * (family @ made) + par[28, 3]
    position = (COLOURS - 1) * position.clamp(-0.1, 1.1)
    steps = torch.arange(COLOURS, device=points.device, dtype=points.dtype)[:, None]
    off = position - steps
    # No harder than pixels can show, or thin bands would break into dots.
    blur = 3.5 * par[27, 3] * pixel
    hard = par[19, 2] / (1 + 2 * par[19, 2] * blur * blur)
    shares = torch.softmax(par[19, 3] * net[:COLOURS] - hard * off * off, 0)
    return shares, net[7], position


def _colours(
    packet: Packet,
    shares: Tensor,
    shade: Tensor,
    channels: Tensor,
    points: Tensor,
    border: Tensor,
    pixel: Tensor,
) -> Tensor:
    """OKLab ``[3, n]``: the ramp's colours, light, lines and ink."""
    par = packet["par"]
    soft = 1.5 * pixel + par[20, 3]
    lab = par[21:27, :3].T @ shares
    # A mixture is as colourful as its parts: opposite hues do not meet in olive and grey.
    dull = torch.sqrt(lab[1] * lab[1] + lab[2] * lab[2] + 1e-6)
    gain = ((par[21:27, 3] @ shares) / dull).clamp(1.0, 1.5)
    lab = lab * torch.stack([torch.ones_like(gain), gain, gain])
    # Jagged: thin ink where two colours meet.
    seam = (2 - 2 * (shares * shares).sum(0)).clamp(0.0, 1.0)
    lab = lab + par[2, 2] * seam * (par[27, :3, None] - lab)
    grain = _grain(par, points, channels)
    lab = lab * (1 + par[2, 3] * (0.5 * grain + 0.2 * shade.clamp(-2.0, 2.0)))
    for k in range(4):
        x, y, phase, width = par[12 + k]
        at = x * points[0] + y * points[1] + phase + par[20, 0] * channels[k]
        off = (at - torch.floor(at + 0.5)).abs() * par[16, k]
        core = (0.5 + (width - off) / soft).clamp(0.0, 1.0)
        around = off / (2.5 * width + 0.02)
        around = 1 + around * around
        line = torch.maximum(core, par[20, 2] / (around * around))
        colour = par[26 - 2 * (k & 1) - (k >> 1), :3, None]
        lab = lab + par[20, 1] * line * (colour - lab)
    ink = par[3, 3] * (0.5 - (border - par[3, 2]) / par[3, 0] / soft).clamp(0.0, 1.0)
    return lab + ink * (par[27, :3, None] - lab)


def to_srgb(lab: Tensor) -> Tensor:
    """OKLab ``[3, n]`` to sRGB ``[3, n]`` in 0..1; the transfer curve by three square roots."""
    root = to_linear(lab).clamp(1e-5, 1.0).sqrt()
    fourth = root.sqrt()
    curve = 0.585122381 * root + 0.783140355 * fourth - 0.368262736 * fourth.sqrt()
    return curve.clamp(0.0, 1.0)


def _pixel(packet: Packet, size: Tensor | float) -> Tensor:
    """One pixel in units of the field, so that edges are as soft as a pixel at any size."""
    par = packet["par"]
    return size * torch.sqrt((par[0, :2] ** 2).sum() * (par[1, :2] ** 2).sum())


def _place(pixels: Tensor, packet: Packet) -> Tensor:
    """Pixels ``[2, n]`` to field coordinates: camera, kaleidoscope of any order, place."""
    par = packet["par"]
    x = par[0, 0] * pixels[0] - par[0, 1] * pixels[1]
    y = par[0, 1] * pixels[0] + par[0, 0] * pixels[1]
    wide, high = x.abs(), y.abs()
    radius = torch.sqrt(x * x + y * y + 1e-9)
    steep = torch.minimum(wide, high) / (torch.maximum(wide, high) + 1e-9)
    # Arctangent of 0..1 as a polynomial, mirrored to all eight octants.
    angle = steep * (0.785398 + (1 - steep) * (0.2447 + 0.0663 * steep))
    angle = torch.where(high > wide, 1.570796 - angle, angle)
    angle = torch.where(x < 0, 3.141593 - angle, angle) / (2 * par[0, 3])
    folded = (angle - torch.floor(angle + 0.5)).abs() * (par[0, 3] / 3.14159265)
    # Its edge follows its own petals, else it would be seen as a circle.
    petals = 1 + 0.3 * wave(folded * (3.14159265 / par[0, 3]), 0.0)
    share = (par[0, 2] - radius * petals).clamp(0.0, 1.0)
    x = x + share * (radius * _cosine(folded) - x)
    y = y + share * (radius * _cosine(folded - 0.25) - y)
    return torch.stack(
        [
            par[1, 0] * x - par[1, 1] * y + par[1, 2],
            par[1, 1] * x + par[1, 0] * y + par[1, 3],
        ]
    )


def _cosine(turns: Tensor) -> Tensor:
    """Of an angle in turns, to .001."""
    value = wave(turns, 0.0)
    return value * (0.775 + 0.225 * value.abs())


def _features(points: Tensor, waves: Tensor, jagged: Tensor) -> Tensor:
    at = waves[:, :2] @ points + waves[:, 2:3]
    return torch.cat([wave(at, jagged), wave(at - 0.25, jagged)]) * waves[:, 3].repeat(2)[:, None]


def _linear(packet: Packet, name: str, x: Tensor) -> Tensor:
    return packet[name] @ x + packet[name + "b"][:, None]


def _leaky(x: Tensor) -> Tensor:
    return torch.maximum(x, 0.2 * x)


def _hash(x: Tensor) -> Tensor:
    """Whole numbers to 0..288, by (17 x + 1) x modulo 289: exact in float32."""
    y = (17 * x + 1) * x
    return y - _HASH * torch.floor((y + 0.5) * (1 / _HASH))


def _cube(x: Tensor) -> Tensor:
    """Whole numbers to 0..250, by x^3 modulo 251: exact in float32; neighbours do not rhyme."""
    x = _modulo(x)
    return _modulo(_modulo(x * x) * x)


def _modulo(x: Tensor) -> Tensor:
    return x - _PRIME * torch.floor((x + 0.5) * (1 / _PRIME))


class _Cells(NamedTuple):
    """Of the nearest jittered centre, each ``[n]``: distance, border's, value, slope."""

    near: Tensor
    border: Tensor
    value: Tensor
    slope: Tensor


def _cells(packet: Packet, channels: Tensor, points: Tensor) -> _Cells:
    par = packet["par"]
    at = (points + par[3, 1] * channels[:2]) * par[3, 0]
    jitter, dance, flow = par[29, 0], par[29, 1:], par[30, 0]
    corner = torch.floor(at)
    inside = at - corner
    first = second = torch.full_like(inside[0], 9.0)
    x1 = y1 = x2 = y2 = value = torch.zeros_like(inside[0])
    for dx in (-1, 0, 1):
        column = corner[0] + dx
        column = _hash(column - _AROUND * torch.floor(column / _AROUND) + 3)
        for dy in (-1, 0, 1):
            row = corner[1] + dy
            h1 = _hash(column + row - _AROUND * torch.floor(row / _AROUND))
            u1, u2, u3 = h1 / _HASH, _hash(h1 + 7) / _HASH, _hash(h1 + 101) / _HASH
            # Whole turns of each centre in one turn of the flow.
            turn = torch.floor(4 * u3 - 1.5) * flow
            x = 0.5 + jitter * wave(u1 + dance[0] * (u3 - 0.5) + turn, 0.0) + dx - inside[0]
            y = 0.5 + jitter * wave(u2 + dance[1] * (u1 - 0.5) + turn, 0.0) + dy - inside[1]
            away = x * x + y * y
            nearest, next_ = away < first, away < second
            x2 = torch.where(nearest, x1, torch.where(next_, x, x2))
            y2 = torch.where(nearest, y1, torch.where(next_, y, y2))
            second = torch.where(nearest, first, torch.minimum(second, away))
            x1, y1 = torch.where(nearest, x, x1), torch.where(nearest, y, y1)
            first = torch.where(nearest, away, first)
            own = 0.5 + 0.5 * wave(u3 + dance[2] * (u2 - 0.5), 0.0)
            value = torch.where(nearest, own, value)
    apart = torch.sqrt((x2 - x1) ** 2 + (y2 - y1) ** 2 + 1e-6)
    slope = -(x1 * wave(2 * value, 0.0) + y1 * wave(2 * value - 0.25, 0.0))
    return _Cells(torch.sqrt(first), 0.5 * (second - first) / apart, value, slope)


def _away(par: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Distance, ``[n]``: round, or of a mixture of square, hexagon and star."""
    wide, high = x.abs(), y.abs()
    radius = torch.sqrt(x * x + y * y + 1e-9)
    square = torch.maximum(wide, high)
    hexagon = torch.maximum(0.866 * wide + 0.5 * high, high)
    star = 0.6 * (wide + high + 1.2 * torch.sqrt(wide * high + 1e-6))
    shape = par[5, 1] * square + par[5, 2] * hexagon + par[5, 3] * star
    return radius + par[5, 0] * (shape - radius)


def _rings(par: Tensor, warped: Tensor) -> Tensor:
    away = _away(par, warped[0] - par[4, 0], warped[1] - par[4, 1])
    return 0.5 + 0.48 * wave(away * par[4, 2] + par[4, 3], par[2, 1])


def _grain(par: Tensor, points: Tensor, channels: Tensor) -> Tensor:
    """Noise on a lattice of triangles, -1..1, ``[n]``: as fine in all pictures, whatever the scale.

    Each corner of the lattice has a value by hash that turns with the flow.
    """
    rate, jagged = par[30, 1], par[2, 1]
    x = rate * (points[0] + 0.06 * channels[4]) + par[30, 2]
    y = rate * (points[1] + 0.06 * channels[5]) + par[30, 3]
    x, y = x + 0.57735027 * y, 1.15470054 * y
    column, row = torch.floor(x), torch.floor(y)
    x, y = x - column, y - row
    most, least = torch.maximum(x, y), torch.minimum(x, y)
    total = torch.zeros_like(x)
    left, above = _cube(column), _cube(row)
    beside, below = _cube(column + 1), _cube(row + 1)
    between = torch.where(x > y, beside + above, left + below)
    corners = ((1 - most, left + above), (most - least, between), (least, beside + below))
    for far, corner in corners:
        value = _cube(corner) / _PRIME
        value = value + torch.floor(4 * value - 1.5) * par[30, 0]
        soft = far * far * (3 - 2 * far)
        total = total + (soft + jagged * (far - soft)) * wave(value, 0.0)
    return total


def _waves(par: Tensor, points: Tensor) -> Tensor:
    """From three points, added."""
    total = 0.5 * torch.ones_like(points[0])
    for k in range(3):
        x, y, rate, phase = par[6 + k]
        away = _away(par, points[0] - x, points[1] - y)
        total = total + 0.21 * wave(away * rate + phase, par[2, 1])
    return total


def _glow(par: Tensor, warped: Tensor) -> Tensor:
    """How lit each point is by three soft lights, ``[n]`` in 0..1."""
    dark = torch.ones_like(warped[0])
    for k in range(3):
        x, y, narrow, strength = par[9 + k]
        fall = 1 + _away(par, warped[0] - x, warped[1] - y) ** 2 * narrow
        dark = dark * (1 - strength / (fall * fall))
    return 1 - dark
