"""The filtered rectifier (section 2 of the paper) without ever laying the higher rate out.

A rectifier acts on each sample alone, so the samples of the higher rate need no order: those that
are ``down`` apart are one plane at the rate of the result, a phase. Raising the rate gives the
phases by short filters (noble identities: Vaidyanathan 1990, doi 10.1109/5.52214), lowering it
sums one short filter of each. No stride is left where the result has the rate of the input, and
the sums and the rectifier run inside the convolutions of engines that fuse.
"""

from dataclasses import dataclass
from math import ceil, floor

from torch import Tensor
from torch.nn import functional

from latent_resonance.networks.equalised import LEAK


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase along one axis.

    Attributes:
        first: index of its first tap; the next ones are ``down`` apart.
        taps: how many.
        stride: its rate over that of the input.
        before: zeros before the input (negative: cut); at the phase's rate where stride > 1.
        after: the same after it.
    """

    first: int
    taps: int
    stride: int
    before: int
    after: int


def plan_phases(
    size: int, up: int, down: int, up_taps: int, down_taps: int, pad: tuple[int, int]
) -> list[Phase]:
    """Phases of an axis of ``size`` samples.

    Args:
        size: samples of the input.
        up: factor to the higher rate, a multiple of ``down``.
        down: factor from there to the rate of the result; so many phases.
        up_taps: length of the filter that raises,
        down_taps: and of the one that lowers.
        pad: samples added before and after, at the higher rate.
    """
    result = (size * up + sum(pad) - up_taps + 1 - down_taps) // down + 1
    stride = up // down
    phases = []
    for p in range(down):
        # Sample n of the phase is sum over i of x[i] t[down (n - stride i) + offset].
        offset = p + up_taps - 1 - pad[0]
        low, high = ceil(-offset / down), floor((up_taps - 1 - offset) / down)
        length = result - 1 + len(range(p, down_taps, down))
        if stride == 1:
            before, after = high, length - low - size
        else:
            before, after = low, length - (size - 1) * stride - 1 - high
        phases.append(Phase(down * low + offset, high - low + 1, stride, before, after))
    return phases


def rectify_between(
    value: Tensor,
    up_filter: Tensor,
    down_filter: Tensor,
    phases: list[Phase],
    clamp: float | None,
) -> Tensor:
    """Raise the rate, leaky rectifier, lower the rate.

    Args:
        value: ``[batch, channels, size, size]``.
        up_filter: ``[n]``, with its gain.
        down_filter: ``[n]`` for both axes, or ``[n, n]``.
        phases: from ``plan_phases``.
        clamp: limit of the rectified samples, None for none.
    """
    down, channels = len(phases), value.shape[1]

    def each(kernel: Tensor) -> Tensor:
        return kernel.to(value.dtype).expand(channels, 1, -1, -1)

    raising = [_raising(up_filter, phase, down) for phase in phases]
    tall, wide = [each(k[:, None]) for k in raising], [each(k[None]) for k in raising]
    made: list[Tensor] = []
    for phase, kernel in zip(phases, tall, strict=True):
        row = _raise(value, kernel, phase, 2)
        for other, across in zip(phases, wide, strict=True):
            sample = functional.leaky_relu(_raise(row, across, other, 3), LEAK)
            made.append(sample if clamp is None else sample.clamp(-clamp, clamp))
    if down_filter.ndim == 2:
        return _sum(
            made, [each(down_filter[p::down, q::down]) for p in range(down) for q in range(down)]
        )
    lowering = [down_filter[p::down] for p in range(down)]
    tall, wide = [each(k[:, None]) for k in lowering], [each(k[None]) for k in lowering]
    rows = [_sum(made[p * down : (p + 1) * down], wide) for p in range(down)]
    return _sum(rows, tall)


def _raising(taps: Tensor, phase: Phase, down: int) -> Tensor:
    """The taps of one phase as its convolution takes them."""
    kernel = taps[phase.first : phase.first + down * phase.taps : down]
    if phase.stride == 1:
        return kernel.flip(0)
    lead, trail, _ = _beside(phase)
    return functional.pad(kernel, (lead, trail))


def _raise(value: Tensor, kernel: Tensor, phase: Phase, axis: int) -> Tensor:
    """One phase of the higher rate along ``axis`` (2 or 3)."""

    def on_axis(amount: int, other: int) -> tuple[int, int]:
        return (amount, other) if axis == 2 else (other, amount)

    channels = value.shape[1]
    if phase.stride == 1:
        pads = (phase.before, phase.after)
        if any(pads):
            value = functional.pad(value, (0, 0, *pads) if axis == 2 else (*pads, 0, 0))
        return functional.conv2d(value, kernel, groups=channels)
    _, _, (first, last) = _beside(phase)
    return functional.conv_transpose2d(
        value,
        kernel,
        stride=on_axis(phase.stride, 1),
        padding=on_axis(first, 0),
        output_padding=on_axis(first - last, 0),
        groups=channels,
    )


def _beside(phase: Phase) -> tuple[int, int, tuple[int, int]]:
    """Zeros before and after the taps, and what is then left out of the full transposed sum.

    The operator leaves out as much on both sides, or up to stride - 1 less at the end.
    """
    first, last = -phase.before, -phase.after
    lead = max(0, -first)
    lead += max(0, last - first - lead)
    first += lead
    trail = max(0, first - last - phase.stride + 1)
    return lead, trail, (first, last + trail)


def _sum(values: list[Tensor], kernels: list[Tensor]) -> Tensor:
    channels = values[0].shape[1]
    total = functional.conv2d(values[0], kernels[0], groups=channels)
    for value, kernel in zip(values[1:], kernels[1:], strict=True):
        total = total + functional.conv2d(value, kernel, groups=channels)
    return total
