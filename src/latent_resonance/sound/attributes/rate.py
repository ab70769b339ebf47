"""Rate: how many things happen in a second."""

import numpy as np

from latent_resonance.sound.attributes.bands import Doubles, Heard, decibels

# A rise counts half when it is this share of the strongest: what follows a stroke and is much
# weaker belongs to it. In steady sound no rise is strong, and what is less than this is none.
_HALF, _HALF_DB = 0.15, 0.2
# The ear sums up energy over some 60 ms; what rises does so over 16.
_SUMMED_SECONDS, _RISE_SECONDS = 0.064, 0.016
_APART_SECONDS = 0.03
_AROUND_SECONDS = 0.1
_FEWEST = 0.5


def rate(heard: Heard) -> float:
    """Onsets in a second, as a power of two; each counts by how clearly it stands out.

    Onsets are peaks of the mean rise of 32 mel bands (Boeck and Widmer 2013) over what is usual
    around, beside the strongest one. Tempo is heard by ratios, so the count is a logarithm.
    """
    hop_seconds = heard.layout.hop_seconds
    seconds = max(heard.seconds, hop_seconds)
    if heard.columns < 2:
        return float(np.log2(_FEWEST / seconds))
    strength = _rise(_summed(heard), max(1, round(_RISE_SECONDS / hop_seconds)))
    reach = max(1, round(_APART_SECONDS / hop_seconds))
    around = max(reach, round(_AROUND_SECONDS / hop_seconds))
    above = np.maximum(0, strength - _mean_around(strength, around))
    peaks = above * (strength >= _largest_around(strength, reach))
    half = _HALF_DB + _HALF * float(strength.max())
    count = float((peaks**2 / (peaks**2 + half**2)).sum())
    return float(np.log2((_FEWEST + count) / seconds))


def _summed(heard: Heard) -> Doubles:
    """Levels of 32 mel bands ``[bands, columns]`` in dB, each summed over 64 ms around."""
    power = heard.power * heard.gains(1)
    size = max(1, round(_SUMMED_SECONDS / heard.layout.hop_seconds))
    sums = np.cumsum(np.pad(power, ((0, 0), (size // 2 + 1, size - 1 - size // 2))), axis=1)
    return decibels(np.maximum(sums[:, size:] - sums[:, :-size], 0), heard.layout.range_db)


def _rise(bands: Doubles, lag: int) -> Doubles:
    """Mean rise in dB of each column over the one ``lag`` before it, ``[columns]``."""
    rise = np.maximum(0, bands[:, lag:] - bands[:, :-lag]).mean(axis=0)
    return np.asarray(np.pad(rise, (bands.shape[1] - len(rise), 0)))


def _mean_around(values: Doubles, reach: int) -> Doubles:
    padded = np.pad(values, reach, mode="edge")
    return np.convolve(padded, np.full(2 * reach + 1, 1 / (2 * reach + 1)), "valid")


def _largest_around(values: Doubles, reach: int) -> Doubles:
    padded = np.pad(values, reach, constant_values=-1)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(axis=1))
