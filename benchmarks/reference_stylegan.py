"""The plain formulations of StyleGAN2 and StyleGAN3, as their papers put them, to compare with.

Weights are modulated and demodulated for each sample and applied as a grouped convolution
(1912.04958, section 2.2); every FIR filter is a pass of its own, zeros inserted before it and
samples dropped after it (1904.11486); the filtered leaky rectifier of 2106.12423 (section 2) is an
up-sampling filter, the rectifier at the high rate, and a down-sampling filter at the full rate.
They take the parameters of our networks, so that both make the same picture.
"""

import math

from torch import Tensor
from torch.nn import functional

from latent_resonance.networks import stylegan2 as two
from latent_resonance.networks import stylegan3 as three
from latent_resonance.networks.stylegan2.styled import StyledConvolution, ToPicture
from latent_resonance.networks.stylegan3.synthesis import Layer


def modulated_convolution(
    value: Tensor, weight: Tensor, style: Tensor, *, demodulate: bool, up: bool, padding: int
) -> Tensor:
    """``[batch, inputs, h, w]`` => ``[batch, outputs, ...]`` by weights of each sample's own.

    ``weight [outputs, inputs, k, k]``, ``style [batch, inputs]``.
    """
    batch, inputs = style.shape
    outputs, _, kernel, _ = weight.shape
    own = weight[None] * style[:, None, :, None, None]
    if demodulate:
        own = own * (own.square().sum((2, 3, 4), keepdim=True) + 1e-8).rsqrt()
    value = value.reshape(1, batch * inputs, *value.shape[2:])
    if up:
        own = own.transpose(1, 2).reshape(batch * inputs, outputs, kernel, kernel)
        made = functional.conv_transpose2d(value, own, stride=2, groups=batch)
    else:
        own = own.reshape(batch * outputs, inputs, kernel, kernel)
        made = functional.conv2d(value, own, padding=padding, groups=batch)
    return made.reshape(batch, outputs, *made.shape[2:])


def fir_pass(
    value: Tensor, taps: Tensor, *, up: int = 1, down: int = 1, pads: tuple[int, int, int, int]
) -> Tensor:
    """Insert zeros, pad (left, right, top, bottom; negative cuts), filter, drop samples.

    ``taps [n]`` filters the two axes one after the other, ``[n, n]`` at once.
    """
    batch, channels, height, width = value.shape
    if up > 1:
        spread = value.new_zeros(batch, channels, height, up, width, up)
        spread[:, :, :, 0, :, 0] = value
        value = spread.reshape(batch, channels, height * up, width * up)
    value = functional.pad(value, pads)
    turned = taps.flip(tuple(range(taps.ndim)))
    kernels = [turned] if taps.ndim == 2 else [turned[:, None], turned[None, :]]
    for kernel in kernels:
        each = kernel.expand(channels, 1, *kernel.shape)
        value = functional.conv2d(value, each, groups=channels)
    return value[:, :, ::down, ::down]


def stylegan2(synthesis: two.Synthesis, ws: Tensor) -> Tensor:
    """``ws [batch, num_ws, w_dim]`` => picture, with the constant noise."""
    blocks = synthesis.blocks()
    value = blocks[0].const.expand(ws.shape[0], -1, -1, -1)
    picture: Tensor | None = None
    first = 0
    for block in blocks:
        if not block.seeds:
            value = _styled(block.conv0, value, ws[:, first])
        value = _styled(block.conv1, value, ws[:, first + block.num_conv - 1])
        share = _to_picture(block.torgb, value, ws[:, first + block.num_conv])
        if picture is not None:
            taps = 4 * block.resample_filter
            share = share + fir_pass(picture, taps, up=2, pads=(2, 1, 2, 1))
        picture = share
        first += block.num_conv
    assert picture is not None
    return picture


def _styled(layer: StyledConvolution, value: Tensor, w: Tensor) -> Tensor:
    style = layer.affine(w)
    value = modulated_convolution(
        value, layer.weight, style, demodulate=True, up=layer.up, padding=1
    )
    if layer.up:
        value = fir_pass(value, 4 * layer.resample_filter, pads=(1, 1, 1, 1))
    value = value + layer.noise_const * layer.noise_strength + layer.bias[:, None, None]
    return functional.leaky_relu(value, 0.2) * math.sqrt(2)


def _to_picture(layer: ToPicture, value: Tensor, w: Tensor) -> Tensor:
    style = layer.affine(w) / math.sqrt(layer.weight.shape[1])
    made = modulated_convolution(value, layer.weight, style, demodulate=False, up=False, padding=0)
    return made + layer.bias[:, None, None]


def stylegan3(synthesis: three.Synthesis, ws: Tensor) -> Tensor:
    """``ws [batch, num_ws, w_dim]`` => picture."""
    value = synthesis.input(ws[:, 0])
    for index, name in enumerate(synthesis.layer_names):
        value = _filtered(getattr(synthesis, name), value, ws[:, index + 1])
    return value * synthesis.output_scale


def _filtered(layer: Layer, value: Tensor, w: Tensor) -> Tensor:
    style, weight = layer.affine(w), layer.weight
    if layer.to_picture:
        style = style / math.sqrt(weight[0].numel())
    else:
        weight = weight * weight.square().mean((1, 2, 3), keepdim=True).rsqrt()
        style = style * style.square().mean(1, keepdim=True).rsqrt()
    # The demodulation is of the weights alone; what the input is divided by stays outside it.
    value = modulated_convolution(
        value * layer.magnitude_ema.rsqrt(),
        weight,
        style,
        demodulate=not layer.to_picture,
        up=False,
        padding=layer.kernel - 1,
    )
    value = value + layer.bias[:, None, None]
    pads = (*layer.padding, *layer.padding)
    if layer.up_filter is None:
        value = functional.pad(value, pads)
    else:
        gain = layer.up_factor if layer.up_filter.ndim == 1 else layer.up_factor**2
        value = fir_pass(value, layer.up_filter * gain, up=layer.up_factor, pads=pads)
    if not layer.to_picture:
        value = functional.leaky_relu(value, 0.2) * math.sqrt(2)
    if layer.conv_clamp is not None:
        value = value.clamp(-layer.conv_clamp, layer.conv_clamp)
    if layer.down_filter is None:
        return value
    return fir_pass(value, layer.down_filter, down=layer.down_factor, pads=(0, 0, 0, 0))
