"""Roughness: how restless each band is from moment to moment."""

import numpy as np

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import Spectrogram
from latent_resonance.sound.attributes.bands import Doubles, Heard
from latent_resonance.sound.codec import decode, encode

_LEAST = 0.005
# What is slower than 20 Hz is heard as a course of loudness, what is faster as rough.
_AROUND_SECONDS = 0.05
_EACH = 2
# Moments that are 40 dB below the loudest are not heard as part of it.
_SOUNDS = 10 ** (-40 / 20)
# Of the analysis of a sound: short enough for motion of 100 Hz.
_WINDOW_SECONDS, _WINDOWS_A_HOP = 0.016, 8


def roughness(heard: Heard) -> float:
    """Depth of the motion of 32 mel bands' amplitude that is faster than 20 Hz, log2.

    The deviation of each band within 50 ms over its mean there (Fastl and Zwicker 2007, chapter
    11), to the fineness of the envelope: the mean of all bands by their loudness, and the middle
    one of all moments that sound, so that one attack is no roughness.
    """
    if heard.columns < 3:
        return float(np.log2(_LEAST))
    gains = heard.gains(_EACH)
    each = len(gains) // heard.columns
    power = np.repeat(heard.power, each, axis=1) * gains
    reach = max(1, round(_AROUND_SECONDS / 2 / heard.layout.hop_seconds * each))
    mean, square = (_mean_around(one, reach)[:, ::each] for one in (np.sqrt(power), power))
    depth = np.sqrt(np.maximum(square - mean**2, 0)) / (mean + 1e-12)
    # Loudness goes as the 0.6th power of magnitude: quiet bands count less, not nothing.
    weight = (mean + 1e-12) ** 0.6
    loud = mean.sum(axis=0)
    moments = (depth * weight).sum(axis=0) / weight.sum(axis=0)
    return float(np.log2(_LEAST + np.median(moments[loud >= _SOUNDS * loud.max()])))


def roughness_of_sound(window: Spectrogram) -> float:
    """``roughness`` of the sound of a window, envelope and all, by a finer analysis.

    Levels do not tell how bins beat with each other: their sound does, at the price of making it.
    """
    sound = decode(window)
    rate = window.format.sample_rate
    size = 2 ** round(np.log2(_WINDOW_SECONDS * rate))
    layout = SpectrogramFormat(rate, size, size // _WINDOWS_A_HOP)
    return roughness(Heard(encode(sound, layout), layout))


def _mean_around(values: Doubles, reach: int) -> Doubles:
    """Mean of ``values [bands, moments]`` over ``2 reach + 1`` moments; ends go on as they are."""
    sums = np.cumsum(np.pad(values, ((0, 0), (reach + 1, reach)), mode="edge"), axis=1)
    size = 2 * reach + 1
    return np.asarray(np.maximum(sums[:, size:] - sums[:, :-size], 0) / size)
