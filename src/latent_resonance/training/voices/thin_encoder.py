"""A speaker encoder with thin matrices: what little of a layer's output ever differs is kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from latent_resonance.sound.voice.speaker import BLOCKS
from latent_resonance.training.voices.encoder_in_torch import Encoder

RANKS = {"stem": 96, "gathered": 128, "frames": 48} | {
    f"block{block}.{part}": 128 for block in range(1, BLOCKS + 1) for part in ("first", "last")
}
_EVERY = 4  # of neighbouring frames, which are much alike, one counts


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """What a matrix is multiplied with: float64 ``mean [n]``, ``covariance [n, n]``, ``count``."""

    mean: Tensor
    covariance: Tensor
    count: int


def inputs_of(weights: Mapping[str, Tensor], batches: Iterable[Tensor]) -> dict[str, Inputs]:
    """By the name of each matrix, over batches of mel frames ``[n, 80, frames]``."""
    sums: dict[str, tuple[Tensor, Tensor, int]] = {}
    # Differences from about the mean: squares of a large mean would leave little of a small spread.
    origins: dict[str, Tensor] = {}

    def watch(name: str, value: Tensor) -> None:
        kept = value if value.shape[2] == 1 else value[..., ::_EVERY]
        flat = kept.transpose(1, 2).reshape(-1, kept.shape[1])
        flat = flat - origins.setdefault(name, flat.mean(0))
        square = (flat.T @ flat).double()
        total, squares, count = sums.get(name, (0, 0, 0))
        sums[name] = total + flat.double().sum(0), squares + square, count + len(flat)

    encoder = Encoder(weights, watch)
    with torch.no_grad():
        for batch in batches:
            encoder(batch)
    found = {}
    for name, (total, squares, count) in sums.items():
        mean = total / count
        spread = squares / count - torch.outer(mean, mean)
        found[name] = Inputs(mean + origins[name].double(), spread, count)
    return found


def thinned(weights: Mapping[str, Tensor], inputs: Mapping[str, Inputs]) -> dict[str, Tensor]:
    """The same network with pairs of thin matrices, by the principal components of outputs.

    What the other components have in the mean goes into the bias.

    Args:
        weights: every matrix whole.
        inputs: of these matrices.
    """
    made = dict(weights)
    for name, rank in RANKS.items():
        whole = made.pop(f"{name}.whole").double()
        given = inputs[f"{name}.whole"]
        _, axes = torch.linalg.eigh(whole @ given.covariance @ whole.T)
        left = axes[:, -rank:]
        right = left.T @ whole
        made[f"{name}.left"], made[f"{name}.right"] = left.float(), right.float()
        if f"{name}.bias" in made:
            mean = whole @ given.mean
            lost = mean - left @ (left.T @ mean)
            made[f"{name}.bias"] = made[f"{name}.bias"] + lost.float()
    return {name: one.contiguous() for name, one in made.items()}
