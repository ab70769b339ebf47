"""Roughness: how restless each band is from moment to moment."""

import numpy as np

from latent_resonance.sound.attributes.bands import Heard

_LEAST_DB = 0.05
# One attack bends all bands by tens of dB; it is no flutter.
_MOST_DB = 5.0


def roughness(heard: Heard) -> float:
    """Flutter of 32 mel bands in dB, as a power of two.

    The second difference over columns, where the sound is: a swell or a decay is a straight line
    in dB and does not count, while grains, crackle and noise flutter at 15 Hz to 60 Hz, where
    beats are heard as rough (Fastl and Zwicker 2007, chapter 11).
    """
    if heard.columns < 3:
        return float(np.log2(_LEAST_DB))
    bands = heard.bands
    bend = np.abs(bands[:, 2:] - 2 * bands[:, 1:-1] + bands[:, :-2])
    bend /= 1 + bend / _MOST_DB
    # Loudness goes as the 0.6th power of magnitude: quiet bands count less, not nothing.
    weight = np.maximum(np.power(10.0, 0.6 * bands[:, 1:-1] / 20) - 10 ** (-0.6 * 50 / 20), 0)
    total = float(weight.sum())
    flutter = float((bend * weight).sum()) / total if total > 0 else 0.0
    return float(np.log2(_LEAST_DB + flutter))
