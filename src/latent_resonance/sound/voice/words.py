"""What is said: the course of mel levels, whatever the level and the silence around it."""

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.mel_scale import mel_filters
from latent_resonance.sound.stft import magnitude_spectrogram
from latent_resonance.sound.voice.clip import RATE, trim

BANDS, MOMENTS = 32, 48
_N_FFT, _HOP = 1024, 256
_LOW_HZ, _HIGH_HZ = 80.0, 7600.0
_LOUD_PERCENTILE = 95
_FLOOR = 1e-3  # of the loud frames' power: what lies 30 dB below them is one with silence


def describe_words(samples: FloatArray) -> FloatArray:
    """Log mel levels without each band's mean, ``[32 * 48]``; the lowest band's moments first.

    Args:
        samples: ``[samples]`` at 16 kHz, as ``take_voice`` gives them.
    """
    power = magnitude_spectrogram(trim(samples), _N_FFT, _HOP) ** 2
    mel = mel_filters(RATE, _N_FFT, BANDS, _LOW_HZ, _HIGH_HZ) @ power
    loud = np.percentile(mel.mean(axis=0), _LOUD_PERCENTILE)
    level = np.log(mel / loud + _FLOOR)
    level -= level.mean(axis=1, keepdims=True)
    return _spread(level).astype(np.float32).reshape(-1)


def _spread(level: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """``[bands, columns]`` as ``[bands, 48]``: from the first column to the last, linearly."""
    columns = np.arange(level.shape[1])
    moments = np.linspace(0, level.shape[1] - 1, MOMENTS)
    return np.stack([np.interp(moments, columns, band) for band in level])
