"""DCGAN (Radford, Metz, Chintala 2015, 1511.06434), plain and conditional (1411.1784)."""

import itertools

import torch
from torch import Tensor, nn

from latent_resonance.networks.mapping import condition
from latent_resonance.networks.stylegan2.generator import plan


def _start(module: nn.Module) -> None:
    """Normal weights of deviation 0.02, as in section 4 of the paper."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
        nn.init.normal_(module.weight, 0.0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
        nn.init.zeros_(module.bias)


def _normed(layer: nn.Conv2d | nn.ConvTranspose2d, rectifier: nn.Module) -> list[nn.Module]:
    return [layer, nn.BatchNorm2d(layer.out_channels), rectifier]


class Generator(nn.Module):
    """z (and c) => picture in -1..1.

    Args:
        z_dim: length of z.
        c_dim: length of the condition, 0 for none; joined to z.
        img_resolution: a power of two, or ``(height, width)`` of them.
        img_channels: of the picture.
        channel_base: channels are ``channel_base / resolution``,
        channel_max: and at most this.
    """

    def __init__(
        self,
        z_dim: int,
        c_dim: int,
        img_resolution: int | tuple[int, int],
        img_channels: int,
        *,
        channel_base: int = 8192,
        channel_max: int = 512,
    ) -> None:
        super().__init__()
        self.z_dim, self.c_dim = z_dim, c_dim
        levels, along = plan(img_resolution)
        widths = [min(channel_base // level, channel_max) for level in levels]
        size = (4 * along[0], 4 * along[1])
        layers = _normed(nn.ConvTranspose2d(z_dim + c_dim, widths[0], size, bias=False), nn.ReLU())
        for inputs, outputs in itertools.pairwise(widths[:-1]):
            larger = nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1, bias=False)
            layers += _normed(larger, nn.ReLU())
        layers += [
            nn.ConvTranspose2d(widths[-2], img_channels, 4, stride=2, padding=1),
            nn.Tanh(),
        ]
        self.layers = nn.Sequential(*layers)
        self.apply(_start)

    def forward(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        """``z [batch, z_dim]`` => ``[batch, img_channels, height, width]``."""
        if self.c_dim:
            z = torch.cat([z, condition(c, self.c_dim).to(z.dtype)], 1)
        made: Tensor = self.layers(z[:, :, None, None])
        return made


class Discriminator(nn.Module):
    """Picture (and c) => logits ``[batch, 1]``; the condition comes in as planes."""

    def __init__(
        self,
        c_dim: int,
        img_resolution: int | tuple[int, int],
        img_channels: int,
        *,
        channel_base: int = 8192,
        channel_max: int = 512,
    ) -> None:
        super().__init__()
        self.c_dim = c_dim
        levels, along = plan(img_resolution)
        widths = [min(channel_base // level, channel_max) for level in reversed(levels)]
        layers: list[nn.Module] = [
            nn.Conv2d(img_channels + c_dim, widths[1], 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
        ]
        for inputs, outputs in itertools.pairwise(widths[1:]):
            smaller = nn.Conv2d(inputs, outputs, 4, stride=2, padding=1, bias=False)
            layers += _normed(smaller, nn.LeakyReLU(0.2))
        layers.append(nn.Conv2d(widths[-1], 1, (4 * along[0], 4 * along[1])))
        self.layers = nn.Sequential(*layers)
        self.apply(_start)

    def forward(self, picture: Tensor, c: Tensor | None = None) -> Tensor:
        """How real it looks."""
        if self.c_dim:
            planes = condition(c, self.c_dim).to(picture.dtype)[:, :, None, None]
            planes = planes.expand(-1, -1, *picture.shape[2:])
            picture = torch.cat([picture, planes], 1)
        made: Tensor = self.layers(picture).flatten(1)
        return made
