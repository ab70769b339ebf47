"""Adaptive augmentation (Karras et al. 2020, 2006.06676) for spectrograms and for images.

Both real and made pictures are changed with probability p each, so that the discriminator cannot
learn the training set by heart; p follows how sure it is. All steps are differentiable. A
spectrogram is never turned upside down: that would be another sound.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

_TARGET = 0.6


def _chosen(batch: int, p: Tensor, like: Tensor) -> Tensor:
    """1 where a sample is to be changed: ``[batch, 1, 1, 1]``."""
    return (torch.rand(batch, 1, 1, 1, device=like.device) < p).to(like.dtype)


def _roll(pictures: Tensor, shift: Tensor, dim: int) -> Tensor:
    """Each sample rolled by its own number of pixels along ``dim``, wrapping."""
    length = pictures.shape[dim]
    index = (torch.arange(length, device=pictures.device)[None] - shift[:, None]) % length
    shape = [len(pictures), 1, 1, 1]
    shape[dim] = length
    return torch.gather(pictures, dim, index.reshape(shape).expand_as(pictures))


def _mask(pictures: Tensor, p: Tensor, dim: int, widest: float) -> Tensor:
    """A band along ``dim`` at the floor."""
    batch, length = len(pictures), pictures.shape[dim]
    width = torch.rand(batch, 1, device=pictures.device) * widest * length
    start = torch.rand(batch, 1, device=pictures.device) * length - width / 2
    place = torch.arange(length, device=pictures.device)[None]
    hidden = ((place >= start) & (place < start + width)).to(pictures.dtype)
    shape = [batch, 1, 1, 1]
    shape[dim] = length
    hidden = hidden.reshape(shape) * _chosen(batch, p, pictures)
    return pictures * (1 - hidden) - hidden


def augment_spectrogram(pictures: Tensor, p: Tensor) -> Tensor:
    """Levels in -1..1 ``[batch, 1, bins, columns]``: time wrap, gain, masks, mixtures."""
    batch = len(pictures)
    shift = torch.randint(pictures.shape[3], (batch,), device=pictures.device)
    shift = shift * _chosen(batch, p, pictures).reshape(-1).long()
    pictures = _roll(pictures, shift, 3)
    # 0.2 of the range of 80 dB is 8 dB; what is at the floor stays there.
    gain = torch.randn(batch, 1, 1, 1, device=pictures.device).clamp(-2, 2) * 0.1
    gain = gain * _chosen(batch, p, pictures)
    pictures = pictures + gain * ((pictures + 1) * 2).clamp(0, 1)
    pictures = _mask(pictures, p * 0.5, 3, 0.25)
    pictures = _mask(pictures, p * 0.5, 2, 0.125)
    other = pictures.roll(1, 0)
    mixed = torch.maximum(pictures, other - 0.25)
    return torch.lerp(pictures, mixed, _chosen(batch, p * 0.25, pictures))


def augment_image(pictures: Tensor, p: Tensor) -> Tensor:
    """Pictures in -1..1 ``[batch, channels, h, w]``: flips, shifts, light, colour, cuts."""
    batch, channels = pictures.shape[:2]
    flip = _chosen(batch, p * 0.5, pictures)
    pictures = torch.lerp(pictures, pictures.flip(3), flip)
    for dim in (2, 3):
        most = max(1, pictures.shape[dim] // 8)
        shift = torch.randint(-most, most + 1, (batch,), device=pictures.device)
        shift = shift * _chosen(batch, p, pictures).reshape(-1).long()
        padded = functional.pad(
            pictures, (0, 0, most, most) if dim == 2 else (most, most, 0, 0), mode="reflect"
        )
        pictures = _roll(padded, shift, dim).narrow(dim, most, pictures.shape[dim])
    light = torch.randn(batch, 1, 1, 1, device=pictures.device) * 0.2
    pictures = pictures + light * _chosen(batch, p, pictures)
    contrast = torch.exp2(torch.randn(batch, 1, 1, 1, device=pictures.device) * 0.5)
    pictures = pictures * torch.lerp(
        torch.ones_like(contrast), contrast, _chosen(batch, p, pictures)
    )
    if channels == 3:
        grey = pictures.mean(1, keepdim=True)
        colour = torch.exp2(torch.randn(batch, 1, 1, 1, device=pictures.device))
        colour = torch.lerp(torch.ones_like(colour), colour, _chosen(batch, p, pictures))
        pictures = grey + (pictures - grey) * colour
    half = 0.5
    cut = _chosen(batch, p * half, pictures)
    hidden = pictures.new_ones(pictures.shape)
    for dim in (2, 3):
        length = pictures.shape[dim]
        middle = torch.rand(batch, 1, device=pictures.device) * length
        place = torch.arange(length, device=pictures.device)[None]
        shape = [batch, 1, 1, 1]
        shape[dim] = length
        inside = ((place - middle).abs() < length / 4).to(pictures.dtype)
        hidden = hidden * inside.reshape(shape)
    return pictures * (1 - hidden * cut)


class Augment(nn.Module):
    """Augmentation whose probability follows the discriminator.

    Args:
        kind: ``"spectrogram"`` or ``"image"``.
        kimg: thousands of pictures in which p may go from 0 to 1; 0 keeps p where it is.
        start: p at the beginning.
    """

    p: Tensor

    def __init__(self, kind: str, kimg: float = 100.0, start: float = 0.0) -> None:
        super().__init__()
        self._change = augment_spectrogram if kind == "spectrogram" else augment_image
        self._kimg = kimg
        self.register_buffer("p", torch.tensor(float(start)))

    def forward(self, pictures: Tensor) -> Tensor:
        """The same pictures when p is 0."""
        return self._change(pictures, self.p)

    @torch.no_grad()
    def follow(self, sign: float, pictures: int) -> None:
        """After ``pictures`` more: the mean sign of the logits of real ones, wanted at 0.6."""
        if self._kimg:
            step = pictures / (self._kimg * 1000)
            self.p.add_(step if sign > _TARGET else -step).clamp_(0, 0.85)
