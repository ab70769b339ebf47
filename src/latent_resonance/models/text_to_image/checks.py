"""What is refused before a model paints: they themselves take anything and show it as noise."""

import hashlib
import math

import numpy as np

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.values import FloatArray

_MOST_GUIDANCE = 50.0
_LONGEST_PROMPT = 10_000
# Of mean and deviation, in units of what samples of that many numbers differ by.
_DEVIATION = (0.5, 2.0)


def check_noise(noise: FloatArray, shape: tuple[int, int, int]) -> FloatArray:
    """The noise, float32 and contiguous.

    Raises:
        InputError: it has another shape, NaN or infinity, or is far from deviation 1.
    """
    given = np.asarray(noise)
    if given.shape != shape:
        raise InputError(
            f"the model starts from noise of {_times(shape)}, not {_times(given.shape)}"
        )
    checked = np.ascontiguousarray(given, np.float32)
    if not np.isfinite(checked).all():
        raise InputError("the noise has NaN or infinity")
    deviation = float(checked.std())
    least, most = _DEVIATION
    if not least <= deviation <= most:
        raise InputError(
            f"the noise has a deviation of {deviation:.3g}; models are made for Gaussian noise "
            "of deviation 1"
        )
    return checked


def check_request(prompt: str, steps: int, guidance: float, most_steps: int) -> float:
    """The guidance to use: below 1 means 1, since some models ignore the prompt at 0.

    Raises:
        InputError: steps or guidance are out of range, or the prompt is no text.
    """
    if not 1 <= steps <= most_steps:
        raise InputError(f"the model takes from 1 to {most_steps} steps, not {steps}")
    if not (math.isfinite(guidance) and 0 <= guidance <= _MOST_GUIDANCE):
        raise InputError(f"guidance is from 0 to {_MOST_GUIDANCE:g}, not {guidance:g}")
    if len(prompt) > _LONGEST_PROMPT:
        raise InputError(f"a prompt has at most {_LONGEST_PROMPT} characters")
    return max(1.0, float(guidance))


def seed_of(noise: FloatArray) -> int:
    """For what a sampler draws on its way: known from the noise, so that pictures repeat."""
    return int.from_bytes(hashlib.sha256(noise.tobytes()).digest()[:7], "little")


def _times(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape)) or "one number"
