"""Random places of a latent diffusion: noise, the words of one of some prompts, guidance."""

import torch
from torch import Tensor, nn


class RandomPlace(nn.Module):
    """``z [1, noise + prompts]`` to ``w [1, noise + words + 1]``.

    Args:
        words: ``[prompts, tokens * size]``, of which the largest of the last numbers chooses.
        guidance: of all places.
    """

    words: Tensor

    def __init__(self, words: Tensor, guidance: float) -> None:
        super().__init__()
        self.register_buffer("words", words)
        self.guidance = guidance

    def forward(self, z: Tensor) -> Tensor:
        """The place of so much noise."""
        count = len(self.words)
        noise, draws = z[:, :-count], z[:, -count:]
        chosen = (draws == draws.amax(1, keepdim=True)).to(z.dtype)
        return torch.cat([noise, chosen @ self.words, torch.full_like(z[:, :1], self.guidance)], 1)
