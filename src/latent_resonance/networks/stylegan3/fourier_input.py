"""The input: a field of sines that a transform moves and turns (section 3.2, appendix F)."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from latent_resonance.networks.equalised import Dense


class FourierInput(nn.Module):
    """w => ``[batch, channels, size, size]``.

    Args:
        w_dim: length of w.
        channels: sines, and channels of the result.
        size: of the result, with margins.
        rate: sampling rate.
        bandwidth: highest frequency.
    """

    freqs: Tensor
    phases: Tensor
    transform: Tensor

    def __init__(self, w_dim: int, channels: int, size: int, rate: float, bandwidth: float) -> None:
        super().__init__()
        self.channels, self.size, self.rate, self.bandwidth = channels, size, rate, bandwidth
        freqs = torch.randn(channels, 2)
        radii = freqs.square().sum(1, keepdim=True).sqrt()
        freqs = freqs / (radii * radii.square().exp().pow(0.25)) * bandwidth
        self.weight = nn.Parameter(torch.randn(channels, channels))
        self.affine = Dense(w_dim, 4)
        nn.init.zeros_(self.affine.weight)
        with torch.no_grad():
            self.affine.bias.copy_(torch.tensor([1.0, 0, 0, 0]))
        # Inverse transform, 3 x 3, of the picture: what users turn and shift.
        self.register_buffer("transform", torch.eye(3))
        self.register_buffer("freqs", freqs)
        self.register_buffer("phases", torch.rand(channels) - 0.5)
        half = 0.5 * size / rate
        # Pixel centres from -half to half.
        line = ((torch.arange(size) + 0.5) / size * 2 - 1) * half
        self.register_buffer("line", line, persistent=False)

    line: Tensor

    def forward(self, w: Tensor) -> Tensor:
        """The field for each place, moved by what it says and by ``transform``."""
        turn = self.affine(w)
        turn = turn / turn[:, :2].square().sum(1, keepdim=True).sqrt()
        cosine, sine, across, down = turn.unbind(1)
        zero, one = torch.zeros_like(cosine), torch.ones_like(cosine)
        rotate = torch.stack([cosine, -sine, zero, sine, cosine, zero, zero, zero, one], 1)
        move = torch.stack([one, zero, -across, zero, one, -down, zero, zero, one], 1)
        whole = rotate.reshape(-1, 3, 3) @ move.reshape(-1, 3, 3) @ self.transform
        phases = self.phases + (self.freqs @ whole[:, :2, 2:]).squeeze(2)
        freqs = self.freqs @ whole[:, :2, :2]
        # Frequencies that a transform pushes beyond the band fade out.
        length = freqs.square().sum(2).sqrt()
        loud = (1 - (length - self.bandwidth) / (self.rate / 2 - self.bandwidth)).clamp(0, 1)
        along_x = freqs[:, :, 0, None] * self.line
        along_y = freqs[:, :, 1, None] * self.line
        angle = along_y[:, :, :, None] + along_x[:, :, None] + phases[:, :, None, None]
        field = torch.sin(2 * math.pi * angle) * loud[:, :, None, None]
        mix = (self.weight / math.sqrt(self.channels))[:, :, None, None]
        return functional.conv2d(field, mix)
