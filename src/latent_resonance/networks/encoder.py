"""From a picture, or a spectrogram, to the place w that a generator makes it at.

Log-levels are thinned by strided convolutions with residuals; the last map is read both by place
(what happens when) and by mean and spread (what it is like at all times). Beside it the picture's
rows and columns are read directly: at which frequencies, and when to a column.
"""

import itertools

import torch
from torch import Tensor, nn
from torch.nn import functional

_BANDS, _SPANS, _FINE = 4, 2, 256


class _Thin(nn.Module):
    """Half as high and wide, with a shortcut."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, stride=2, padding=1)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.shortcut = nn.Conv2d(inputs, outputs, 1)

    def forward(self, value: Tensor) -> Tensor:
        made = self.second(functional.gelu(self.first(value)))
        return functional.gelu(made + self.shortcut(functional.avg_pool2d(value, 2)))


class Encoder(nn.Module):
    """``[batch, channels, h, w]`` in -1..1 => ``w [batch, w_dim]``; any size from 32 x 32 on.

    Args:
        img_channels: of the picture.
        w_dim: length of w.
        width: channels of the last map; fewer before.
    """

    def __init__(self, img_channels: int, w_dim: int, width: int = 128) -> None:
        super().__init__()
        widths = [max(8, width // 8), width // 4, width // 2, width, width]
        self.first = nn.Conv2d(img_channels, widths[0], 3, padding=1)
        self.thin = nn.ModuleList(_Thin(a, b) for a, b in itertools.pairwise(widths))
        self.by_place = nn.Linear(width * 16, 2 * width)
        self.by_axis = nn.Linear(img_channels * (_BANDS + _SPANS) * _FINE, 2 * width)
        self.overall = nn.Linear(2 * width, 2 * width)
        # Places begin with a spread of about 1, as a mapping network's do.
        self.even = nn.LayerNorm(2 * width)
        self.to_w = nn.Linear(2 * width, w_dim)
        nn.init.normal_(self.to_w.weight, std=(2 * width) ** -0.5)

    def forward(self, picture: Tensor, beside: Tensor | None = None) -> Tensor:
        """The place; ``beside [batch, 2 * width]`` is what else is known of the picture."""
        axes = self.by_axis(_profiles(picture))
        if beside is not None:
            axes = axes + beside
        # A coarse look is enough for the rest: large pictures are read at 64 x 64.
        if picture.shape[2] > 64:
            picture = functional.adaptive_avg_pool2d(picture, (64, 64))
        value = functional.gelu(self.first(picture))
        for thin in self.thin:
            value = thin(value)
        placed = functional.adaptive_avg_pool2d(value, (4, 4)).flatten(1)
        mean = value.mean((2, 3))
        spread = (value - mean[:, :, None, None]).square().mean((2, 3)).add(1e-6).sqrt()
        hidden = self.by_place(placed) + self.overall(torch.cat([mean, spread], 1)) + axes
        found: Tensor = self.to_w(functional.gelu(self.even(hidden)))
        return found


def _profiles(picture: Tensor) -> Tensor:
    """Four bands over time and two spans over frequency, each 256 long, flattened."""
    height, width = picture.shape[2:]
    columns = functional.adaptive_avg_pool2d(picture, (_BANDS, width))
    rows = functional.adaptive_avg_pool2d(picture, (height, _SPANS))
    columns = functional.interpolate(columns, (_BANDS, _FINE), mode="bilinear")
    rows = functional.interpolate(rows, (_FINE, _SPANS), mode="bilinear")
    return torch.cat([columns.flatten(1), rows.flatten(1)], 1)
