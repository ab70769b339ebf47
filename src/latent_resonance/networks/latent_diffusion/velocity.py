"""The velocity of a rectified flow (Liu et al. 2023, "Flow straight and fast") over latents.

A U-Net in the line of Rombach et al. 2022 over 2 by 2 patches; each place looks at every word of
the text by cross-attention, so that what a word belongs to can be told from where it stands.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from latent_resonance.networks.latent_diffusion.autoencoder import CHANNELS

_GROUPS = 8
_PATCH = 2
_HEAD = 32
_FREQUENCIES = 64
_LEAST_TIME = 0.05
_CELLS = (1, 2, 4)
_OCTAVES = (0.5, 1.0, 2.0, 4.0)  # turns over a side, of what tells where a place is


class TextEncoder(nn.Module):
    """Words ``[n, tokens, size]``, zeros after the last, as context ``[n, tokens, width]``.

    Absent words are masked; the first place stands for the text as a whole, also for none.
    """

    def __init__(self, tokens: int, size: int, width: int, layers: int = 2) -> None:
        super().__init__()
        self.enter = nn.Linear(size, width)
        self.position = nn.Parameter(0.02 * torch.randn(tokens + 1, width))
        self.whole = nn.Parameter(0.02 * torch.randn(width))
        self.layers = nn.ModuleList(_TextLayer(width) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, words: Tensor) -> tuple[Tensor, Tensor]:
        """Context ``[n, tokens + 1, width]``, and what is added to attention to mask the rest."""
        said = (words.abs().amax(2) > 0).float()
        x = torch.cat([self.whole.expand(len(words), 1, -1), self.enter(words)], 1) + self.position
        hidden = torch.cat([torch.zeros_like(said[:, :1]), (said - 1) * 1e4], 1)[:, None, None]
        for layer in self.layers:
            x = layer(x, hidden)
        return self.norm(x), hidden


class _TextLayer(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.queries = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.between = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width)
        )

    def forward(self, x: Tensor, hidden: Tensor) -> Tensor:
        count, tokens, width = x.shape
        q, k, v = (
            part.reshape(count, tokens, -1, _HEAD).transpose(1, 2)
            for part in self.queries(self.norm(x)).chunk(3, 2)
        )
        mixed = _attend(q, k, v, hidden).transpose(1, 2).reshape(count, tokens, width)
        x = x + self.out(mixed)
        out: Tensor = x + self.between(x)
        return out


def _attend(q: Tensor, k: Tensor, v: Tensor, hidden: Tensor | None = None) -> Tensor:
    # For so few places a processor learns a fifth faster by plain products than by fused attention.
    likeness = (q @ k.transpose(-2, -1)) * q.shape[-1] ** -0.5
    if hidden is not None:
        likeness = likeness + hidden
    out: Tensor = likeness.softmax(-1).to(v.dtype) @ v
    return out


class _Block(nn.Module):
    """A residual block with a scale and shift by time and text (Dhariwal and Nichol 2021)."""

    def __init__(self, channels_in: int, channels: int, width: int) -> None:
        super().__init__()
        self.norm_in = nn.GroupNorm(_GROUPS, channels_in)
        self.first = nn.Conv2d(channels_in, channels, 3, padding=1)
        self.norm = nn.GroupNorm(_GROUPS, channels, affine=False)
        self.modulate = nn.Linear(width, 2 * channels)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)  # type: ignore[arg-type]
        self.skip = (
            nn.Conv2d(channels_in, channels, 1) if channels_in != channels else nn.Identity()
        )

    def forward(self, x: Tensor, when: Tensor) -> Tensor:
        scale, shift = self.modulate(when)[:, :, None, None].chunk(2, 1)
        h = self.norm(self.first(functional.silu(self.norm_in(x))))
        out: Tensor = self.skip(x) + self.second(functional.silu(h * (1 + scale) + shift))
        return out


class _Attention(nn.Module):
    """Each place looks at the words, and at all other places where ``places``."""

    def __init__(self, channels: int, width: int, *, places: bool) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(_GROUPS, channels)
        self.places = places
        self.queries = nn.Conv2d(channels, (4 if places else 1) * channels, 1)
        self.words = nn.Linear(width, 2 * channels)
        self.out = nn.Conv2d((2 if places else 1) * channels, channels, 1)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor, words: Tensor, hidden: Tensor) -> Tensor:
        count, channels, height, width = x.shape
        heads = channels // _HEAD
        parts = [
            part.reshape(count, heads, _HEAD, height * width).transpose(2, 3)
            for part in self.queries(self.norm(x)).chunk(4 if self.places else 1, 1)
        ]
        k, v = (
            part.reshape(count, -1, heads, _HEAD).transpose(1, 2)
            for part in self.words(words).chunk(2, 2)
        )
        found = [_attend(parts[0], k, v, hidden)]
        if self.places:
            found.append(_attend(*parts[1:]))
        mixed = [one.transpose(2, 3).reshape(count, channels, height, width) for one in found]
        out: Tensor = x + self.out(torch.cat(mixed, 1))
        return out


class VelocityNetwork(nn.Module):
    """Velocity ``[n, 4, h, w]`` of latents at times ``[n]`` (1 noise, 0 picture) under words.

    Its layers predict the picture's latents, of which there are few, not the noise (Li and He 2025,
    "Back to basics: let denoising generative models denoise"); the velocity is the way there.

    Args:
        tokens: places for words.
        size: numbers of a word.
        widths: channels at 16 by 16, 8 by 8 and 4 by 4 for latents of 32 by 32.
        text: width of the text's context and of time.
    """

    def __init__(
        self,
        tokens: int,
        size: int,
        widths: tuple[int, int, int] = (96, 192, 256),
        text: int = 192,
    ) -> None:
        super().__init__()
        wide, middle, deep = widths
        self.text = TextEncoder(tokens, size, text)
        self.time = nn.Sequential(
            nn.Linear(2 * _FREQUENCIES, text), nn.SiLU(), nn.Linear(text, text)
        )
        seen = CHANNELS * (_PATCH**2 + 3 * len(_CELLS)) + 4 * len(_OCTAVES)
        self.enter = nn.Conv2d(seen, wide, 3, padding=1)
        self.down_1a = _Block(wide, wide, text)
        self.look_1a = _Attention(wide, text, places=False)
        self.down_1b = _Block(wide, wide, text)
        self.shrink_1 = nn.Conv2d(wide, middle, 3, stride=2, padding=1)
        self.down_2a = _Block(middle, middle, text)
        self.look_2a = _Attention(middle, text, places=True)
        self.down_2b = _Block(middle, middle, text)
        self.shrink_2 = nn.Conv2d(middle, deep, 3, stride=2, padding=1)
        self.deep_a = _Block(deep, deep, text)
        self.look_3 = _Attention(deep, text, places=True)
        self.deep_b = _Block(deep, deep, text)
        self.grow_2 = nn.Conv2d(deep, middle * 4, 1)
        self.up_2a = _Block(2 * middle, middle, text)
        self.look_2b = _Attention(middle, text, places=True)
        self.up_2b = _Block(2 * middle, middle, text)
        self.grow_1 = nn.Conv2d(middle, wide * 4, 1)
        self.up_1a = _Block(2 * wide, wide, text)
        self.look_1b = _Attention(wide, text, places=False)
        self.up_1b = _Block(2 * wide, wide, text)
        self.norm = nn.GroupNorm(_GROUPS, wide)
        self.leave = nn.Conv2d(wide, CHANNELS * _PATCH**2, 3, padding=1)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)  # type: ignore[arg-type]

    def forward(self, z: Tensor, time: Tensor, words: Tensor) -> Tensor:
        """Of the latents' shape; see the class."""
        context, hidden = self.text(words)
        when = functional.silu(self.time(_waves(time)) + context[:, 0])
        patches = functional.pixel_unshuffle(z, _PATCH)
        size = (patches.shape[2], patches.shape[3])
        coarse = [_see_cells(z, cells, size) for cells in _CELLS]
        h0 = self.enter(torch.cat([patches, _where(patches), *coarse], 1))
        h1 = self.look_1a(self.down_1a(h0, when), context, hidden)
        h2 = self.down_1b(h1, when)
        h3 = self.look_2a(self.down_2a(self.shrink_1(h2), when), context, hidden)
        h4 = self.down_2b(h3, when)
        h = self.look_3(self.deep_a(self.shrink_2(h4), when), context, hidden)
        h = self.deep_b(h, when)
        h = torch.cat([functional.pixel_shuffle(self.grow_2(h), 2), h4], 1)
        h = self.look_2b(self.up_2a(h, when), context, hidden)
        h = self.up_2b(torch.cat([h, h3], 1), when)
        h = torch.cat([functional.pixel_shuffle(self.grow_1(h), 2), h2], 1)
        h = self.look_1b(self.up_1a(h, when), context, hidden)
        h = self.up_1b(torch.cat([h, h1], 1), when)
        clean = functional.pixel_shuffle(self.leave(functional.silu(self.norm(h))), _PATCH)
        out: Tensor = (z - clean) / time.clamp_min(_LEAST_TIME)[:, None, None, None]
        return out


def _see_cells(z: Tensor, cells: int, size: tuple[int, int]) -> Tensor:
    """Latents in so many cells a side as each place has them, ``[n, 12, *size]``.

    They are the mean of its cell, its right half against its left one, its lower half against its
    upper one; of normal noise, normal numbers.
    """
    count, channels, height, width = z.shape
    halves = functional.avg_pool2d(z, (height // (2 * cells), width // (2 * cells)))
    quarters = halves.reshape(count, channels, cells, 2, cells, 2) / 4
    sums = quarters.sum(3), quarters.sum(5)
    level = sums[0].sum(4)
    across = sums[0][..., 1] - sums[0][..., 0]
    along = sums[1][:, :, :, 1] - sums[1][:, :, :, 0]
    found = torch.cat([level, across, along], 1) * (math.sqrt(height * width) / cells)
    wide = found[:, :, :, None, :, None].expand(-1, -1, -1, size[0] // cells, -1, size[1] // cells)
    return wide.reshape(count, 3 * channels, *size)


def _where(like: Tensor) -> Tensor:
    """Sines and cosines of both coordinates, ``[n, 16, h, w]``."""
    parts = []
    for axis, size in ((2, like.shape[2]), (3, like.shape[3])):
        at = (torch.arange(size, device=like.device, dtype=like.dtype) + 0.5) / size - 0.5
        shape = [1, 1, 1, 1]
        shape[axis] = size
        for turns in _OCTAVES:
            angle = (2 * math.pi * turns * at).reshape(shape)
            parts += [angle.sin(), angle.cos()]
    return torch.cat([part.expand(len(like), 1, *like.shape[2:]) for part in parts], 1)


def _waves(time: Tensor) -> Tensor:
    """Times ``[n]`` in 0..1 as sines and cosines ``[n, 128]``."""
    steps = torch.arange(_FREQUENCIES, device=time.device) / _FREQUENCIES
    angle = torch.exp(-math.log(1000) * steps) * time[:, None] * (1000 / (2 * math.pi))
    return torch.cat([angle.sin(), angle.cos()], 1)
