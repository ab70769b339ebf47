"""The grain of noise in spectrograms: what no w can tell, drawn with its exact statistics.

Levels of noise scatter by some 5.6 dB around their mean from grain to grain (the logarithm of a
Rayleigh variable), correlated as far as the analysis window reaches. A network that is asked for
it with few numbers gives stripes instead. So a second channel of the picture says how much of a
sound is noise at each point, 0..1, and that share of the levels of white noise, analysed by the
same codec, is added.

Going back: ``part`` takes levels apart into what lies under the grain and how strong it is, after
the speckle filter of Lee 1980 ("Digital image enhancement and noise filtering by use of local
statistics"): where levels scatter as noise does they are smoothed. Partials stand out in frequency
only, attacks in time only; noise scatters along both, and only that counts.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from latent_resonance.networks.noise_fields import noise_fields

_FIELDS = 16
_LONG, _SHORT, _AROUND = 15, 3, 9
_MOST = 1.5


class Speckle(nn.Module):
    """Adds noise's own scatter to pictures of levels in -1..1, lowest bin first.

    Args:
        size: ``(bins, columns)`` of the whole picture; the codec's window has twice the bins.
        hop: samples between columns.
        range_db: dB between -1 and 1.
    """

    fields: Tensor

    def __init__(self, size: tuple[int, int], hop: int, range_db: float = 80.0) -> None:
        super().__init__()
        fields = torch.from_numpy(noise_fields(*size, hop, _FIELDS)) * (2 / range_db)
        self.register_buffer("fields", fields[:, None], persistent=False)
        along_time, along_frequency = _scatter(self.fields)
        self._usual = float(torch.minimum(along_time, along_frequency).mean())

    def forward(self, parts: Tensor, noise: str = "random") -> Tensor:
        """Level and strength before its sigmoid ``[n, 2, h, w]`` => ``[n, 1, h, w]``.

        Args:
            parts: of the whole size, or that by a power of two smaller.
            noise: random, const or none.
        """
        level, strength = parts[:, :1], torch.sigmoid(parts[:, 1:])
        if noise == "none":
            return level
        if noise == "const":
            field = self.fields[:1]
        else:
            chosen = torch.randint(len(self.fields), (len(parts),), device=parts.device)
            shift = int(torch.randint(self.fields.shape[3], ()))
            # Fields go round in time.
            field = self.fields[chosen].roll(shift, 3)
        factor = self.fields.shape[2] // parts.shape[2]
        if factor > 1:
            field = avg_pool2d(field, factor)
        return level + strength * field

    def keep_one(self) -> None:
        """Let go of all noise but that of ``const``: for a network that only plays."""
        self.fields = self.fields[:1].clone()

    @torch.no_grad()
    def part(self, pictures: Tensor) -> Tensor:
        """Pictures of sounds ``[n, 1, h, w]``, whole => level under the grain, strength 0..1.

        Gives ``[n, 2, h, w]``.
        """
        along_time, along_frequency = _scatter(pictures)
        times = torch.minimum(along_time, along_frequency) / self._usual
        # What scatters far more than noise is no noise: partials that move.
        strength = torch.minimum(times.sqrt(), _MOST / (times + 1e-9)).clamp(max=1)
        # Along the way on which less happens.
        share = along_frequency.square() / (along_time.square() + along_frequency.square() + 1e-12)
        smooth = share * _blur(_blur(pictures, (1, _LONG)), (_SHORT, 1))
        smooth = smooth + (1 - share) * _blur(_blur(pictures, (_LONG, 1)), (1, _SHORT))
        level = pictures + strength * (smooth - pictures)
        return torch.cat([level, strength], 1)


def _scatter(pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Local variance along time and along frequency."""
    found = []
    for kernel in ((1, 5), (5, 1)):
        away = (pictures - _blur(pictures, kernel)).square()
        found.append(_blur(away, (_AROUND, _AROUND)))
    return found[0], found[1]


def _blur(pictures: Tensor, kernel: tuple[int, int]) -> Tensor:
    """A box mean; beyond the edges there is nothing."""
    for one in ((kernel[0], 1), (1, kernel[1])):
        if one != (1, 1):
            padding = (one[0] // 2, one[1] // 2)
            pictures = avg_pool2d(pictures, one, 1, padding, count_include_pad=False)
    return pictures
