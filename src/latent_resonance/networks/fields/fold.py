"""Folds a place into a packet: all that depends on w, once a frame, so that pixels cost little.

The weights are modulated by the place's style and normalised (as in StyleGAN2, arXiv:1912.04958,
section 2.2), and lie in the packet as they are used. Weights are drawn, not learned: what is good
about the pictures is their construction.
"""

import math

import numpy as np
import torch
from torch import Tensor, nn

from latent_resonance.networks.fields.layout import (
    CONTROLS,
    FAMILIES,
    LIVE,
    SLOTS,
    STYLE,
    Widths,
)
from latent_resonance.networks.fields.palette import Palette

Packet = dict[str, Tensor]

SEED = 3
_GAINS = {"t1": 1.41, "t2": 0.42, "wp": 0.8, "t3": 0.40, "h1": 0.42, "h2": 1.41, "out": 1.0}
_STYLED, _SOFT = 0.6, 0.05
# Of each family: the share of the network's own logits, how hard its ramp is.
_NET = (1.0, 0.12, 0.30, 0.25, 0.06, 0.12, 0.18, 0.03)
_HARD = (0.20, 0.30, 0.10, 0.10, 0.20, 0.35, 0.10, -0.40)
# Where the way of `jagged` bends, and how jagged forms are there, each 0..1: the softer half of the
# forms differs to the eye, in contrast most of all, but hardly in corners and edges.
_BEND, _BENT = 0.15, 0.5
_TRACE = 0.03  # a family's share below which nothing of it is drawn
_EDGY = (0.0, 0.04, 0.0, 0.0, -0.05, 0.0, 0.02, 0.02)  # what jaggedness it wants beside the others
_GRAINY = (0.0, -0.2, 0.15, 0.1, 0.35, -0.2, 0.0, 0.1)  # how much more grain it takes to be seen
_GRAIN = 46.0  # corners of its lattice in half a picture's height
_INK = (0.10, 0.05, 0.02, 0.03)
_PALE = 0.5  # of the radius of the circle of hues: below it, warmth takes the colours through grey
_DRIFT = (1.0, -1.0, 2.0, -1.0)  # turns of each set of lines in one turn of the flow
_SMOKE, _BANDS, _CELLS, _SHARDS, _LINES, _RINGS, _WAVES, _AURA = range(len(FAMILIES))


class Fold(nn.Module):
    """From ``w [1, SIZE]`` to a packet.

    Args:
        widths: of the network.
        seed: that the weights are drawn from.
    """

    def __init__(self, widths: Widths | None = None, seed: int = SEED) -> None:
        super().__init__()
        self.widths = widths or Widths()
        self.palette = Palette()
        draw = np.random.default_rng(seed)

        def normal(*shape: int, scale: float = 1.0) -> Tensor:
            return torch.tensor(draw.standard_normal(shape) * scale, dtype=torch.float32)

        narrow = 1 / math.sqrt(STYLE)
        self.layers = nn.ParameterDict()
        for name, (inputs, outputs) in self.widths.layers.items():
            self.layers[name] = nn.Parameter(normal(outputs, inputs))
            self.layers[name + "_style"] = nn.Parameter(normal(inputs, STYLE, scale=narrow))
            self.layers[name + "_bias"] = nn.Parameter(normal(outputs, STYLE, scale=narrow))
        for name, count, low, high in (
            ("f1", self.widths.low, 0.15, 0.9),
            ("f2", self.widths.high, 0.2, 2.6),
        ):
            length = np.exp(draw.uniform(math.log(low), math.log(high), count))
            angle = draw.uniform(0, 2 * math.pi, count)
            if name == "f1":  # four by four in all directions, for the facets
                angle = (np.arange(count) % 4 + angle / (2 * math.pi)) * (math.pi / 4)
            vectors = np.stack([length * np.cos(angle), length * np.sin(angle)], 1)
            self.layers[name] = nn.Parameter(torch.tensor(vectors, dtype=torch.float32))
            self.layers[name + "_style"] = nn.Parameter(normal(count, STYLE, scale=narrow))
            phase = torch.tensor(draw.uniform(0, 1, count), dtype=torch.float32)
            self.layers[name + "_phase"] = nn.Parameter(phase)
            rate = torch.tensor(np.round(draw.normal(0, 1.2, count)), dtype=torch.float32)
            self.layers[name + "_rate"] = nn.Parameter(rate)
        self.own = nn.Parameter(normal(STYLE, STYLE, scale=narrow))
        self.register_buffer("net", torch.tensor(_NET), persistent=False)
        self.register_buffer("edgy", torch.tensor(_EDGY), persistent=False)
        self.register_buffer("grainy", torch.tensor(_GRAINY), persistent=False)
        self.register_buffer("hard", torch.tensor(_HARD), persistent=False)

    net: Tensor
    edgy: Tensor
    grainy: Tensor
    hard: Tensor

    def forward(self, w: Tensor) -> Packet:
        """The packet, shaped as ``widths.packet`` says."""
        given = {name: w[0, where] for name, where in SLOTS.items()}
        style = given["style"]
        # As long as its numbers have a deviation of 1; near 0 it fades, so that truncation works.
        style = style * torch.sqrt((1 + _SOFT) / ((style * style).mean() + _SOFT))
        control = dict(zip(CONTROLS, given["controls"].clamp(-1.0, 1.0), strict=True))
        live = dict(zip(LIVE, given["live"], strict=True))
        shares = given["families"].clamp_min(0.0) ** 1.5
        family = (shares / shares.sum().clamp_min(1e-6) - _TRACE).clamp_min(0.0)
        family = family / family.sum().clamp_min(1e-6)
        own = torch.tanh(0.9 * (self.own @ style))
        packet: Packet = {"par": self._numbers(given, control, live, family, own)}
        detail = (control["detail"] + 1) / 2
        for name in ("f1", "f2"):
            packet[name] = self._waves(name, style, live, detail)
        for name in self.widths.layers:
            weights = self.layers[name] * (1 + _STYLED * (self.layers[name + "_style"] @ style))
            length = torch.sqrt((weights * weights).sum(1, keepdim=True) + 1e-6)
            packet[name] = weights * (_GAINS[name] / length)
            spread = 0.30 if _GAINS[name] > 0.5 else 0.16
            packet[name + "b"] = spread * (self.layers[name + "_bias"] @ style)
        return packet

    def _waves(self, name: str, style: Tensor, live: Packet, detail: Tensor) -> Tensor:
        vectors = self.layers[name]
        phase = self.layers[name + "_phase"] + 0.5 * (self.layers[name + "_style"] @ style)
        phase = phase + live["flow"] * self.layers[name + "_rate"]
        # Each wave goes its own way, so that all that is made of them bends.
        phase = phase + 0.15 * live["warp"] * (self.layers[name + "_phase"] - 0.5)
        amplitude = torch.ones_like(phase)
        if name == "f2":
            length = torch.sqrt((vectors * vectors).sum(1))
            amplitude = 1.35 / (1 + (length / (0.3 * torch.exp(math.log(8) * detail))) ** 4)
        return torch.cat([vectors, phase[:, None], amplitude[:, None]], 1)

    def _numbers(
        self,
        given: Packet,
        control: Packet,
        live: Packet,
        family: Tensor,
        own: Tensor,
    ) -> Tensor:
        """``[31, 4]``; each row is named where it is used, in ``draw.py``."""
        # As jagged as asked, whatever else there is: families and forms differ in it.
        even = 0.02 * control["scale"] + 0.08 * control["detail"] - 0.04 * control["symmetry"]
        edgy = edginess(control["jagged"]) + family @ self.edgy + even
        jagged = edgy.clamp(0.0, 1.0)
        detail = (control["detail"] + 1) / 2
        flow, round_ = live["flow"], 1 - jagged
        pitch, ramp_middle, ramp_width = given["calibration"]
        ramp_width = ramp_width.clamp_min(0.02)
        fine = torch.exp(-math.log(2) * (1.5 * control["scale"] + pitch))
        zoom = torch.exp(-math.log(2) * live["zoom"])
        x, y = 1.6 * own[1] + live["dx"], 1.6 * own[2] + live["dy"]
        turned = math.pi * own[0]
        cut = family[_CELLS] + family[_SHARDS]
        soft_cells = family[_CELLS] / cut.clamp_min(1e-3)
        palette, ink = self._colours(given, control, live, own)
        one = torch.ones_like(flow)
        # Of the grain: even steps of the control are even factors, and it goes with the contrast.
        strength = torch.exp(2.4 * (detail - 1)) - 0.09
        strength = strength * (0.675 + 0.325 * control["contrast"]) * (0.5 + 0.6 * jagged)
        strength = strength * torch.exp(0.1 * control["scale"] + family @ self.grainy)
        rows = [
            # 0: camera, and the kaleidoscope: its radius, half its angle
            [
                zoom * torch.cos(live["spin"]),
                zoom * torch.sin(live["spin"]),
                3.0 * (control["symmetry"] + 1) / 2 - 0.02,
                math.pi / (4.5 + 3.5 * control["points"]),
            ],
            # 1: from the camera into the field
            [fine * torch.cos(turned), fine * torch.sin(turned), x, y],
            # 2: warp, shape of waves, ink where colours meet, grain in the light
            [
                0.10 + 0.14 * (1 - 0.5 * jagged) * (own[3] + 1) + 0.1 * live["warp"],
                jagged,
                0.7 * ((edgy - 0.3) / 0.75).clamp(0.0, 1.0),
                0.43 * strength,
            ],
            # 3: cells: how many, warp, width of the ink, its strength
            [
                1.6 * torch.exp(0.15 * own[4]),
                soft_cells * (1 - 0.8 * jagged) * (0.30 + 0.15 * own[5]),
                (0.055 + 0.04 * own[6]) * soft_cells + 0.016,
                0.95 * ((cut - 0.22) / 0.3).clamp(0.0, 1.0),
            ],
            # 4: rings: centre, rate, phase; 5: the shape of their distance
            [
                x + 0.35 * own[7],
                y + 0.35 * own[11],
                1.7 * torch.exp(0.25 * own[12]),
                0.5 * own[13] - flow,
            ],
            [0.92 * jagged, *torch.softmax(1.5 * own[8:11], 0)],
            # 6 to 8: waves from three points
            *(
                [
                    x + 1.1 * own[14 + k],
                    y + 1.1 * own[41 + k],
                    1.4 * torch.exp(0.2 * own[44 + k]),
                    0.5 * own[17 + k] + flow * (1 + k),
                ]
                for k in range(3)
            ),
            # 9 to 11: glows: centre, width, strength
            *(
                [
                    x + own[56 + k],
                    y + own[59 + k],
                    1 / (0.5 + 0.2 * own[47 + k]) ** 2,
                    one * (0.95 - 0.1 * k),
                ]
                for k in range(3)
            ),
        ]
        lines, spacing = self._lines(jagged, flow, own)
        hard = family @ (self.hard.clamp_min(0.0) + self.hard.clamp_max(0.0) * round_)
        hard = hard + 1.5 * edgy + live["edge"] - 0.5
        net = (family @ self.net) * 3.2 * torch.exp(1.2 * (jagged - 0.35) + live["edge"])
        tail = [
            # 19: bands; hardness of the ramp; what the network adds
            [
                1.3 + 0.25 * own[37],
                0.5 * own[38] + flow,
                torch.exp(3.4 * hard.clamp(-0.6, 1.25)),
                net,
            ],
            # 20: lines: bend, amount, glow; softness of every edge
            [
                0.22 * round_.clamp(max=0.5) * (1 + 0.5 * own[39]),
                ((family[_LINES] - 0.12) / 0.35).clamp(0.0, 1.0),
                0.5 * round_ + 0.2,
                0.2 * round_ * round_,
            ],
        ]
        after = [
            # 28: light within a cell; start of the ramp
            [0.85 * one, 0.6 * soft_cells, 0.7 * (1 - soft_cells), -ramp_middle / ramp_width],
            # 29: cells: jitter, dance
            [0.30 + 0.12 * jagged, 1.1 * own[48], 1.1 * own[49], 1.1 * own[40]],
            # 30: flow; grain: how fine, start
            [flow, _GRAIN / fine, -_GRAIN / fine * 1.6 * own[1], -_GRAIN / fine * 1.6 * own[2]],
        ]
        chroma = torch.sqrt((palette[:, 1:] * palette[:, 1:]).sum(1, keepdim=True) + 1e-8)
        padded = torch.cat([palette, chroma], 1)
        inked = torch.cat([ink, (1 / ramp_width)[None]])[None]
        return torch.cat(
            [
                _table(rows),
                lines,
                spacing[None],
                family.reshape(2, 4),
                _table(tail),
                padded,
                inked,
                _table(after),
            ]
        )

    def _lines(self, jagged: Tensor, flow: Tensor, own: Tensor) -> tuple[Tensor, Tensor]:
        """Rows 12 to 15: four sets of parallel lines; row 16: their spacing."""
        order = torch.arange(4, device=own.device, dtype=own.dtype)
        angle = 1.2 * own[20] + order * (0.10 + 0.685 * jagged) + 0.15 * own[21:25]
        rate = 0.5 * torch.exp(0.35 * own[25:29])
        drift = torch.tensor(_DRIFT, device=own.device, dtype=own.dtype)
        width = torch.tensor(_INK, device=own.device, dtype=own.dtype)
        rows = [
            torch.cos(angle) * rate,
            torch.sin(angle) * rate,
            0.5 * own[33:37] + flow * drift,
            width * torch.exp(0.5 * own[29:33]),
        ]
        return torch.stack(rows, 1), 1 / rate

    def _colours(
        self, given: Packet, control: Packet, live: Packet, own: Tensor
    ) -> tuple[Tensor, Tensor]:
        """The palette ``[6, 3]`` and the ink ``[3]``."""
        cosine, sine = given["hue"]
        radius = torch.sqrt(cosine**2 + sine**2).clamp_min(1e-6)
        warm = live["warmth"].clamp(-1.0, 1.0)
        # A straight line to red or turquoise: where the hue lies opposite, neither way round jumps.
        left = 1 - warm.abs()
        across, along = left * cosine / radius - warm, left * sine / radius
        hue = torch.atan2(along, across) / math.pi + live["turn"]
        # Near the middle of the circle, where the hue turns fast, there is little of it to see.
        pale = (torch.sqrt(across**2 + along**2) / _PALE).clamp(max=1.0)
        use = given["use"].clamp_min(1e-3)
        use = use / use.sum()
        scatter = given["scatter"].reshape(len(use), len(use))
        palette = self.palette(hue, control, own[50:56], use, scatter)
        palette = palette * torch.stack([torch.ones_like(pale), pale, pale])
        darkest = _pick(palette, -palette[:, 0])
        lightest = _pick(palette, palette[:, 0])
        scale = torch.tensor([[0.5, 0.7, 0.7], [1.04, 0.8, 0.8]], device=own.device)
        light = torch.sigmoid(6 * own[40] - 1.5 + 2 * control["light"])
        return palette, darkest * scale[0] * (1 - light) + lightest * scale[1] * light


def edginess(jagged: Tensor) -> Tensor:
    """How jagged forms are, 0..1, at a control of -1..1: even steps look alike to the measure."""
    return _bent((jagged + 1) / 2, _BEND, _BENT)


def jagged_at(wanted: Tensor) -> Tensor:
    """The control of -1..1 at which forms are so jagged, 0..1: the inverse of ``edginess``."""
    return 2 * _bent(wanted, _BENT, _BEND) - 1


def _bent(way: Tensor, bend: float, height: float) -> Tensor:
    """0..1 to 0..1 by two straight lines, which meet at ``bend`` at that height."""
    soft = (way / bend).clamp(max=1.0)
    hard = ((way - bend) / (1 - bend)).clamp_min(0.0)
    return height * soft + (1 - height) * hard


def flat(packet: Packet, widths: Widths) -> Tensor:
    """A packet as one vector, in the order of ``widths.packet``."""
    return torch.cat([packet[name].reshape(-1) for name in widths.packet])


def _pick(palette: Tensor, score: Tensor) -> Tensor:
    """The colour of the highest score; nearly equal ones are mixed, so that nothing jumps."""
    return torch.softmax(60 * score, 0) @ palette


def _table(rows: list[list[Tensor]]) -> Tensor:
    return torch.stack([torch.stack(list(row)) for row in rows])
