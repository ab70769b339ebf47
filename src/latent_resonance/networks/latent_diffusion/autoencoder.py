"""Pictures to latents an eighth as wide and back, in the way of Rombach et al. 2022,
"High-resolution image synthesis with latent diffusion models"; light enough for a processor: the
decoder works at the latents' size, pixels are shuffled out (Shi et al. 2016).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

CHANNELS = 4
FACTOR = 8
_GROUPS = 8


class Block(nn.Module):
    """A residual block: ``[n, c, h, w]`` to the same."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(_GROUPS, channels)
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 1)
        nn.init.zeros_(self.second.weight)

    def forward(self, x: Tensor) -> Tensor:
        """Input and residual in sum, ``[n, c, h, w]`` as the input."""
        h = self.first(functional.silu(self.norm(x)))
        out: Tensor = x + self.second(functional.silu(h))
        return out


def encode_picture(pictures: Tensor) -> Tensor:
    """Pictures ``[n, 3, 8 h, 8 w]`` in -1..1 as latents ``[n, 4, h, w]``.

    They are the mean colour of 8 by 8 pixels, and how much their light differs. Nothing is learned:
    a learned encoder hid where an edge lies within a block in two rough channels (neighbours
    correlate by .47 and .56), which a small flow cannot draw; means tell it smoothly (.93 to .99).
    """
    blocks = functional.avg_pool2d(pictures, FACTOR)
    light = pictures.mean(1, keepdim=True)
    spread = functional.avg_pool2d(light.square(), FACTOR) - blocks.mean(1, keepdim=True).square()
    return torch.cat([blocks, spread.clamp_min(0).sqrt()], 1)


class PictureDecoder(nn.Module):
    """Latents ``[n, 4, h, w]`` to pictures ``[n, 3, 8 h, 8 w]``, about -1..1."""

    def __init__(self, channels: int = 96, blocks: int = 4) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(CHANNELS, channels, 3, padding=1),
            *(Block(channels) for _ in range(blocks)),
            nn.Conv2d(channels, 3 * FACTOR**2, 3, padding=1),
            nn.PixelShuffle(FACTOR),
        )

    def forward(self, latents: Tensor) -> Tensor:
        """Pictures of an encoder's latents."""
        out: Tensor = self.layers(latents)
        return out


class Whitening(nn.Module):
    """Latents of unit covariance from an encoder's own, and back: a matrix over the channels."""

    mean: Tensor
    whiten: Tensor
    colour: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(CHANNELS))
        self.register_buffer("whiten", torch.eye(CHANNELS))
        self.register_buffer("colour", torch.eye(CHANNELS))

    @torch.no_grad()
    def fit(self, latents: Tensor) -> None:
        """To latents ``[n, 4, h, w]``."""
        rows = latents.double().permute(0, 2, 3, 1).reshape(-1, CHANNELS)
        values, vectors = torch.linalg.eigh(torch.cov(rows.T))
        root = values.clamp_min(1e-6).sqrt()
        self.mean.copy_(rows.mean(0))
        self.whiten.copy_(vectors @ torch.diag(1 / root) @ vectors.T)
        self.colour.copy_(vectors @ torch.diag(root) @ vectors.T)

    def forward(self, latents: Tensor) -> Tensor:
        """An encoder's latents, whitened."""
        return _mix(self.whiten, latents - self.mean[:, None, None])

    def back(self, whitened: Tensor) -> Tensor:
        """Whitened latents as the decoder takes them."""
        return _mix(self.colour, whitened) + self.mean[:, None, None]


def _mix(matrix: Tensor, x: Tensor) -> Tensor:
    return functional.conv2d(x, matrix[:, :, None, None])


class WhiteDecoder(nn.Module):
    """Whitened latents to pictures in -1..1."""

    def __init__(self, whitening: Whitening, decoder: PictureDecoder) -> None:
        super().__init__()
        self.whitening = whitening
        self.decoder = decoder

    def forward(self, latents: Tensor) -> Tensor:
        """Pictures of whitened latents."""
        out: Tensor = self.decoder(self.whitening.back(latents)).clamp(-1, 1)
        return out
