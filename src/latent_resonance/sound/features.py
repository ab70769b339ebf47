"""What a listener notices in a sound, frame by frame, from a spectrogram in double precision.

Contrast, flatness, onset strength, chroma and centroid follow the definitions and defaults of
librosa (McFee et al. 2015), to 1e-5.
"""

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


def spectral_contrast(magnitude: _Doubles, hz: _Doubles) -> _Doubles:
    """Loudest over quietest 2 % of the bins of each octave, dB ``[bands + 1, columns]``.

    Args:
        magnitude: ``[bins, columns]``.
        hz: of each bin. Octaves above the highest are 0.
    """
    edges = np.concatenate([[0.0], _CONTRAST_FROM_HZ * 2.0 ** np.arange(_CONTRAST_BANDS + 1)])
    # One more edge would be above Nyquist: the last octave takes all that is left.
    contrast = np.zeros((_CONTRAST_BANDS + 1, magnitude.shape[1]))
    high, low = np.zeros_like(contrast), np.zeros_like(contrast)
    for band in range(_CONTRAST_BANDS + 1):
        inside = np.flatnonzero((hz >= edges[band]) & (hz <= edges[band + 1]))
        if not inside.size:
            continue
        first = inside[0] - (1 if band else 0)
        last = len(hz) - 1 if band == _CONTRAST_BANDS else inside[-1]
        count = last - first + 1
        # The bin on the upper edge belongs to the next octave.
        end = last + 1 if band == _CONTRAST_BANDS else last
        ordered = np.sort(magnitude[first:end], axis=0)
        share = max(1, round(_CONTRAST_SHARE * count))
        if ordered.size:
            low[band], high[band] = ordered[:share].mean(axis=0), ordered[-share:].mean(axis=0)
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
    level = _limited_db(mel_filters(rate, 2 * (power.shape[0] - 1), 128) @ power)
    rise = np.maximum(0, np.diff(level, axis=1)).mean(axis=0)
    strength: _Doubles = np.concatenate([np.zeros(1 + delay), rise])[: power.shape[1]]
    return strength


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
