"""What is said: how the level of each mel band rises and falls.

The modulation spectrum (Houtgast and Steeneken 1973; Greenberg and Kingsbury 1997), without the
phase of its modulations: it stays what it is where a room, noise or a cut moves the beginning.
"""

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.mel_scale import mel_filters
from latent_resonance.sound.stft import magnitude_spectrogram
from latent_resonance.sound.voice.clip import RATE, trim

BANDS, MODULATIONS = 32, 48
_N_FFT, _HOP = 1024, 256
_LOW_HZ, _HIGH_HZ = 80.0, 7600.0
_LOUD_PERCENTILE = 95
_FLOOR = 1e-2  # of the loud frames' power: what lies 20 dB below them is one with silence
_MODULATION_HZ = np.arange(1, MODULATIONS + 1) / 8  # to 6 Hz: syllables come four times a second
_LEAST = 0.5


def describe_words(samples: FloatArray) -> FloatArray:
    """Logarithms of how strongly each band is modulated ``[32 * 48]``; the lowest band's first.

    Args:
        samples: ``[samples]`` at 16 kHz, as ``take_voice`` gives them.
    """
    power = magnitude_spectrogram(trim(samples), _N_FFT, _HOP) ** 2
    mel = mel_filters(RATE, _N_FFT, BANDS, _LOW_HZ, _HIGH_HZ) @ power
    loud = np.percentile(mel.mean(axis=0), _LOUD_PERCENTILE)
    level = np.log(mel / loud + _FLOOR)
    level -= level.mean(axis=1, keepdims=True)
    columns = level.shape[1]
    seconds = np.arange(columns) * (_HOP / RATE)
    waves = np.exp(-2j * np.pi * seconds[:, None] * _MODULATION_HZ)
    strength = np.abs(level @ waves) / np.sqrt(columns)
    return np.asarray(np.log(strength + _LEAST), np.float32).reshape(-1)
