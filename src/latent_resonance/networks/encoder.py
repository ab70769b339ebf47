"""From a picture, or a spectrogram, to the place w that a generator makes it at.

Log-levels are thinned by strided convolutions with residuals; the last map is read both by place
(what happens when) and by mean and spread (what it is like at all times).
"""

import itertools

import torch
from torch import Tensor, nn
from torch.nn import functional


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
        self.by_place = nn.Linear(width * 32, 2 * width)
        self.overall = nn.Linear(2 * width, 2 * width)
        self.to_w = nn.Linear(2 * width, w_dim)

    def forward(self, picture: Tensor) -> Tensor:
        """The place."""
        # A coarse look is enough for a place: large pictures are read at 64 x 64.
        if picture.shape[2] > 64:
            picture = functional.adaptive_avg_pool2d(picture, (64, 64))
        value = functional.gelu(self.first(picture))
        for thin in self.thin:
            value = thin(value)
        # 8 x 4: frequency matters more than the moment.
        placed = functional.adaptive_avg_pool2d(value, (8, 4)).flatten(1)
        mean = value.mean((2, 3))
        spread = (value - mean[:, :, None, None]).square().mean((2, 3)).add(1e-6).sqrt()
        hidden = self.by_place(placed) + self.overall(torch.cat([mean, spread], 1))
        found: Tensor = self.to_w(functional.gelu(hidden))
        return found
