"""Layers whose nonlinearity happens at a higher sampling rate, so that nothing aliases."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from latent_resonance.networks.equalised import LEAK, Dense
from latent_resonance.networks.stylegan2.styled import demodulation
from latent_resonance.networks.stylegan3.filters import low_pass, lower_rate, raise_rate
from latent_resonance.networks.stylegan3.fourier_input import FourierInput
from latent_resonance.networks.stylegan3.plan import LayerPlan, Options, plan_layers
from latent_resonance.networks.stylegan3.polyphase import Phase, plan_phases, rectify_between


class Layer(nn.Module):
    """Styled convolution, then: raise the rate, leaky rectifier, lower the rate.

    Args:
        before: plan of the layer before,
        plan: and of this one.
        w_dim: length of w.
        options: of the network.
        to_picture: 1 x 1, linear, not demodulated.
        half: runs in half precision where asked.
    """

    magnitude_ema: Tensor
    up_filter: Tensor | None
    down_filter: Tensor | None

    def __init__(
        self,
        before: LayerPlan,
        plan: LayerPlan,
        w_dim: int,
        options: Options,
        *,
        to_picture: bool,
        half: bool,
    ) -> None:
        super().__init__()
        self.to_picture, self.half_precision = to_picture, half
        self.conv_clamp = options.conv_clamp
        self.magnitude_ema_beta = options.magnitude_ema_beta
        filter_size = options.filter_size
        kernel = 1 if to_picture else options.conv_kernel
        self.kernel = kernel
        between = max(before.rate, plan.rate) * (1 if to_picture else options.lrelu_upsampling)
        self.affine = Dense(w_dim, before.channels, bias=1)
        self.weight = nn.Parameter(torch.randn(plan.channels, before.channels, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(plan.channels))
        self.register_buffer("magnitude_ema", torch.ones([]))
        self.up_factor = round(between / before.rate)
        self.down_factor = round(between / plan.rate)
        up_taps = filter_size * self.up_factor if self.up_factor > 1 and not to_picture else 1
        down_taps = filter_size * self.down_factor if self.down_factor > 1 and not to_picture else 1
        self.register_buffer(
            "up_filter", low_pass(up_taps, before.cutoff, before.half_width * 2, between)
        )
        radial = options.use_radial_filters and not plan.critical
        self.register_buffer(
            "down_filter",
            low_pass(down_taps, plan.cutoff, plan.half_width * 2, between, radial=radial),
        )
        # What the raised rate must have so that lowering it gives exactly plan.size.
        total = (plan.size - 1) * self.down_factor + 1
        total -= (before.size + kernel - 1) * self.up_factor
        total += up_taps + down_taps - 2
        first = (total + self.up_factor) // 2
        self.padding = (first, total - first)
        self.phases: list[Phase] = []
        if up_taps > 1 and down_taps > 1 and self.up_factor % self.down_factor == 0:
            self.phases = plan_phases(
                before.size + kernel - 1,
                self.up_factor,
                self.down_factor,
                up_taps,
                down_taps,
                self.padding,
            )

    def forward(self, value: Tensor, w: Tensor, dtype: torch.dtype, *, update: bool) -> Tensor:
        """``[batch, inputs, size, size]`` => ``[batch, outputs, size, size]``."""
        if update:
            with torch.no_grad():
                now = value.detach().float().square().mean()
                self.magnitude_ema.lerp_(now, 1 - self.magnitude_ema_beta)
        style = self.affine(w)
        weight: Tensor = self.weight
        gain = self.magnitude_ema.rsqrt()
        if self.to_picture:
            style = style / math.sqrt(weight[0].numel())
            scale = None
        else:
            weight = weight * weight.square().mean((1, 2, 3), keepdim=True).rsqrt()
            style = style * style.square().mean(1, keepdim=True).rsqrt()
            scale = demodulation(weight, style)
        style = style * gain
        kind = dtype if self.half_precision else torch.float32
        value = value.to(kind) * style.to(kind)[:, :, None, None]
        value = functional.conv2d(value, weight.to(kind), padding=self.kernel - 1)
        if scale is not None:
            value = value * scale.to(kind)[:, :, None, None]
        value = value + self.bias.to(kind)[:, None, None]
        if self.phases and self.up_filter is not None and self.down_filter is not None:
            # The rectifier's gain goes through it, into the filter.
            gained = math.sqrt(2) if self.down_filter.ndim == 2 else 2**0.25
            return rectify_between(
                value,
                self.up_filter * self.up_factor,
                self.down_filter * gained,
                self.phases,
                None if self.conv_clamp is None else self.conv_clamp / math.sqrt(2),
            )
        value = raise_rate(value, self.up_filter, self.up_factor, self.padding)
        if not self.to_picture:
            value = functional.leaky_relu(value, LEAK) * math.sqrt(2)
        if self.conv_clamp is not None:
            value = value.clamp(-self.conv_clamp, self.conv_clamp)
        return lower_rate(value, self.down_filter, self.down_factor)


class Synthesis(nn.Module):
    """``ws`` => picture.

    Args:
        w_dim: length of w.
        img_resolution: a power of two.
        img_channels: of the picture.
        options: see ``Options``.
    """

    def __init__(self, w_dim: int, img_resolution: int, img_channels: int, **options: Any) -> None:
        super().__init__()
        self.w_dim, self.img_resolution, self.img_channels = w_dim, img_resolution, img_channels
        chosen = Options(**options)
        self.num_ws, self.output_scale = chosen.num_layers + 2, chosen.output_scale
        plans = plan_layers(img_resolution, img_channels, chosen)
        first = plans[0]
        self.input = FourierInput(w_dim, first.channels, first.size, first.rate, first.cutoff)
        self.layer_names = []
        for index, plan in enumerate(plans):
            layer = Layer(
                plans[max(index - 1, 0)],
                plan,
                w_dim,
                chosen,
                to_picture=index == chosen.num_layers,
                half=bool(plan.rate * np.exp2(chosen.num_fp16_res) > img_resolution),
            )
            name = f"L{index}_{plan.size}_{plan.channels}"
            self.add_module(name, layer)
            self.layer_names.append(name)

    def forward(
        self,
        ws: Tensor,
        dtype: torch.dtype = torch.float32,
        *,
        update: bool = False,
        bends: Mapping[int, Callable[[Tensor], Tensor]] | None = None,
    ) -> Tensor:
        """``ws [batch, num_ws, w_dim]`` => float32 ``[batch, img_channels, size, size]``.

        ``bends`` change the activations of layers, by number.
        """
        value = self.input(ws[:, 0])
        for index, name in enumerate(self.layer_names):
            value = getattr(self, name)(value, ws[:, index + 1], dtype, update=update)
            if bends and index in bends:
                value = bends[index](value)
        picture: Tensor = value.float() * self.output_scale
        return picture

    def shift(self, across: float = 0.0, down: float = 0.0, degrees: float = 0.0) -> None:
        """Move and turn the picture: in picture widths and heights, and degrees.

        A spectrogram moved along time never ends: each shift shows more of the same texture.
        """
        turn = math.radians(degrees)
        forward = torch.tensor(
            [
                [math.cos(turn), math.sin(turn), across],
                [-math.sin(turn), math.cos(turn), down],
                [0, 0, 1],
            ],
            dtype=torch.float32,
        )
        self.input.transform.copy_(torch.linalg.inv(forward))
