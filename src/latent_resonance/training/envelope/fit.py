"""The loop: gains that make a bundle's sounds move as recordings do, and change little else."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from latent_resonance.training.envelope.loss import (
    coarse_change,
    likeness,
    likeness_of_all,
    restlessness,
    rise_share,
)
from latent_resonance.training.envelope.network import EnvelopeNetwork
from latent_resonance.training.envelope.pairs import Made, Pairs

_PAIRED, _DRAWN = 12, 32
_RATE = 2e-3
_OF_ALL, _COARSE, _BUZZ, _SMALL = 2.5, 0.2, 2.0, 0.3
# Inputs are stirred by that much, bin by bin and band by band, in their own unit of 20 dB.
_STIR, _STIR_BAND = 0.075, 0.1
_TOLD_EVERY = 25
# What is fitted above the rumble is a little too little where all is counted.
_STRENGTH = 1.25


@dataclass(frozen=True, slots=True)
class EnvelopeEffort:
    """How much is done.

    Attributes:
        steps: of training.
        random_sounds: that are heard beside the clips.
        seed: of everything random.
        threads: of the processor, 0 for PyTorch's choice.
    """

    steps: int = 500
    random_sounds: int = 300
    seed: int = 0
    threads: int = 0


def fit(
    pairs: Pairs,
    effort: EnvelopeEffort,
    on_progress: Callable[[int, float], None] = lambda step, loss: None,
) -> EnvelopeNetwork:
    """The network fitted to the clips that are not kept back."""
    torch.manual_seed(effort.seed)
    random = np.random.Generator(np.random.PCG64(effort.seed))
    network = EnvelopeNetwork()
    clips = np.flatnonzero(~pairs.kept)
    real = torch.from_numpy(pairs.real)
    back, drawn = _Tensors.of(pairs.back), _Tensors.of(pairs.random)
    descent = torch.optim.Adam(network.parameters(), _RATE, betas=(0.9, 0.99))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(descent, effort.steps)
    for step in range(effort.steps):
        some = torch.from_numpy(random.choice(clips, min(_PAIRED, len(clips)), replace=False))
        count = min(_DRAWN, len(clips), len(drawn.inputs))
        others = torch.from_numpy(random.choice(clips, count, replace=False))
        places = torch.from_numpy(random.choice(len(drawn.inputs), count, replace=False))
        gains = network(_stirred(back.inputs[some]))
        made = back.envelope[some] + gains
        more = network(_stirred(drawn.inputs[places]))
        loss = (
            likeness(made, real[some])
            + _OF_ALL * likeness_of_all(drawn.envelope[places] + more, real[others])
            + _COARSE * coarse_change(made, back.envelope[some])
            + restlessness(gains, _BUZZ, _SMALL)
            + restlessness(more, _BUZZ, _SMALL)
        )
        descent.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        descent.step()
        schedule.step()
        if step % _TOLD_EVERY == 0 or step == effort.steps - 1:
            on_progress(step + 1, float(loss.detach()))
    with torch.no_grad():
        for parameter in network.last.parameters():
            parameter.mul_(_STRENGTH)
    return network.eval()


@torch.no_grad()
def judged(pairs: Pairs, network: EnvelopeNetwork) -> dict[str, float]:
    """Shares of sounds that rise by 20 dB: real ones, and made ones before and after."""
    kept = torch.from_numpy(np.flatnonzero(pairs.kept))
    back, drawn = _Tensors.of(pairs.back), _Tensors.of(pairs.random)
    shares = {
        "kept_back_real": rise_share(torch.from_numpy(pairs.real)[kept]),
        "kept_back_before": rise_share(back.envelope[kept]),
        "kept_back_after": rise_share(back.envelope[kept] + network(back.inputs[kept])),
        "random_before": rise_share(drawn.envelope),
        "random_after": rise_share(drawn.envelope + network(drawn.inputs)),
    }
    return {name: round(share, 3) for name, share in shares.items()}


@dataclass(frozen=True, slots=True)
class _Tensors:
    inputs: torch.Tensor
    envelope: torch.Tensor

    @staticmethod
    def of(made: Made) -> "_Tensors":
        return _Tensors(torch.from_numpy(made.inputs), torch.from_numpy(made.envelope))


def _stirred(inputs: torch.Tensor) -> torch.Tensor:
    each = _STIR * torch.randn_like(inputs)
    band: torch.Tensor = _STIR_BAND * torch.randn(*inputs.shape[:2], 1)
    return inputs + each + band
