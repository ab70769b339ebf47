"""Rate: how many things happen in a second."""

import numpy as np

from latent_resonance.sound.attributes.bands import Doubles, Heard

# A rise counts half when it is this far above its surroundings, in dB over all bands.
_HALF_DB = 2.0
_APART_SECONDS = 0.03
_AROUND_SECONDS = 0.1
_FEWEST = 0.5


def rate(heard: Heard) -> float:
    """Onsets in a second, as a power of two; each counts by how clearly it stands out.

    Onsets are peaks of the rise of 32 mel bands against what was just before (Boeck and Widmer
    2013). Tempo is heard by ratios, so the count is a logarithm.
    """
    hop_seconds = heard.layout.hop_seconds
    seconds = max(heard.seconds, hop_seconds)
    if heard.columns < 2:
        return float(np.log2(_FEWEST / seconds))
    strength = _rise(heard.bands)
    reach = max(1, round(_APART_SECONDS / hop_seconds))
    around = max(reach, round(_AROUND_SECONDS / hop_seconds))
    above = np.maximum(0, strength - _mean_around(strength, around))
    peaks = above * (strength >= _largest_around(strength, reach))
    count = float((peaks**2 / (peaks**2 + _HALF_DB**2)).sum())
    return float(np.log2((_FEWEST + count) / seconds))


def _rise(bands: Doubles) -> Doubles:
    """Mean rise in dB of each column over the louder of the two before it, ``[columns]``."""
    before = np.pad(bands, ((0, 0), (2, 0)), constant_values=float(bands.min()))
    least = np.maximum(before[:, :-2], before[:, 1:-1])
    return np.asarray(np.maximum(0, bands - least).mean(axis=0))


def _mean_around(values: Doubles, reach: int) -> Doubles:
    padded = np.pad(values, reach, mode="edge")
    return np.convolve(padded, np.full(2 * reach + 1, 1 / (2 * reach + 1)), "valid")


def _largest_around(values: Doubles, reach: int) -> Doubles:
    padded = np.pad(values, reach, constant_values=-1)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(axis=1))
