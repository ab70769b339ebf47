"""How one sound differs from others, in words."""

from collections.abc import Sequence

import numpy as np

from latent_resonance.contracts.values import Spectrogram
from latent_resonance.sound.attributes.table import measure_window

_WORDS = {
    "brightness": ("darker", "brighter", 0.22),
    "rate": ("slower", "faster", 0.22),
    "impact": ("softer", "harder", 0.65),
    "size": ("smaller", "larger", 0.45),
    "roughness": ("smoother", "rougher", 0.16),
}
"""Attribute to its words for less and more, and how much is heard, in the attribute's own unit."""

_LENGTH = ("shorter", "longer", 0.12)
_SOUNDING_DB = 25.0
_MOST = 2


def difference_words(window: Spectrogram, others: Sequence[Spectrogram]) -> list[str]:
    """What a window is more or less of than the mean of others, the clearest first, two at most.

    Args:
        window: of any layout.
        others: of the same layout, at least one.
    """
    theirs = np.mean([_measures(one) for one in others], axis=0)
    apart = _measures(window) - theirs
    told = []
    for change, (less, more, step) in zip(apart, (*_WORDS.values(), _LENGTH), strict=True):
        if abs(change) >= step:
            told.append((abs(change) / step, more if change > 0 else less))
    return [word for _, word in sorted(told, reverse=True)[:_MOST]]


def _measures(window: Spectrogram) -> np.ndarray:
    loudness = 10 * np.log10(np.mean(10 ** (window.level_db / 10), axis=0))
    sounding = float(np.mean(loudness > loudness.max() - _SOUNDING_DB))
    return np.array([*measure_window(window, tuple(_WORDS)), sounding])
