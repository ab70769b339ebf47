"""How loud a sound is, as ITU-R BS.1770-4 hears it, and how to bring it to a level."""

import math

import numpy as np

from latent_resonance.contracts.values import FloatArray

_BLOCK_SECONDS = 0.4
_OVERSAMPLING = 4
_LIMITER_SECONDS = 0.005


def integrated_loudness(samples: FloatArray, rate: int) -> float:
    """Gated loudness in LUFS (ITU-R BS.1770-4).

    Args:
        samples: float32 ``[samples]`` or ``[samples, channels]``, up to 5 channels.
        rate: in Hz.

    Returns:
        ``-inf`` for silence and for sounds shorter than the standard's block of 0.4 s.
    """
    import pyloudnorm

    if len(samples) < _BLOCK_SECONDS * rate:
        return -math.inf
    with np.errstate(divide="ignore", invalid="ignore"):
        loudness = pyloudnorm.Meter(rate).integrated_loudness(samples.astype(np.float64))
    return -math.inf if math.isnan(loudness) else float(loudness)


def true_peak_db(samples: FloatArray, rate: int) -> float:
    """Highest level between the samples too, in dBTP (ITU-R BS.1770-4, annex 2).

    Args:
        samples: float32 ``[samples]`` or ``[samples, channels]``.
        rate: in Hz; from 192 kHz on the samples themselves are dense enough.

    Returns:
        ``-inf`` for silence.
    """
    peak = float(_peak_around(samples, rate).max(initial=0))
    return 20 * math.log10(peak) if peak > 0 else -math.inf


def normalise(
    samples: FloatArray, rate: int, target_lufs: float, peak_ceiling_db: float = -1.0
) -> FloatArray:
    """Bring a sound to a loudness, its true peaks held under a ceiling.

    Where peaks would pass the ceiling, a gain that looks ahead bends smoothly around them; a
    sound that is nearly all peaks ends below ``target_lufs``.

    Args:
        samples: float32 ``[samples]`` or ``[samples, channels]``.
        rate: in Hz.
        target_lufs: integrated loudness to reach.
        peak_ceiling_db: highest true peak in dBTP.

    Returns:
        float32, same shape; silence and what is too short to measure only gets the ceiling.
    """
    loudness = integrated_loudness(samples, rate)
    gain = 10 ** ((target_lufs - loudness) / 20) if math.isfinite(loudness) else 1.0
    louder = (samples * np.float32(gain)).astype(np.float32)
    ceiling = 10 ** (peak_ceiling_db / 20)
    peaks = _peak_around(louder, rate)
    if peaks.max(initial=0) <= ceiling:
        return louder
    turn = _gain_under(peaks, ceiling, round(_LIMITER_SECONDS * rate))
    limited: FloatArray = (louder.T * turn).T.astype(np.float32)
    # A gain that moves can lift what lies between two samples by a hair.
    left = float(_peak_around(limited, rate).max())
    return limited * np.float32(min(1.0, ceiling / left))


def _peak_around(samples: FloatArray, rate: int) -> FloatArray:
    """Largest magnitude at each sample and up to the next, over all channels: ``[samples]``."""
    from scipy.signal import resample_poly

    sound = samples if samples.ndim == 2 else samples[:, None]
    at: FloatArray = np.abs(sound).max(axis=1, initial=0)
    if rate >= 48_000 * _OVERSAMPLING or not len(samples):
        return at
    dense = np.abs(resample_poly(sound, _OVERSAMPLING, 1, axis=0)).max(axis=1)
    between = dense.reshape(len(samples), _OVERSAMPLING).max(axis=1)
    peaks: FloatArray = np.maximum(at, between).astype(np.float32)
    return peaks


def _gain_under(peaks: FloatArray, ceiling: float, reach: int) -> FloatArray:
    """A smooth gain ``[samples]`` that is low enough wherever a peak is.

    The least of the gains within ``reach``, averaged over ``reach``: each value that enters an
    average already knows the peak in its middle.
    """
    from scipy.ndimage import convolve1d, minimum_filter1d

    needed = np.minimum(1, ceiling / np.maximum(peaks, ceiling))
    width = 2 * reach + 1
    least = minimum_filter1d(needed, width, mode="nearest")
    shape = np.hanning(width + 2)[1:-1]
    gain: FloatArray = convolve1d(least, shape / shape.sum(), mode="nearest")
    return gain
