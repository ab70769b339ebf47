"""Convolutions whose channels a style scales (1912.04958, section 2.2).

The paper scales the weights of each sample; a convolution is linear, so scaling its input by the
style and its output by the demodulation is the same sum around weights that never change.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from latent_resonance.networks.equalised import Dense, Equalised, leaky
from latent_resonance.networks.stylegan2.resample import HasFilter, blur_after_doubling


def demodulation(weight: Tensor, style: Tensor) -> Tensor:
    """``1 / |weight * style|`` per sample and output channel, ``[batch, outputs]`` (eq. 3)."""
    energy = weight.square().sum((2, 3))
    return (style.square() @ energy.t() + 1e-8).rsqrt()


class StyledConvolution(HasFilter):
    """3 x 3 convolution, demodulated, with noise, bias and leaky rectifier.

    Args:
        inputs: channels.
        outputs: channels.
        w_dim: length of w.
        size: ``(height, width)`` of the result.
        up: twice as large as the input.
        clamp: limit of the result for half precision, None for none.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        w_dim: int,
        size: tuple[int, int],
        *,
        up: bool = False,
        clamp: float | None = None,
        kernel: int = 3,
    ) -> None:
        super().__init__()
        self.size, self.up, self.clamp = size, up, clamp
        self.affine = Dense(w_dim, inputs, bias=1)
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.noise_strength = nn.Parameter(torch.zeros([]))
        self.register_buffer("noise_const", torch.randn(size))

    noise_const: Tensor

    def forward(self, value: Tensor, w: Tensor, noise: str = "random", gain: float = 1) -> Tensor:
        """``value [batch, inputs, h, w]``, ``w [batch, w_dim]``; noise: random, const or none."""
        style = self.affine(w)
        weight: Tensor = self.weight
        if value.dtype != torch.float32:
            # Half precision overflows at 65504: bring both to 1; the demodulation takes it back.
            style = style / style.abs().amax(1, keepdim=True)
            fan = math.sqrt(weight[0].numel())
            weight = weight / (fan * weight.abs().amax((1, 2, 3), keepdim=True))
        scale = demodulation(weight, style).to(value.dtype)[:, :, None, None]
        value = value * style.to(value.dtype)[:, :, None, None]
        weight = weight.to(value.dtype)
        if self.up:
            value = functional.conv_transpose2d(value, weight.transpose(0, 1), stride=2)
            value = blur_after_doubling(value, self.resample_filter)
        else:
            value = functional.conv2d(value, weight, padding=weight.shape[2] // 2)
        value = value * scale
        if noise == "random":
            grain = torch.randn(
                (value.shape[0], 1, *self.size), device=value.device, dtype=value.dtype
            )
            value = value + grain * self.noise_strength.to(value.dtype)
        elif noise == "const":
            value = value + (self.noise_const * self.noise_strength).to(value.dtype)
        value = leaky(value + self.bias.to(value.dtype)[:, None, None], math.sqrt(2) * gain)
        return value if self.clamp is None else value.clamp(-self.clamp * gain, self.clamp * gain)


class ToPicture(nn.Module, Equalised):
    """1 x 1 convolution to the picture's channels; styled, not demodulated."""

    def __init__(
        self, inputs: int, outputs: int, w_dim: int, *, clamp: float | None = None
    ) -> None:
        super().__init__()
        self.clamp = clamp
        self.affine = Dense(w_dim, inputs, bias=1)
        self.weight = nn.Parameter(torch.randn(outputs, inputs, 1, 1))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self._gain = 1 / math.sqrt(inputs)

    def forward(self, value: Tensor, w: Tensor) -> Tensor:
        """``[batch, inputs, h, w]`` => float32 ``[batch, outputs, h, w]``."""
        style = (self.affine(w) * self._gain).to(value.dtype)
        made = functional.conv2d(value * style[:, :, None, None], self.weight.to(value.dtype))
        made = (made + self.bias.to(value.dtype)[:, None, None]).float()
        return made if self.clamp is None else made.clamp(-self.clamp, self.clamp)
