"""What a place says along each axis of a spectrogram: when it sounds, and at which frequencies.

A spectrogram is made of columns (attacks) and rows (modes). Styles scale whole channels, so a
generator after the paper draws a line at a given time only through many layers. Here each
resolution also adds curves along time and along frequency, linear in w: docs/decisions/0006.
"""

import torch
from torch import Tensor, nn


class AxisInput(nn.Module):
    """Curves along both axes, mixed into the channels.

    Args:
        w_dim: length of w.
        channels: of the activations.
        size: ``(height, width)`` of them.
        rank: curves along each axis.
    """

    def __init__(self, w_dim: int, channels: int, size: tuple[int, int], rank: int) -> None:
        super().__init__()
        self.rank, self.size = rank, size
        self.rows = nn.Linear(w_dim, rank * size[0])
        self.columns = nn.Linear(w_dim, rank * size[1])
        for linear in (self.rows, self.columns):
            nn.init.normal_(linear.weight, std=0.5 / w_dim**0.5)
            nn.init.zeros_(linear.bias)
        self.row_mix = nn.Parameter(torch.randn(channels, rank) / rank**0.5)
        self.column_mix = nn.Parameter(torch.randn(channels, rank) / rank**0.5)

    def forward(self, w: Tensor) -> Tensor:
        """``w [batch, w_dim]`` => what to add, ``[batch, channels, height, width]``."""
        rows = self.row_mix @ self.rows(w).reshape(-1, self.rank, self.size[0])
        columns = self.column_mix @ self.columns(w).reshape(-1, self.rank, self.size[1])
        added: Tensor = rows.unsqueeze(3) + columns.unsqueeze(2)
        return added
