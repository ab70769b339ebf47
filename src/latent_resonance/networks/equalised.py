"""Dense layers with an equalised learning rate (Karras et al. 2017, 1710.10196, section 4.1).

Weights are kept at unit variance and scaled when used, so that Adam moves all layers alike.
"""

import math

import torch
from torch import Tensor, nn

LEAK = 0.2
GAIN = math.sqrt(2)


def leaky(value: Tensor, gain: float = GAIN) -> Tensor:
    """Leaky rectifier that keeps the variance (slope 0.2 below zero, gain sqrt 2)."""
    return nn.functional.leaky_relu(value, LEAK) * gain


class Equalised:
    """A layer whose ``weight [outputs, inputs, ...]`` is divided by the root of its inputs."""


class Dense(nn.Module, Equalised):
    """``[batch, inputs]`` => ``[batch, outputs]``.

    Args:
        inputs: width.
        outputs: width.
        rate: factor of the learning rate: weights are kept ``1 / rate`` times larger.
        bias: what the bias starts at.
        activate: leaky rectifier after it.

    Attributes:
        gain: that the weight is scaled by when used, and
        rate: the bias.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        *,
        rate: float = 1.0,
        bias: float = 0.0,
        activate: bool = False,
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) / rate)
        self.bias = nn.Parameter(torch.full((outputs,), bias / rate))
        self.gain = rate / math.sqrt(inputs)
        self.rate = rate
        self._activate = activate

    def forward(self, value: Tensor) -> Tensor:
        """The scaled product."""
        made = nn.functional.linear(value, self.weight * self.gain, self.bias * self.rate)
        return leaky(made) if self._activate else made
