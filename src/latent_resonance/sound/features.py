"""What a listener notices in a sound, frame by frame, from a spectrogram in double precision.

Contrast, flatness, onset strength, chroma and centroid follow the definitions and defaults of
librosa (McFee et al. 2015), to 1e-5.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from latent_resonance.sound.chroma import chroma_filters
from latent_resonance.sound.mel_scale import mel_filters

_Doubles = npt.NDArray[np.float64]

_CONTRAST_FROM_HZ = 200.0
_CONTRAST_BANDS = 6
_CONTRAST_SHARE = 0.02
_POWER_FLOOR = 1e-10
_RANGE_DB = 80.0


class Octave(NamedTuple):
    """Bins of one octave, and how many of them are its loudest and its quietest."""

    bins: slice
    share: int


def contrast_octaves(hz: _Doubles) -> list[Octave]:
    """The octaves that ``spectral_contrast`` compares within, from the lowest.

    Args:
        hz: of each bin. Octaves above the highest have no bins.
    """
    edges = np.concatenate([[0.0], _CONTRAST_FROM_HZ * 2.0 ** np.arange(_CONTRAST_BANDS + 1)])
    # One more edge would be above Nyquist: the last octave takes all that is left.
    octaves = []
    for band in range(_CONTRAST_BANDS + 1):
        inside = np.flatnonzero((hz >= edges[band]) & (hz <= edges[band + 1]))
        if not inside.size:
            octaves.append(Octave(slice(0), 1))
            continue
        first = int(inside[0]) - (1 if band else 0)
        last = len(hz) - 1 if band == _CONTRAST_BANDS else int(inside[-1])
        share = max(1, round(_CONTRAST_SHARE * (last - first + 1)))
        # The bin on the upper edge belongs to the next octave.
        octaves.append(Octave(slice(first, last + (band == _CONTRAST_BANDS)), share))
    return octaves


def spectral_contrast(magnitude: _Doubles, octaves: Sequence[Octave]) -> _Doubles:
    """Loudest over quietest 2 % of the bins of each octave, dB ``[octaves, columns]``.

    Args:
        magnitude: ``[bins, columns]``.
        octaves: by ``contrast_octaves``; those without bins give 0.
    """
    low, high = np.zeros((2, len(octaves), magnitude.shape[1]))
    for number, (bins, share) in enumerate(octaves):
        ordered = np.sort(magnitude[bins], axis=0)
        if ordered.size:
            # ``mean`` takes three times as long for so few numbers.
            low[number] = np.add.reduce(ordered[:share]) / share
            high[number] = np.add.reduce(ordered[-share:]) / share
    return _limited_db(high) - _limited_db(low)


def spectral_flatness(power: _Doubles) -> _Doubles:
    """Geometric over arithmetic mean of a power spectrogram, ``[columns]`` (Dubnov 2004)."""
    kept = np.maximum(_POWER_FLOOR, power)
    flatness: _Doubles = np.exp(np.log(kept).mean(axis=0)) / kept.mean(axis=0)
    return flatness


def onset_strength(power: _Doubles, rate: int, delay: int) -> _Doubles:
    """Mean rise over 128 mel bands in dB per column, ``[columns]`` (Boeck, Widmer 2013).

    Args:
        power: spectrogram ``[bins, columns]``.
        rate: in Hz.
        delay: columns by which an onset shows early in centred frames.
    """
    rise = mean_rise(onset_filters(rate, 2 * (power.shape[0] - 1)) @ power)
    strength: _Doubles = np.concatenate([np.zeros(1 + delay), rise])[: power.shape[1]]
    return strength


def onset_filters(rate: int, n_fft: int) -> _Doubles:
    """The mel bands that ``onset_strength`` looks at, ``[128, n_fft // 2 + 1]``."""
    return mel_filters(rate, n_fft, 128)


def mean_rise(power: _Doubles) -> _Doubles:
    """Mean rise of bands ``[bands, columns]`` from column to column in dB, ``[columns - 1]``."""
    rise: _Doubles = np.maximum(0, np.diff(_limited_db(power), axis=1)).mean(axis=0)
    return rise


def spectral_centroid(magnitude: _Doubles, hz: _Doubles) -> _Doubles:
    """Mean frequency ``[columns]`` in Hz, 0 for silence."""
    total = magnitude.sum(axis=0)
    centroid: _Doubles = (hz @ magnitude) / np.where(total > 0, total, 1)
    return centroid


def pitch_classes(power: _Doubles, rate: int) -> _Doubles:
    """Strength of the twelve notes, ``[12, columns]``, C to B, the strongest of a column 1.

    Args:
        power: spectrogram ``[bins, columns]``.
        rate: in Hz.
    """
    raw = chroma_filters(rate, 2 * (power.shape[0] - 1)) @ power
    strongest = raw.max(axis=0)
    notes: _Doubles = raw / np.where(strongest >= np.finfo(np.float32).tiny, strongest, 1)
    return notes


def _limited_db(power: _Doubles) -> _Doubles:
    """Decibels, none more than 80 below the loudest of all."""
    decibels = 10 * np.log10(np.maximum(_POWER_FLOOR, power))
    limited: _Doubles = np.maximum(decibels, decibels.max(initial=-np.inf) - _RANGE_DB)
    return limited
