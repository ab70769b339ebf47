"""Who speaks: statistics of a voice's loud frames, which say little of what is said.

Mel-frequency cepstra (Davis and Mermelstein 1980), their means, spreads and motion, and the range
of the pitch, which neither a room nor an equaliser changes.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.mel_scale import mel_filters
from latent_resonance.sound.stft import magnitude_spectrogram
from latent_resonance.sound.voice.clip import RATE, trim

_Doubles = npt.NDArray[np.float64]

CEPSTRA = 32
PITCH_PERCENTILES = (10, 30, 50, 70, 90)
TIMBRE_SIZE = 3 * CEPSTRA - 1 + len(PITCH_PERCENTILES)

# Long windows: a room blurs them less.
_N_FFT, _HOP, _BANDS = 2048, 256, 64
_LOW_HZ = 40.0
_FLOOR = 1e-4  # of the loud frames' strongest band
_LOUD_PERCENTILE = 95
_QUIET_SHARE = 35  # percentile of the frames below which a frame is not looked at
_PITCH_N = 1024
_PITCH_HZ = (65.0, 650.0)
_PITCH_BELOW_HZ = 1800.0
# Tolonen and Karjalainen 2000: compressed spectra show the period through formants and equalisers.
_COMPRESSION = 0.67
_CLEAREST = 0.5  # share of the frames whose pitch counts, the clearest ones


def describe_timbre(samples: FloatArray) -> FloatArray:
    """Means of 31 cepstra, spreads of 32, spreads of their change, octaves of the pitch ``[100]``.

    Args:
        samples: ``[samples]`` at 16 kHz, as ``take_voice`` gives them.
    """
    sound = trim(samples)
    power = magnitude_spectrogram(sound, _N_FFT, _HOP) ** 2
    mel = mel_filters(RATE, _N_FFT, _BANDS, _LOW_HZ) @ power
    # Filters of equal height, so that the floor is the same for low and high bands.
    mel /= mel_filters(RATE, _N_FFT, _BANDS, _LOW_HZ).sum(axis=1, keepdims=True)
    level = np.log(mel / np.percentile(mel.max(axis=0), _LOUD_PERCENTILE) + _FLOOR)
    mean = level.mean(axis=0)
    loud = mean >= np.percentile(mean, _QUIET_SHARE)
    cepstra = _cosines() @ level[:, loud]
    change = np.diff(cepstra, axis=1) if cepstra.shape[1] > 1 else np.zeros((CEPSTRA, 1))
    parts = [
        cepstra.mean(axis=1)[1:],
        cepstra.std(axis=1),
        change.std(axis=1),
        _pitch_range(sound, loud),
    ]
    return np.concatenate(parts).astype(np.float32)


@cache
def _cosines() -> _Doubles:
    """The first rows of the orthonormal DCT-II, ``[CEPSTRA, bands]``."""
    rows, columns = np.arange(CEPSTRA)[:, None], np.arange(_BANDS)
    made = np.sqrt(2 / _BANDS) * np.cos(np.pi * rows * (2 * columns + 1) / (2 * _BANDS))
    made[0] /= np.sqrt(2)
    return np.asarray(made, np.float64)


def _pitch_range(samples: FloatArray, loud: npt.NDArray[np.bool_]) -> _Doubles:
    """Percentiles of the pitch in octaves above 100 Hz, over the clearest of the loud frames."""
    padded = np.pad(samples.astype(np.float64), _PITCH_N // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _PITCH_N)[::_HOP][: len(loud)][loud]
    window = np.hanning(_PITCH_N)
    bins = round(_PITCH_BELOW_HZ / RATE * 2 * _PITCH_N)
    spectrum = np.abs(np.fft.rfft(frames * window, 2 * _PITCH_N))[:, :bins]
    likeness = np.fft.irfft(spectrum ** (2 * _COMPRESSION), 2 * _PITCH_N)
    own = np.fft.irfft(np.abs(np.fft.rfft(window, 2 * _PITCH_N)) ** 2)
    first, last = round(RATE / _PITCH_HZ[1]), round(RATE / _PITCH_HZ[0])
    match = likeness[:, first:last] / np.maximum(likeness[:, :1], 1e-12)
    match = match / (own[first:last] / own[0])
    lag = match.argmax(axis=1)
    clear = match[np.arange(len(lag)), lag]
    kept = clear >= np.quantile(clear, 1 - _CLEAREST)
    octaves = np.log2(RATE / (first + lag[kept]) / 100.0)
    return np.asarray(np.percentile(octaves, PITCH_PERCENTILES), np.float64)
