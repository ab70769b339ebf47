"""The scatter of a note's noise is drawn: a decoder that is taught levels in dB gives their median.

What is between partials scatters in recordings as any noise does, and below -58 dB, where they are
hushed before training, 2.5 times as much: it dips into the floor from column to column. So levels
are taken back to what they were, get the scatter of white noise analysed by the same codec, and
are hushed again.
"""

import torch
from torch import Tensor, nn

from latent_resonance.networks.noise_fields import noise_fields
from latent_resonance.sound.hush import HUSH_DB, HUSH_RATIO


class NoiseScatter(nn.Module):
    """Adds noise's own scatter to medians of its levels, the same at every call.

    Args:
        bins: of the STFT, without Nyquist.
        columns: of a window.
        hop: samples between columns.
    """

    field: Tensor

    def __init__(self, bins: int, columns: int, hop: int) -> None:
        super().__init__()
        field = torch.from_numpy(noise_fields(bins, columns, hop, 1)[0])
        self.register_buffer("field", field - field.median(), persistent=False)

    def forward(self, level_db: Tensor) -> Tensor:
        """Hushed medians ``[batch, bins, columns]`` in dB re the loudest => hushed levels."""
        whole = level_db + (1 / HUSH_RATIO - 1) * (level_db - HUSH_DB).clamp(max=0)
        scattered = whole + self.field
        return scattered + (HUSH_RATIO - 1) * (scattered - HUSH_DB).clamp(max=0)
