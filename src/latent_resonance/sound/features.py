"""What can be heard in a sound, frame by frame, from one shared spectrogram in double precision.

Contrast, flatness, onset strength, zero crossings, chroma, centroid and bandwidth follow the
definitions and defaults of librosa (McFee et al. 2015), to 1e-5; level and bands are our own.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.chroma import chroma_filters, tuning
from latent_resonance.sound.mel_scale import mel_filters
from latent_resonance.sound.stft import magnitude_spectrogram

N_FFT = 2048
HOP = 512
_Doubles = npt.NDArray[np.float64]

_CONTRAST_FROM_HZ = 200.0
_CONTRAST_BANDS = 6
_CONTRAST_SHARE = 0.02
_POWER_FLOOR = 1e-10
_RANGE_DB = 80.0
_BANDS = 8
_BANDS_FROM_HZ = 60.0
_SILENCE_DB = -100.0


@dataclass(frozen=True, slots=True)
class Features:
    """Descriptors of a sound; all float32, one entry per column of ``hop`` samples.

    Attributes:
        times_seconds: ``[columns]``, the centre of each.
        level_db: ``[columns]``, RMS in dB below full scale, -100 at least.
        contrast_db: ``[bands + 1, columns]``, peaks over valleys in octaves from 200 Hz
            (Jiang et al. 2002).
        flatness: ``[columns]``, 0 for a tone to 1 for white noise.
        onset_strength: ``[columns]``, mean rise in dB over mel bands, from the column before.
        zero_crossing_rate: ``[columns]``, share of samples.
        chroma: ``[12, columns]``, C to B, the strongest 1.
        chroma_variance: ``[columns]``, of ``chroma`` over its 12 classes.
        bands_db: ``[8, columns]``, level by octave, below 60 Hz to above 3840 Hz.
        centroid_hz: ``[columns]``, mean frequency, by magnitude.
        bandwidth_hz: ``[columns]``, spread around it.
    """

    times_seconds: FloatArray
    level_db: FloatArray
    contrast_db: FloatArray
    flatness: FloatArray
    onset_strength: FloatArray
    zero_crossing_rate: FloatArray
    chroma: FloatArray
    chroma_variance: FloatArray
    bands_db: FloatArray
    centroid_hz: FloatArray
    bandwidth_hz: FloatArray


def features(samples: FloatArray, rate: int, n_fft: int = N_FFT, hop: int = HOP) -> Features:
    """All descriptors of a sound.

    Args:
        samples: float32 ``[samples]``, mono, any length, also 0; must be finite.
        rate: in Hz.
        n_fft: window length.
        hop: samples between columns.

    Returns:
        ``1 + samples // hop`` columns, column ``k`` centred on sample ``k * hop``.
    """
    sound = np.asarray(samples, np.float64)
    magnitude = magnitude_spectrogram(sound, n_fft, hop)
    power = magnitude**2
    hz = np.linspace(0, rate / 2, n_fft // 2 + 1)
    # The tuning is read from the power spectrogram, as librosa's chroma does.
    notes = pitch_classes(power, rate, tuning(power, rate))
    centroid = spectral_centroid(magnitude, hz)
    columns = magnitude.shape[1]
    return Features(
        times_seconds=_single(np.arange(columns) * hop / rate),
        level_db=_single(_to_db(_mean_square(sound, n_fft, hop))),
        contrast_db=_single(spectral_contrast(magnitude, hz)),
        flatness=_single(spectral_flatness(power)),
        onset_strength=_single(onset_strength(power, rate, n_fft // (2 * hop))),
        zero_crossing_rate=_single(zero_crossing_rate(sound, n_fft, hop)),
        chroma=_single(notes),
        chroma_variance=_single(notes.var(axis=0)),
        bands_db=_single(_bands(power, hz, n_fft)),
        centroid_hz=_single(centroid),
        bandwidth_hz=_single(_bandwidth(magnitude, hz, centroid)),
    )


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


def zero_crossing_rate(samples: _Doubles, n_fft: int = N_FFT, hop: int = HOP) -> _Doubles:
    """Share of samples where the sign changes, ``[columns]``; what is under 1e-10 is no sign."""
    padded = np.pad(samples, n_fft // 2, mode="edge") if len(samples) else np.zeros(n_fft)
    negative = padded < -1e-10
    changes = np.concatenate([[False], negative[1:] != negative[:-1]])
    total = np.concatenate([[0], np.cumsum(changes)])
    begins = np.arange(0, len(padded) - n_fft + 1, hop)
    # A frame's first sample has none before it.
    rates: _Doubles = (total[begins + n_fft] - total[begins + 1]) / n_fft
    return rates


def spectral_centroid(magnitude: _Doubles, hz: _Doubles) -> _Doubles:
    """Mean frequency ``[columns]`` in Hz, 0 for silence."""
    total = magnitude.sum(axis=0)
    centroid: _Doubles = (hz @ magnitude) / np.where(total > 0, total, 1)
    return centroid


def pitch_classes(power: _Doubles, rate: int, tuning_semitones: float = 0.0) -> _Doubles:
    """Strength of the twelve notes, ``[12, columns]``, C to B, the strongest of a column 1.

    Args:
        power: spectrogram ``[bins, columns]``.
        rate: in Hz.
        tuning_semitones: how far the sound lies off A 440.
    """
    raw = chroma_filters(rate, 2 * (power.shape[0] - 1), tuning_semitones) @ power
    strongest = raw.max(axis=0)
    notes: _Doubles = raw / np.where(strongest >= np.finfo(np.float32).tiny, strongest, 1)
    return notes


def _bandwidth(magnitude: _Doubles, hz: _Doubles, centroid: _Doubles) -> _Doubles:
    total = magnitude.sum(axis=0)
    spread = (magnitude * (hz[:, None] - centroid) ** 2).sum(axis=0)
    width: _Doubles = np.sqrt(spread / np.where(total > 0, total, 1))
    return width


def _bands(power: _Doubles, hz: _Doubles, n_fft: int) -> _Doubles:
    edges = _BANDS_FROM_HZ * 2.0 ** np.arange(_BANDS - 1)
    owner = np.searchsorted(edges, hz, side="right")
    sums = np.stack([power[owner == band].sum(axis=0) for band in range(_BANDS)])
    # Parseval: twice the one-sided power over n_fft and the Hann window's energy, 3/8 n_fft.
    return _to_db(2 * sums / (0.375 * n_fft * n_fft))


def _mean_square(sound: _Doubles, n_fft: int, hop: int) -> _Doubles:
    total = np.concatenate([[0.0], np.cumsum(np.pad(sound, n_fft // 2) ** 2)])
    begins = np.arange(0, len(total) - n_fft, hop)
    mean: _Doubles = np.maximum(0, total[begins + n_fft] - total[begins]) / n_fft
    return mean


def _to_db(power: _Doubles) -> _Doubles:
    decibels: _Doubles = 10 * np.log10(np.maximum(power, 10 ** (_SILENCE_DB / 10)))
    return decibels


def _limited_db(power: _Doubles) -> _Doubles:
    """Decibels, none more than 80 below the loudest of all."""
    decibels = 10 * np.log10(np.maximum(_POWER_FLOOR, power))
    limited: _Doubles = np.maximum(decibels, decibels.max(initial=-np.inf) - _RANGE_DB)
    return limited


def _single(array: _Doubles) -> FloatArray:
    return np.ascontiguousarray(array, np.float32)
