"""The generators of 1912.04958, section 4.1 (figure 7).

``skip``: each resolution adds its picture to the doubled one before, the usual one. ``orig``: the
last alone makes a picture. ``resnet``: as that, and each adds a shortcut around its convolutions.
"""

import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from latent_resonance.networks.style_generator import StyleGenerator
from latent_resonance.networks.stylegan2.axes import AxisInput
from latent_resonance.networks.stylegan2.convolution import EqualConvolution
from latent_resonance.networks.stylegan2.resample import HasFilter, double
from latent_resonance.networks.stylegan2.speckle import Speckle
from latent_resonance.networks.stylegan2.styled import StyledConvolution, ToPicture

_SEED = 4
# Of the variance: each of the two ways to a residual block's end.
_HALF = math.sqrt(0.5)
ARCHITECTURES = ("skip", "orig", "resnet")
Bend = Callable[[Tensor], Tensor]
"""Changes the activations of a layer."""


def plan(img_resolution: int | tuple[int, int]) -> tuple[list[int], tuple[int, int]]:
    """Resolutions of the shorter side, 4 and up, and how many of them lie along each side.

    Raises:
        ValueError: a side is no power of two from 4 on.
    """
    sides = (img_resolution, img_resolution) if isinstance(img_resolution, int) else img_resolution
    for side in sides:
        if side < _SEED or side & (side - 1):
            raise ValueError(f"a side of {side} is no power of two from {_SEED} on")
    short = min(sides)
    levels = [_SEED << i for i in range(short.bit_length() - _SEED.bit_length() + 1)]
    return levels, (sides[0] // short, sides[1] // short)


class Block(HasFilter):
    """One resolution: two styled convolutions (one at the seed) and its share of the picture."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        w_dim: int,
        size: tuple[int, int],
        img_channels: int,
        *,
        clamp: float | None,
        half: bool,
        axes: int = 0,
        shows: bool = True,
        residual: bool = False,
    ) -> None:
        super().__init__()
        self.half_precision = half
        self.axes = AxisInput(w_dim, outputs, size, axes) if axes else None
        if not inputs:
            self.const = nn.Parameter(torch.randn(outputs, *size))
        else:
            self.conv0 = StyledConvolution(inputs, outputs, w_dim, size, up=True, clamp=clamp)
        self.conv1 = StyledConvolution(outputs, outputs, w_dim, size, clamp=clamp)
        self.skip: EqualConvolution | None = None
        if residual and inputs:
            self.skip = EqualConvolution(inputs, outputs, 1, up=True, bias=False, activate=False)
        self.torgb = ToPicture(outputs, img_channels, w_dim, clamp=clamp) if shows else None
        self.seeds = not inputs
        self.num_conv = 1 if self.seeds else 2

    def forward(
        self,
        value: Tensor | None,
        picture: Tensor | None,
        ws: Tensor,
        noise: str,
        dtype: torch.dtype,
        bend: Bend | None = None,
    ) -> tuple[Tensor, Tensor | None]:
        """Activations, picture and ``ws [batch, num_conv + 1, w_dim]`` => the larger two."""
        kind = dtype if self.half_precision else torch.float32
        shortcut: Tensor | None = None
        if self.skip is not None and value is not None:
            shortcut = self.skip(value.to(kind), _HALF)
        if value is None:
            value = self.const.to(kind).unsqueeze(0).expand(ws.shape[0], -1, -1, -1)
        else:
            value = self.conv0(value.to(kind), ws[:, 0], noise)
        last = ws[:, self.num_conv - 1]
        if self.axes is not None:
            value = value + self.axes(last).to(value.dtype)
        value = self.conv1(value, last, noise, 1.0 if shortcut is None else _HALF)
        if shortcut is not None:
            value = shortcut + value
        if bend is not None:
            value = bend(value)
        if self.torgb is None:
            return value, picture
        share = self.torgb(value, ws[:, self.num_conv])
        if picture is not None:
            share = share + double(picture, self.resample_filter)
        return value, share


class Synthesis(nn.Module):
    """``ws`` => picture.

    Args:
        w_dim: length of w.
        img_resolution: a power of two, or ``(height, width)`` of them.
        img_channels: of the picture.
        channel_base: channels are ``channel_base / resolution``, for the shorter side,
        channel_max: and at most this.
        num_fp16_res: how many of the largest resolutions run in half precision where asked.
        conv_clamp: limit of activations, for half precision.
        axes: curves along time and frequency that w adds at each resolution; 0 as in the paper.
        architecture: ``skip``, ``orig`` or ``resnet``.
        speckle: for spectrograms, the codec's hop in samples: how much of it is noise is a second
            channel, and the scatter of noise is added; 0 as in the paper.
    """

    def __init__(
        self,
        w_dim: int,
        img_resolution: int | tuple[int, int],
        img_channels: int,
        *,
        channel_base: int = 32768,
        channel_max: int = 512,
        num_fp16_res: int = 0,
        conv_clamp: float | None = None,
        axes: int = 0,
        speckle: int = 0,
        architecture: str = "skip",
    ) -> None:
        super().__init__()
        self.w_dim, self.img_resolution, self.img_channels = w_dim, img_resolution, img_channels
        if architecture not in ARCHITECTURES:
            known = ", ".join(ARCHITECTURES)
            raise ValueError(f"the architecture {architecture!r} is not known, only {known}")
        levels, along = plan(img_resolution)
        self.speckle: Speckle | None = None
        if speckle:
            if img_channels != 1:
                raise ValueError("speckle is for spectrograms: pictures of one channel")
            size = (levels[-1] * along[0], levels[-1] * along[1])
            self.speckle, img_channels = Speckle(size, speckle), 2
        self.levels = levels
        channels = [0, *(min(channel_base // level, channel_max) for level in levels)]
        for index, level in enumerate(levels):
            block = Block(
                channels[index],
                channels[index + 1],
                w_dim,
                (level * along[0], level * along[1]),
                img_channels,
                clamp=conv_clamp,
                half=index >= len(levels) - num_fp16_res,
                axes=axes,
                shows=architecture == "skip" or level == levels[-1],
                residual=architecture == "resnet",
            )
            self.add_module(f"b{level}", block)
        self.num_ws = 2 * len(levels)

    def blocks(self) -> list[Block]:
        """From the smallest to the largest."""
        return [getattr(self, f"b{level}") for level in self.levels]

    def forward(
        self,
        ws: Tensor,
        noise_mode: str = "random",
        dtype: torch.dtype = torch.float32,
        *,
        level: int | None = None,
        apart: bool = False,
        bends: Mapping[int, Bend] | None = None,
    ) -> Tensor:
        """``ws [batch, num_ws, w_dim]`` => float32 ``[batch, img_channels, height, width]``.

        Args:
            ws: the styles.
            noise_mode: random, const or none.
            dtype: of the blocks that ``num_fp16_res`` names: bfloat16 or float16 on a GPU.
            level: stop at this resolution of the shorter side, for growing.
            apart: with speckle, give what it is added to: two channels.
            bends: by number of a block, what changes its activations.
        """
        value: Tensor | None = None
        picture: Tensor | None = None
        first = 0
        bending = bends or {}
        for index, (resolution, block) in enumerate(zip(self.levels, self.blocks(), strict=True)):
            if level is not None and resolution > level:
                break
            # The picture of a resolution shares its style with the next one's first convolution.
            taken = ws[:, first : first + block.num_conv + 1]
            value, picture = block(value, picture, taken, noise_mode, dtype, bending.get(index))
            first += block.num_conv
        if picture is None:
            raise ValueError("a generator has at least one resolution")
        if self.speckle is None or apart:
            return picture
        made: Tensor = self.speckle(picture, noise_mode)
        return made


class Generator(StyleGenerator):
    """StyleGAN2's."""

    make_synthesis = Synthesis


def mix_styles(ws: Tensor, others: Tensor, crossover: Tensor) -> Tensor:
    """Styles of ``ws`` before each sample's ``crossover``, of ``others`` from it on.

    1812.04948, section 3.1. All ``[batch, num_ws, w_dim]``; crossover int64 ``[batch]``.
    """
    index = torch.arange(ws.shape[1], device=ws.device)
    return torch.where((index < crossover[:, None])[:, :, None], ws, others)
