"""A model without weights: w is pitch, brightness and breath of one harmonic tone.

The silent double of the room: instruments, tests and plug-ins can be tried without a bundle's
network. It takes the layout of any sound bundle, or the default one.
"""

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import AssemblyError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import Latent, Spec, Spectrogram
from latent_resonance.sound.stft import window

_SIZE = 3
_FINE = 32  # points of the window's lobe per bin
_OCTAVE, _BRIGHT, _TREMOLO = np.eye(_SIZE, dtype=np.float32)

SPACE = LatentSpace.of(
    _SIZE, {"tone": -4 * _BRIGHT, "octave": _OCTAVE, "bright": _BRIGHT, "tremolo": _TREMOLO}
)
"""Its latent space: rest is the mean; a nearly pure tone, and one unit along each axis."""


class Options(BaseModel):
    """The tone at w = 0."""

    model_config = ConfigDict(extra="forbid")

    hz: float = Field(220.0, gt=10, lt=20_000, description="pitch at w[0] = 0")
    columns: int = Field(64, ge=8, description="length of a window without a bundle")


class Part:
    """Model: w[0] octaves up, w[1] slope of the partials (0 is -12 dB per octave), w[2] tremolo."""

    latency_seconds = 0.0
    space = SPACE

    def __init__(self, options: Options, bundle: Bundle | None = None) -> None:
        self.options = options
        self._layout = SpectrogramFormat(columns=options.columns)
        if bundle is not None and isinstance(bundle.format, SpectrogramFormat):
            self._layout = bundle.format

    @property
    def gives(self) -> SpectrogramFormat:
        """The layout that was agreed on."""
        return self._layout

    def prepare(self, spec: Spec) -> None:
        """Take the layout that was agreed on, and measure the window's lobe."""
        if isinstance(spec.format, SpectrogramFormat):
            self._layout = spec.format
        weight = window(self._layout.window, self._layout.n_fft)
        lobe = np.abs(np.fft.rfft(weight, _FINE * self._layout.n_fft))
        self._lobe = np.log(np.maximum(lobe / lobe[0], 1e-7))

    def reset(self) -> None:
        pass

    def close(self) -> None:
        pass

    def generate(self, latent: Latent) -> Spectrogram:
        """Levels of the tone, exact for a held sum of sinusoids."""
        if latent.w.shape != (_SIZE,):
            raise AssemblyError(f"w has shape {latent.w.shape}, this model takes ({_SIZE},)")
        octaves, slope, tremolo = (float(value) for value in np.clip(latent.w, -4, 4))
        layout = self._layout
        f0 = min(self.options.hz * 2**octaves, 0.4 * layout.sample_rate)
        bins = np.arange(layout.bins)
        magnitude = np.zeros(layout.bins)
        for n in range(1, int(0.48 * layout.sample_rate / f0) + 1):
            centre = n * f0 * layout.n_fft / layout.sample_rate
            gain = 10 ** ((12 * slope - 12) * np.log2(n) / 20) if n > 1 else 1.0
            away = _FINE * np.abs(bins - centre)
            magnitude += gain * np.exp(np.interp(away, np.arange(len(self._lobe)), self._lobe))
        level = 20 * np.log10(np.maximum(magnitude, 1e-9))
        turn = 2 * np.pi * np.arange(layout.columns) / layout.columns
        swell = 6 * min(abs(tremolo), 2.0) * (np.cos(turn) - 1)
        window_db = np.clip(level[:, None] + swell[None], -layout.range_db, 0)
        return Spectrogram(window_db.astype(np.float32), layout)
