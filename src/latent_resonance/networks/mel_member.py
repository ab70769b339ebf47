"""A grey mel picture as a linear spectrogram, inside the network, so that any engine plays it."""

import numpy as np
import torch
from torch import Tensor

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.networks.bundle_members import LevelMember, PictureMember, PlainMember
from latent_resonance.sound.mel_scale import mel_filters

# Steps of 1.9 reach in 8 rounds what those of 1 reach in 15.
_ROUNDS = 8
_STEP = 1.9
_MOST_N_FFT = 4096
_TINY = 1e-20


class MelMember(LevelMember):
    """``w [1, w_dim]`` => ``level_db [1, n_fft // 2, columns]`` of a picture of mel bands.

    The powers are the least squares without negative ones (Lee, Seung 2001, eq. 4), by
    multiplicative updates from the pseudo-inverse; the loudest bin is 0 dB.

    Args:
        picture: what makes the picture; -1 is ``-range_db``, 1 is 0 dB.
        layout: of the linear spectrogram.
        bands: rows of the picture, from 0 Hz to half the rate.
        lowest_first: row 0 is the lowest band, not the highest.
    """

    def __init__(
        self,
        picture: PictureMember | PlainMember,
        layout: SpectrogramFormat,
        bands: int,
        *,
        lowest_first: bool,
    ) -> None:
        super().__init__(picture, layout.range_db, lowest_first=lowest_first)
        filters = mel_filters(layout.sample_rate, layout.n_fft, bands)[:, :-1]
        filters = filters / filters.max()  # the loudest bin is 0 dB whatever their scale
        inverse = np.linalg.pinv(filters)
        buffers = {"spread": filters.T, "inverse": inverse, "gram": filters.T @ filters}
        for name, value in buffers.items():
            self.register_buffer(name, torch.from_numpy(np.array(value, np.float32)))

    spread: Tensor
    inverse: Tensor
    gram: Tensor

    def forward(self, w: Tensor, transform: Tensor | None = None) -> Tensor:
        """Levels in ``-range_db .. 0``, or below that too where ``clipped`` is false."""
        level = (self.grey(w, transform).clamp(-1.0, 1.0) - 1) * (self.range_db / 2)
        heard = (level > -self.range_db + 1e-3).to(level.dtype)
        mel = torch.pow(10.0, level / 10) * heard
        wanted = self.spread @ mel
        power = torch.maximum(self.inverse @ mel, 1e-3 * wanted)
        for _ in range(_ROUNDS):
            power = power * (wanted / (self.gram @ power).clamp(min=_TINY)).pow(_STEP)
        top = power.amax((1, 2), keepdim=True).clamp(min=_TINY)
        made: Tensor = 10 * torch.log10((power / top).clamp(min=_TINY))
        return made.clamp(-self.range_db, 0.0) if self.clipped else made


def sound_network(
    picture: PictureMember | PlainMember,
    layout: SpectrogramFormat,
    bands: int,
    *,
    lowest_first: bool,
) -> LevelMember:
    """What makes levels of pictures: of ``bands`` mel bands, or of linear bins when 0.

    Raises:
        InputError: more bins than can be solved for in a network.
    """
    if bands and max(layout.n_fft, bands) > _MOST_N_FFT:
        raise InputError(
            f"mel pictures of n_fft {layout.n_fft} are too large: {_MOST_N_FFT} at most"
        )
    if bands:
        return MelMember(picture, layout, bands, lowest_first=lowest_first)
    return LevelMember(picture, layout.range_db, lowest_first=lowest_first)
