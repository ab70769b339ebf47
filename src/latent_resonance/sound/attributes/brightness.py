"""Brightness: where the middle of the spectrum lies."""

import numpy as np

from latent_resonance.sound.attributes.bands import Heard, octaves


def brightness(heard: Heard) -> float:
    """Spectral centroid in octaves from 1 kHz, by A-weighted magnitude.

    Pitch and timbre are heard by ratios of frequency, so the mean is one of logarithms.
    """
    spectrum = heard.weighted.sum(axis=1).astype(np.float64)
    total = float(spectrum.sum())
    return float(spectrum @ octaves(heard.layout)) / total if total > 0 else 0.0
