"""Layers whose nonlinearity happens at a higher sampling rate, so that nothing aliases."""

import math

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from latent_resonance.networks.equalised import LEAK, Dense
from latent_resonance.networks.stylegan2.styled import demodulation
from latent_resonance.networks.stylegan3.filters import low_pass, lower_rate, raise_rate
from latent_resonance.networks.stylegan3.fourier_input import FourierInput
from latent_resonance.networks.stylegan3.plan import LayerPlan, plan_layers
from latent_resonance.networks.stylegan3.polyphase import Phase, plan_phases, rectify_between


class Layer(nn.Module):
    """Styled convolution, then: raise the rate, leaky rectifier, lower the rate.

    Args:
        before: plan of the layer before,
        plan: and of this one.
        w_dim: length of w.
        to_picture: 1 x 1, linear, not demodulated.
        conv_kernel: of the others.
        filter_size: taps per factor of the rate.
        lrelu_upsampling: rate of the nonlinearity, relative.
        use_radial_filters: for rotation; not at critical layers.
        conv_clamp: limit of activations.
        magnitude_ema_beta: how slowly the input's magnitude is followed.
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
        *,
        to_picture: bool,
        conv_kernel: int,
        filter_size: int,
        lrelu_upsampling: int,
        use_radial_filters: bool,
        conv_clamp: float | None,
        magnitude_ema_beta: float,
        half: bool,
    ) -> None:
        super().__init__()
        self.to_picture, self.conv_clamp, self.half_precision = to_picture, conv_clamp, half
        self.magnitude_ema_beta = magnitude_ema_beta
        kernel = 1 if to_picture else conv_kernel
        self.kernel = kernel
        between = max(before.rate, plan.rate) * (1 if to_picture else lrelu_upsampling)
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
        radial = use_radial_filters and not plan.critical
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
    """``ws`` => picture. All options of the public architecture, under its names.

    Args:
        w_dim: length of w.
        img_resolution: a power of two.
        img_channels: of the picture.
        channel_base: channels are ``channel_base / 2 / cutoff``,
        channel_max: and at most this.
        num_layers: without the one to the picture.
        num_critical: layers that filter at the very limit.
        first_cutoff: of the first layer, in cycles per picture.
        first_stopband: of the first layer.
        last_stopband_rel: of the last, relative to its cutoff.
        margin_size: pixels around the picture.
        output_scale: of the picture.
        num_fp16_res: how many octaves of rate from the top run in half precision.
        conv_kernel: 3, or 1 for rotation.
        filter_size: taps per factor of the rate.
        lrelu_upsampling: rate of the nonlinearity, relative.
        use_radial_filters: for rotation.
        conv_clamp: limit of activations.
        magnitude_ema_beta: how slowly the inputs' magnitudes are followed.
    """

    def __init__(
        self,
        w_dim: int,
        img_resolution: int,
        img_channels: int,
        *,
        channel_base: int = 32768,
        channel_max: int = 512,
        num_layers: int = 14,
        num_critical: int = 2,
        first_cutoff: float = 2,
        first_stopband: float = 2**2.1,
        last_stopband_rel: float = 2**0.3,
        margin_size: int = 10,
        output_scale: float = 0.25,
        num_fp16_res: int = 4,
        conv_kernel: int = 3,
        filter_size: int = 6,
        lrelu_upsampling: int = 2,
        use_radial_filters: bool = False,
        conv_clamp: float | None = 256,
        magnitude_ema_beta: float = 0.999,
    ) -> None:
        super().__init__()
        self.w_dim, self.img_resolution, self.img_channels = w_dim, img_resolution, img_channels
        self.num_ws = num_layers + 2
        self.output_scale = output_scale
        plans = plan_layers(
            img_resolution,
            img_channels,
            channel_base=channel_base,
            channel_max=channel_max,
            num_layers=num_layers,
            num_critical=num_critical,
            first_cutoff=first_cutoff,
            first_stopband=first_stopband,
            last_stopband_rel=last_stopband_rel,
            margin_size=margin_size,
        )
        first = plans[0]
        self.input = FourierInput(w_dim, first.channels, first.size, first.rate, first.cutoff)
        self.layer_names = []
        for index, plan in enumerate(plans):
            layer = Layer(
                plans[max(index - 1, 0)],
                plan,
                w_dim,
                to_picture=index == num_layers,
                conv_kernel=conv_kernel,
                filter_size=filter_size,
                lrelu_upsampling=lrelu_upsampling,
                use_radial_filters=use_radial_filters,
                conv_clamp=conv_clamp,
                magnitude_ema_beta=magnitude_ema_beta,
                half=bool(plan.rate * np.exp2(num_fp16_res) > img_resolution),
            )
            name = f"L{index}_{plan.size}_{plan.channels}"
            self.add_module(name, layer)
            self.layer_names.append(name)

    def forward(
        self, ws: Tensor, dtype: torch.dtype = torch.float32, *, update: bool = False
    ) -> Tensor:
        """``ws [batch, num_ws, w_dim]`` => float32 ``[batch, img_channels, size, size]``."""
        value = self.input(ws[:, 0])
        for index, name in enumerate(self.layer_names):
            value = getattr(self, name)(value, ws[:, index + 1], dtype, update=update)
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
