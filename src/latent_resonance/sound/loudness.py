"""How loud a sound is, as ITU-R BS.1770-4 hears it, and how to bring it to a level."""

import math

import numpy as np

from latent_resonance.contracts.values import FloatArray

_BLOCK_SECONDS = 0.4
# The standard's four times 48 kHz; what is sampled less densely hides as much between its samples.
_DENSE_HZ = 192_000
# Pieces that are interpolated by themselves, and what they hear beside them.
_PIECE, _BESIDE = 1 << 15, 1 << 11
_LIMITER_SECONDS = 0.005
# Between points as dense as that a peak can still hide this much.
_HIDDEN_DB = 0.1
_ROUNDS, _NEAR_LU, _MOST_LIMITING_DB = 8, 0.1, 12.0


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

    Where peaks would pass the ceiling, a gain that looks ahead bends smoothly around them. What
    that takes of the loudness is given back by more gain, measured again each time, up to 12 dB
    more than without peaks; a sound that is nearly all peaks ends below ``target_lufs``.

    Args:
        samples: float32 ``[samples]`` or ``[samples, channels]``.
        rate: in Hz.
        target_lufs: integrated loudness to reach.
        peak_ceiling_db: highest true peak in dBTP.

    Returns:
        float32, same shape; silence and what is too short to measure only gets the ceiling.
    """
    loudness = integrated_loudness(samples, rate)
    wanted = target_lufs - loudness if math.isfinite(loudness) else 0.0
    gain, ceiling = wanted, 10 ** ((peak_ceiling_db - _HIDDEN_DB) / 20)
    made, is_held = _at_gain(samples, rate, gain, ceiling)
    for _ in range(_ROUNDS if is_held and math.isfinite(loudness) else 0):
        missing = target_lufs - integrated_loudness(made, rate)
        if missing <= _NEAR_LU or gain >= wanted + _MOST_LIMITING_DB:
            break
        gain = min(gain + missing, wanted + _MOST_LIMITING_DB)
        made, _ = _at_gain(samples, rate, gain, ceiling)
    return made


def fade(samples: FloatArray, rate: int, fade_in: float, fade_out: float) -> FloatArray:
    """Let a sound begin from nothing and end in nothing, along half a period of a cosine.

    Args:
        samples: float32 ``[samples]`` or ``[samples, channels]``.
        rate: in Hz.
        fade_in: in seconds; at most the sound's length counts.
        fade_out: likewise.

    Returns:
        float32, same shape.
    """
    gain = np.ones(len(samples), np.float32)
    rise, fall = (min(len(samples), round(seconds * rate)) for seconds in (fade_in, fade_out))
    gain[:rise] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(rise) / max(1, rise))
    gain[len(gain) - fall :] *= 0.5 + 0.5 * np.cos(np.pi * np.arange(1, fall + 1) / max(1, fall))
    faded: FloatArray = (samples.T * gain).T.astype(np.float32)
    return faded


def _at_gain(
    samples: FloatArray, rate: int, gain_db: float, ceiling: float
) -> tuple[FloatArray, bool]:
    """The sound at a gain, held under the ceiling; and whether that bent it."""
    louder = (samples * np.float32(10 ** (gain_db / 20))).astype(np.float32)
    peaks = _peak_around(louder, rate)
    if peaks.max(initial=0) <= ceiling:
        return louder, False
    turn = _gain_under(peaks, ceiling, round(_LIMITER_SECONDS * rate))
    limited: FloatArray = (louder.T * turn).T.astype(np.float32)
    # A gain that moves can lift what lies between two samples by a hair.
    left = float(_peak_around(limited, rate).max())
    return limited * np.float32(min(1.0, ceiling / left)), True


def _peak_around(samples: FloatArray, rate: int) -> FloatArray:
    """Largest magnitude at each sample and up to the next, over all channels: ``[samples]``."""
    sound = samples if samples.ndim == 2 else samples[:, None]
    peaks: FloatArray = np.abs(sound).max(axis=1, initial=0).astype(np.float32)
    times = math.ceil(_DENSE_HZ / rate)
    for start in range(0, len(samples) if times > 1 else 0, _PIECE):
        begin = max(0, start - _BESIDE)
        between = _between(sound[begin : start + _PIECE + _BESIDE], times)[start - begin :][:_PIECE]
        peaks[start : start + _PIECE] = np.maximum(peaks[start : start + _PIECE], between)
    return peaks


def _between(sound: FloatArray, times: int) -> FloatArray:
    """Largest magnitude of ``[samples, channels]`` at ``times`` points from each sample on.

    By its spectrum, and by a short filter as converters and meters have: what that takes from the
    end of the band, where noise of a low rate has its peaks, can lower a peak and raise another.
    """
    from scipy.fft import irfft, next_fast_len, rfft
    from scipy.signal import resample_poly

    size = next_fast_len(len(sound) + _BESIDE, real=True)
    spectrum = rfft(sound.astype(np.float32), size, axis=0)
    if size % 2 == 0:
        spectrum[-1] /= 2
    ideal = irfft(spectrum, size * times, axis=0)[: len(sound) * times] * np.float32(times)
    short = resample_poly(sound, times, 1, axis=0)
    dense = np.maximum(np.abs(ideal), np.abs(short)).max(axis=1)
    found: FloatArray = dense.reshape(len(sound), times).max(axis=1)
    return found


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
