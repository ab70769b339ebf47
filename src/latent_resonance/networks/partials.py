"""A spectrogram drawn from partials and bands of noise: pitch is exact because it is not learned.

The harmonic-plus-noise model (Serra and Smith 1990; as a decoder: DDSP, Engel et al. 2020,
2001.04643), but drawn as levels of an STFT instead of played by oscillators: each partial is the
main lobe of the analysis window at its frequency.
"""

import math

import torch
from torch import Tensor, nn

from latent_resonance.networks.noise_scatter import NoiseScatter

_FLOOR_POWER = 1e-8


class PartialsToLevels(nn.Module):
    """Levels of partials and of bands => levels ``[batch, bins, columns]``.

    Args:
        bins: of the STFT, without Nyquist.
        sample_rate: in Hz.
        n_fft: of the STFT.
        partials: how many there can be.
        bands: of noise, evenly spaced in mel.
        lobe_bins: standard deviation of the window's main lobe (of its power), in bins.
        scatter: of the noise's levels, once it is trained; None leaves them even.
    """

    hz: Tensor
    number: Tensor
    spread: Tensor

    def __init__(
        self,
        bins: int,
        sample_rate: int,
        n_fft: int,
        partials: int,
        bands: int,
        lobe_bins: float,
        scatter: NoiseScatter | None = None,
    ) -> None:
        super().__init__()
        self.scatter = scatter
        self.bin_hz = sample_rate / n_fft
        self.lobe_hz = lobe_bins * self.bin_hz
        self.nyquist = sample_rate / 2
        self.register_buffer("hz", torch.arange(bins) * self.bin_hz, persistent=False)
        self.register_buffer("number", torch.arange(1, partials + 1).float(), persistent=False)
        self.register_buffer("spread", band_weights(bins, self.bin_hz, bands).t(), persistent=False)

    def frequencies(self, pitch: Tensor, stretch: Tensor) -> Tensor:
        """Partials in Hz ``[batch, partials]``: ``n f0 sqrt(1 + B n^2)``.

        Fletcher and Rossing 1998, eq. 12.4. ``pitch`` in octaves from middle C, ``[batch, 1]``;
        ``stretch`` is B, ``[batch, 1]``.
        """
        f0 = 440 * 2 ** (-9 / 12) * torch.exp2(pitch)
        return f0 * self.number * torch.sqrt(1 + stretch * self.number.square())

    def forward(
        self, partial_db: Tensor, band_db: Tensor, pitch: Tensor, stretch: Tensor
    ) -> Tensor:
        """Draw.

        Args:
            partial_db: ``[batch, partials, columns]``.
            band_db: ``[batch, bands, columns]``, level of the noise in a bin there.
            pitch: octaves from middle C ``[batch, 1]``.
            stretch: inharmonicity B ``[batch, 1]``.
        """
        frequency = self.frequencies(pitch, stretch)
        away = (self.hz[None, :, None] - frequency[:, None]) / self.lobe_hz
        lobes = torch.exp(-0.5 * away.square().clamp(max=160))
        # A partial near Nyquist fades rather than folds.
        audible = torch.sigmoid((self.nyquist * 0.985 - frequency) / (2 * self.bin_hz))
        power = torch.pow(10, partial_db / 10) * audible[:, :, None]
        noise_db = self.spread @ band_db
        if self.scatter is not None and not self.training:
            noise_db = self.scatter(noise_db)
        power = lobes @ power + torch.pow(10, noise_db / 10)
        # A sum lets gradients through below the floor; the exporter to ONNX takes it for adding 0.
        floored = power + _FLOOR_POWER if self.training else power.clamp(min=_FLOOR_POWER)
        return 10 * torch.log10(floored)


def band_weights(bins: int, bin_hz: float, bands: int) -> Tensor:
    """``[bands, bins]``: how much each band counts at a bin; columns sum to 1 (linear in mel)."""
    mel = 2595 * torch.log10(1 + torch.arange(bins).double() * bin_hz / 700)
    place = mel / mel[-1] * (bands - 1)
    index = torch.arange(bands).double()
    return (1 - (place[None] - index[:, None]).abs()).clamp(min=0).float()


def lobe_deviation(window: Tensor) -> float:
    """Standard deviation, in bins, of the power of a window's main lobe, from half a bin off."""
    n_fft = len(window)
    position = torch.arange(n_fft).double() - n_fft / 2
    weight = window.double()

    def height(offset: float) -> float:
        return float((weight * torch.cos(2 * math.pi / n_fft * offset * position)).sum())

    drop = 2 * math.log(height(0.0) / height(1.0))
    return math.sqrt(1.0 / (2 * drop))
