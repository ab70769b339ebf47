"""Pictures of a network under training: Euler's method along the flow, with guidance."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from latent_resonance.navigate.prompts.tokens import TokenTable, tokens_of
from latent_resonance.networks.latent_diffusion.velocity import VelocityNetwork
from latent_resonance.training.diffusion.autoencoder import Autoencoder


@torch.no_grad()
def paint_prompts(
    velocity: VelocityNetwork,
    autoencoder: Autoencoder,
    table: TokenTable,
    prompts: Sequence[str],
    noise: Tensor,
    *,
    steps: int,
    guidance: float,
) -> Tensor:
    """Pictures ``[n, 3, h, w]`` in -1..1 of prompts with their noise ``[n, 4, h / 8, w / 8]``.

    Guidance is that of classifier-free guidance (Ho and Salimans 2022); 1 is none.
    """
    words = torch.from_numpy(np.stack([tokens_of(table, prompt)[0] for prompt in prompts]))
    words = words.to(noise.device)
    nothing = torch.zeros_like(words)
    z = noise
    for index in range(steps):
        time = torch.full((len(z),), 1 - index / steps, device=z.device)
        way = velocity(z, time, words).float()
        if guidance != 1:
            empty = velocity(z, time, nothing).float()
            way = empty + guidance * (way - empty)
        z = z - way / steps
    made: Tensor = autoencoder.decoder(autoencoder.whitening.back(z)).clamp(-1, 1)
    return made
