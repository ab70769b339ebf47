"""Convolutions that no style scales: a discriminator's, and shortcuts of generators."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from latent_resonance.networks.equalised import Equalised, leaky
from latent_resonance.networks.stylegan2.resample import (
    HasFilter,
    blur_before_halving,
    double,
    halve,
)


class EqualConvolution(HasFilter, Equalised):
    """Convolution with an equalised learning rate, halving or (1 x 1 alone) doubling on request."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        *,
        down: bool = False,
        up: bool = False,
        bias: bool = True,
        activate: bool = True,
    ) -> None:
        super().__init__()
        self.down, self.up, self._activate = down, up, activate
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(outputs)) if bias else None
        self._gain = 1 / math.sqrt(inputs * kernel * kernel)

    def forward(self, value: Tensor, gain: float = 1.0) -> Tensor:
        """``[batch, inputs, h, w]`` => ``[batch, outputs, h, w]``, half or twice as large."""
        weight = (self.weight * self._gain).to(value.dtype)
        size = weight.shape[2]
        if self.down and size == 1:
            value = functional.conv2d(halve(value, self.resample_filter), weight)
        elif self.down:
            value = blur_before_halving(value, self.resample_filter, padding=2)
            value = functional.conv2d(value, weight, stride=2)
        else:
            value = functional.conv2d(value, weight, padding=size // 2)
            if self.up:
                value = double(value, self.resample_filter)
        if self.bias is not None:
            value = value + self.bias.to(value.dtype)[:, None, None]
        return leaky(value, math.sqrt(2) * gain) if self._activate else value * gain
