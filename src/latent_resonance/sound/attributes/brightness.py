"""Brightness: where the middle of the spectrum lies."""

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.attributes.bands import octaves, weighted


def brightness(level_db: FloatArray, layout: SpectrogramFormat) -> float:
    """Spectral centroid in octaves from 1 kHz, by A-weighted magnitude.

    Pitch and timbre are heard by ratios of frequency, so the mean is one of logarithms.

    Args:
        level_db: ``[bins, columns]``, in dB.
        layout: of the levels.
    """
    spectrum = weighted(level_db, layout).sum(axis=1)
    total = float(spectrum.sum())
    return float(spectrum @ octaves(layout)) / total if total > 0 else 0.0
