"""From gradients to a step that one bad batch cannot spoil."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

_MOST = 1e5


@torch.no_grad()
def mend(parameters: Iterable[Tensor]) -> None:
    """Gradients that are not finite: NaN says nothing, infinity is large; a long run goes on."""
    for parameter in parameters:
        if parameter.grad is not None:
            torch.nan_to_num(parameter.grad, nan=0, posinf=_MOST, neginf=-_MOST, out=parameter.grad)


def clip(parameters: list[nn.Parameter], most: float = 1.0) -> None:
    """Mend, then shorten the whole gradient to at most ``most``."""
    mend(parameters)
    nn.utils.clip_grad_norm_(parameters, most)


@torch.no_grad()
def follow(average: nn.Module, fast: nn.Module, keep: float) -> None:
    """Move an average towards what it is the average of."""
    for slow, quick in zip(average.parameters(), fast.parameters(), strict=True):
        slow.lerp_(quick, 1 - keep)
