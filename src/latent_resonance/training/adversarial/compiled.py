"""Generators whose layers PyTorch's compiler fuses.

Styled convolutions are short; on a processor most of a step goes to the scales, sums and rectifiers
around them, each a way through memory, which fused layers make once. A discriminator has little of
that, and is no quicker compiled.
"""

from contextlib import AbstractContextManager
from typing import Any

import torch

from latent_resonance.contracts.errors import InputError


def demand_compiler(device: torch.device) -> None:
    """Compile something small, so that a run does not fail minutes later.

    Raises:
        InputError: nothing can be compiled here.
    """
    try:
        torch.compile(lambda value: value * 2 + 1)(torch.zeros(2, device=device))
    except Exception as error:
        reason = str(error).strip().splitlines()[0]
        raise InputError(
            f"compile = true needs a C++ compiler (of a GPU, Triton): {reason}"
        ) from error


def as_written() -> AbstractContextManager[Any]:
    """Within it nothing runs compiled: compiled networks have no second derivatives."""
    uncompiled: AbstractContextManager[Any] = torch.compiler.set_stance("force_eager")
    return uncompiled
