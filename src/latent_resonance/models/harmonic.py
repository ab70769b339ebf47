"""A model without weights: w is pitch, brightness and breath of one harmonic tone.

The silent double of the room: instruments, tests and plug-ins can be tried without a bundle's
network. It takes the layout of any sound bundle, or the default one.
"""

from collections.abc import Mapping

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import AssemblyError
from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray, Latent, Spec, Spectrogram
from latent_resonance.sound.stft import window

_SIZE = 3
_FINE = 32  # points of the window's lobe per bin


class Options(BaseModel):
    """The tone at w = 0."""

    model_config = ConfigDict(extra="forbid")

    hz: float = Field(220.0, gt=10, lt=20_000, description="pitch at w[0] = 0")
    columns: int = Field(64, ge=8, description="length of a window without a bundle")


class Part:
    """Model: w[0] octaves up, w[1] slope of the partials (0 is -12 dB per octave), w[2] tremolo."""

    latency_seconds = 0.0
    latent_size = _SIZE

    def __init__(self, options: Options, bundle: Bundle | None = None) -> None:
        self.options = options
        self._layout = SpectrogramFormat(columns=options.columns)
        if bundle is not None and bundle.format is not None:
            self._layout = bundle.format

    @property
    def landmarks(self) -> Mapping[str, FloatArray]:
        """Rest, and one step along each axis."""
        axes = np.eye(_SIZE, dtype=np.float32)
        return {
            "w_avg": np.zeros(_SIZE, np.float32),
            "tone": -4 * axes[1],
            "octave": axes[0],
            "bright": axes[1],
            "tremolo": axes[2],
        }

    def prepare(self, spec: Spec) -> None:
        """Take the layout that was agreed on, and measure the window's lobe."""
        self._layout = spec.format or self._layout
        weight = window(self._layout.window, self._layout.n_fft)
        lobe = np.abs(np.fft.rfft(weight, _FINE * self._layout.n_fft))
        self._lobe = np.log(np.maximum(lobe / lobe[0], 1e-7))

    def reset(self) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing is held."""

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
