"""Kaiser low-passes, and raising and lowering the sampling rate with them."""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional


def low_pass(
    taps: int, cutoff: float, width: float, rate: float, *, radial: bool = False
) -> Tensor | None:
    """Kaiser-windowed low-pass (appendix C.1): ``[taps]``, or ``[taps, taps]`` when radial.

    Args:
        taps: length; 1 is no filter at all: None.
        cutoff: in the unit of ``rate``.
        width: of the transition.
        rate: sampling rate.
        radial: equal in all directions (jinc), for rotation.
    """
    if taps == 1:
        return None
    from scipy import signal, special

    if not radial:
        line = signal.firwin(taps, cutoff, width=width, fs=rate)
        return torch.as_tensor(np.ascontiguousarray(line), dtype=torch.float32)
    place = (np.arange(taps) - (taps - 1) / 2) / rate
    radius = np.hypot(*np.meshgrid(place, place))
    plane = special.j1(2 * cutoff * (np.pi * radius)) / (np.pi * radius)
    beta = signal.kaiser_beta(signal.kaiser_atten(taps, width / (rate / 2)))
    window = np.kaiser(taps, beta)
    plane *= np.outer(window, window)
    return torch.as_tensor(plane / plane.sum(), dtype=torch.float32)


def raise_rate(value: Tensor, taps: Tensor | None, factor: int, padding: tuple[int, int]) -> Tensor:
    """Zero-insertion, padding and filter as one depthwise transposed convolution per axis.

    Args:
        value: ``[batch, channels, h, w]``.
        taps: ``[n]`` for both axes, ``[n, n]``, or None.
        factor: how much higher.
        padding: samples added (negative: taken) before and after, at the higher rate.
    """
    if taps is None:
        return functional.pad(value, (*padding, *padding)) if any(padding) else value
    # A transposed convolution is the full one: what a padded, valid filter gives starts at
    # taps - 1 - before. It has no samples after its last full overlap but the filter's tail.
    length = taps.shape[-1]
    before, after = length - 1 - padding[0], length - 1 - padding[1]
    # Zeros inserted after the last sample carry the full convolution on by factor - 1.
    after -= factor - 1
    for kernel, stride in _axes(taps, factor, gain=float(factor)):
        value = functional.conv_transpose2d(
            value,
            kernel.to(value.dtype).expand(value.shape[1], 1, -1, -1),
            stride=stride,
            groups=value.shape[1],
        )
    height, width = value.shape[2:]
    return _crop(value, before, height - after, before, width - after)


def lower_rate(value: Tensor, taps: Tensor | None, factor: int) -> Tensor:
    """Filter and keep every ``factor``-th sample; valid, nothing is padded."""
    if taps is None:
        return value
    for kernel, stride in _axes(taps, factor, gain=1.0):
        # Low-passes are symmetric: correlation and convolution are one.
        value = functional.conv2d(
            value,
            kernel.to(value.dtype).expand(value.shape[1], 1, -1, -1),
            stride=stride,
            groups=value.shape[1],
        )
    return value


def _axes(taps: Tensor, factor: int, gain: float) -> list[tuple[Tensor, tuple[int, int]]]:
    """Kernels and strides: one pass for a plane, two for a line."""
    if taps.ndim == 2:
        return [(taps * gain * gain, (factor, factor))]
    return [(taps[:, None] * gain, (factor, 1)), (taps[None] * gain, (1, factor))]


def _crop(value: Tensor, top: int, bottom: int, left: int, right: int) -> Tensor:
    """Rows and columns from .. to; beyond the edges are zeros."""
    height, width = value.shape[2:]
    if min(top, left) < 0 or bottom > height or right > width:
        pads = (max(0, -left), max(0, right - width), max(0, -top), max(0, bottom - height))
        value = functional.pad(value, pads)
        top, bottom = max(0, top), bottom + pads[2]
        left, right = max(0, left), right + pads[0]
    return value[:, :, top:bottom, left:right]
