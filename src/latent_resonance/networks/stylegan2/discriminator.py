"""The residual discriminator (1912.04958, section 4.1) with a minibatch statistic."""

import math

import torch
from torch import Tensor, nn

from latent_resonance.networks.equalised import Dense
from latent_resonance.networks.mapping import condition, unit_square
from latent_resonance.networks.stylegan2.convolution import EqualConvolution
from latent_resonance.networks.stylegan2.generator import plan


class DownBlock(nn.Module):
    """Two convolutions and a shortcut, half as large."""

    def __init__(self, inputs: int, outputs: int, img_channels: int) -> None:
        super().__init__()
        if img_channels:
            self.fromrgb = EqualConvolution(img_channels, inputs, 1)
        self.conv0 = EqualConvolution(inputs, inputs, 3)
        self.conv1 = EqualConvolution(inputs, outputs, 3, down=True)
        self.skip = EqualConvolution(inputs, outputs, 1, down=True, bias=False, activate=False)
        self.top = bool(img_channels)

    def forward(self, value: Tensor) -> Tensor:
        """The first block takes the picture."""
        if self.top:
            value = self.fromrgb(value)
        half = math.sqrt(0.5)
        shortcut = self.skip(value, half)
        made: Tensor = shortcut + self.conv1(self.conv0(value), half)
        return made


def spread_over_batch(value: Tensor, group: int = 4) -> Tensor:
    """One more channel: how much the samples of a group differ (1710.10196, section 3).

    ``[batch, channels, h, w]`` => ``[batch, channels + 1, h, w]``; samples of a group lie
    ``batch / group`` apart.
    """
    batch, _, height, width = value.shape
    size = next(s for s in range(min(group, batch), 0, -1) if batch % s == 0)
    grouped = value.float().reshape(size, batch // size, -1)
    spread = (grouped.var(0, unbiased=False) + 1e-8).sqrt().mean(1)
    plane = spread.repeat(size)[:, None, None, None].expand(-1, 1, height, width)
    return torch.cat([value, plane.to(value.dtype)], 1)


class Epilogue(nn.Module):
    """4 x 4 => one number, or a row that meets the condition."""

    def __init__(self, channels: int, outputs: int, size: tuple[int, int], group: int) -> None:
        super().__init__()
        self._group = group
        extra = 1 if group > 1 else 0
        self.conv = EqualConvolution(channels + extra, channels, 3)
        self.fc = Dense(channels * size[0] * size[1], channels, activate=True)
        self.out = Dense(channels, outputs)

    def forward(self, value: Tensor) -> Tensor:
        """``[batch, channels, 4, 4]`` => ``[batch, outputs]``."""
        if self._group > 1:
            value = spread_over_batch(value, self._group)
        made: Tensor = self.out(self.fc(self.conv(value).flatten(1)))
        return made


class Discriminator(nn.Module):
    """How real a picture looks; takes augmented pictures as they are.

    Args:
        c_dim: length of the condition, 0 for none.
        img_resolution: a power of two, or ``(height, width)`` of them.
        img_channels: of the picture.
        channel_base: as the generator's.
        channel_max: as the generator's.
        mbstd_group_size: of the minibatch statistic; 1 leaves it out.
        cmap_dim: width at which condition and picture meet.
    """

    def __init__(
        self,
        c_dim: int,
        img_resolution: int | tuple[int, int],
        img_channels: int,
        *,
        channel_base: int = 32768,
        channel_max: int = 512,
        mbstd_group_size: int = 4,
        cmap_dim: int | None = None,
    ) -> None:
        super().__init__()
        levels, along = plan(img_resolution)
        channels = {level: min(channel_base // level, channel_max) for level in levels}
        self.levels = levels[:0:-1]
        for level in self.levels:
            first = img_channels if level == levels[-1] else 0
            self.add_module(f"b{level}", DownBlock(channels[level], channels[level // 2], first))
        self.c_dim = c_dim
        width = (channels[4] if cmap_dim is None else cmap_dim) if c_dim else 1
        self.b4 = Epilogue(channels[4], width, (4 * along[0], 4 * along[1]), mbstd_group_size)
        if c_dim:
            self.embed = Dense(c_dim, width)

    def forward(self, picture: Tensor, c: Tensor | None = None) -> Tensor:
        """``[batch, img_channels, h, w]`` => logits ``[batch, 1]`` (projection for a condition)."""
        value = picture
        for level in self.levels:
            value = getattr(self, f"b{level}")(value)
        score: Tensor = self.b4(value)
        if self.c_dim:
            met = score * unit_square(self.embed(condition(c, self.c_dim).float()))
            score = met.sum(1, keepdim=True) / math.sqrt(score.shape[1])
        return score
