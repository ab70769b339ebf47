"""Doubling and halving with the [1 3 3 1] low-pass (Zhang 2019, 1904.11486), as plain convolutions.

Zero insertion, filter and crop are one depthwise transposed convolution; nothing to compile.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional


def low_pass(taps: tuple[int, ...] = (1, 3, 3, 1)) -> Tensor:
    """The filter as ``[taps, taps]`` that sums to 1."""
    line = torch.tensor(taps, dtype=torch.float32)
    square = torch.outer(line, line)
    return square / square.sum()


def _taps(value: Tensor, kernel: Tensor) -> Tensor:
    """The filter for each channel of ``value``."""
    return kernel.to(value.dtype).expand(value.shape[1], 1, -1, -1)


def blur_after_doubling(value: Tensor, kernel: Tensor) -> Tensor:
    """Low-pass what a stride-2 transposed 3 x 3 convolution made: ``2n + 1`` => ``2n``, gain 4."""
    return functional.conv2d(value, _taps(value, kernel * 4), padding=1, groups=value.shape[1])


def double(value: Tensor, kernel: Tensor) -> Tensor:
    """Twice as high and wide."""
    taps = _taps(value, kernel * 4)
    return functional.conv_transpose2d(value, taps, stride=2, padding=1, groups=value.shape[1])


def blur_before_halving(value: Tensor, kernel: Tensor, padding: int) -> Tensor:
    """Low-pass what a strided convolution will thin."""
    return functional.conv2d(value, _taps(value, kernel), padding=padding, groups=value.shape[1])


def halve(value: Tensor, kernel: Tensor) -> Tensor:
    """Half as high and wide."""
    taps = _taps(value, kernel)
    return functional.conv2d(value, taps, stride=2, padding=1, groups=value.shape[1])


class HasFilter(nn.Module):
    """A module with the low-pass as its buffer ``resample_filter``."""

    resample_filter: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("resample_filter", low_pass())
