"""Who speaks, by a network that has heard thousands: much the same whatever is said.

ECAPA-TDNN (Desplanques, Thienpondt, Demuynck 2020, arXiv:2005.07143): convolutions in time over mel
levels, whose channels are weighed by their means (squeeze and excitation), and the mean and
deviation of what they find over those frames that say most. Wherever a matrix would be large there
are two thin ones. ``speaker_weights`` says whose weights.
"""

from collections.abc import Mapping
from functools import cache

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.stft import HAMMING, magnitude_spectrogram
from latent_resonance.sound.voice.clip import RATE, trim
from latent_resonance.sound.voice.speaker_weights import load_weights

SPEAKER_SIZE = 112
# As the network was trained: 25 ms every 10 ms, 80 bands of 80 dB.
_N_FFT, _HOP, _BANDS = 400, 160, 80
_LEVEL = 10 ** (-30 / 20)
_RANGE_DB = 80.0
_FEWEST = 32  # frames; what is shorter goes round
BLOCKS = 3
GROUPS = 8
"""Parts of a block's channels, each of which also gets what was found in the one before."""

Weights = Mapping[str, FloatArray]


def describe_speaker(samples: FloatArray) -> FloatArray:
    """Where the network places a speaker: ``[112]``, of length 1.

    Args:
        samples: ``[samples]`` at 16 kHz, as ``take_voice`` gives them.
    """
    placed = embed(centred(mel_levels(trim(samples))), load_weights())
    return np.asarray(placed / max(float(np.linalg.norm(placed)), 1e-9), np.float32)


def mel_levels(sound: npt.NDArray[np.floating]) -> FloatArray:
    """Levels in 80 mel bands, in dB, float32 ``[80, frames]``.

    Args:
        sound: ``[samples]`` at 16 kHz.
    """
    level = _LEVEL / np.sqrt(np.mean(np.square(sound, dtype=np.float64)) + 1e-12)
    power = magnitude_spectrogram(sound * level, _N_FFT, _HOP, HAMMING) ** 2
    mel = 10 * np.log10(np.maximum(_filters() @ power, 1e-10))
    if mel.shape[1] < _FEWEST:
        mel = np.pad(mel, ((0, 0), (0, _FEWEST - mel.shape[1])), mode="wrap")
    return np.asarray(mel, np.float32)


def centred(levels: FloatArray) -> FloatArray:
    """Levels at most 80 dB below the highest, from each band's mean: what a microphone changes."""
    kept = np.maximum(levels, levels.max() - _RANGE_DB)
    return np.asarray(kept - kept.mean(axis=1, keepdims=True), np.float32)


@cache
def _filters() -> FloatArray:
    """Triangles ``[80, bins]``, equally far apart in mel, each as wide on either side as below."""
    edges = np.linspace(0, 2595 * np.log10(1 + RATE / 2 / 700), _BANDS + 2)
    hz = 700 * (10 ** (edges / 2595) - 1)
    away = np.fft.rfftfreq(_N_FFT, 1 / RATE) - hz[1:-1, None]
    made = 1 - np.abs(away) / np.diff(hz)[:-1, None]
    return np.maximum(made, 0).astype(np.float32)


def embed(frames: FloatArray, weights: Weights) -> FloatArray:
    """The embedding ``[size]`` of mel frames ``[bands, frames]``, less what is the mean one's.

    Args:
        frames: at least five.
        weights: ``NAME.left`` and ``NAME.right`` of each pair of thin matrices, ``NAME.whole`` of
            others, ``NAME.bias``, and of what is rectified ``NAME.gain`` and ``NAME.shift``.
    """
    value = _rectified(weights, "stem", _pair(weights, "stem", _neighbours(frames, 2, 1, taps=5)))
    found = []
    for block in range(1, BLOCKS + 1):
        value = _block(value, weights, f"block{block}", block + 1)
        found.append(value)
    value = np.concatenate(found)
    value = _rectified(weights, "gathered", _pair(weights, "gathered", value))
    mean = value.mean(axis=1)
    deviation = np.sqrt(np.maximum(value.var(axis=1), 1e-12))
    # Which frames say most, told from each and from all of them.
    hidden = weights["attend.whole"] @ value
    hidden += (weights["context.whole"] @ np.concatenate([mean, deviation]))[:, None]
    hidden = np.tanh(_rectified(weights, "attend", hidden))
    share = _pair(weights, "frames", hidden)
    share = np.exp(share - share.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    mean = np.einsum("ct,ct->c", share, value)
    square = np.einsum("ct,ct,ct->c", share, value, value)
    deviation = np.sqrt(np.maximum(square - mean**2, 1e-12))
    pooled = np.concatenate([mean, deviation])
    return np.asarray(weights["place.whole"] @ pooled + weights["place.bias"], np.float32)


def _block(given: FloatArray, weights: Weights, name: str, apart: int) -> FloatArray:
    value = _rectified(weights, f"{name}.first", _pair(weights, f"{name}.first", given))
    parts = np.split(value, GROUPS)
    for part in range(1, GROUPS):
        inner = f"{name}.group{part}"
        came = parts[part] + parts[part - 1] if part > 1 else parts[part]
        around = weights[f"{inner}.whole"] @ _neighbours(came, apart, apart, taps=3)
        parts[part] = _rectified(weights, inner, around)
    value = np.concatenate(parts)
    value = _rectified(weights, f"{name}.last", _pair(weights, f"{name}.last", value))
    mean = weights[f"{name}.squeeze.whole"] @ value.mean(axis=1)
    mean = np.maximum(mean + weights[f"{name}.squeeze.bias"], 0)
    share = weights[f"{name}.excite.whole"] @ mean + weights[f"{name}.excite.bias"]
    return np.asarray(value * (1 / (1 + np.exp(-share)))[:, None] + given)


def _neighbours(value: FloatArray, pad: int, apart: int, *, taps: int) -> FloatArray:
    """Each frame with those around it, ``[taps * channels, frames]``; mirrored at the ends."""
    count = value.shape[1]
    padded = np.pad(value, ((0, 0), (pad, pad)), mode="reflect")
    return np.concatenate([padded[:, tap * apart :][:, :count] for tap in range(taps)])


def _pair(weights: Weights, name: str, value: FloatArray) -> FloatArray:
    return np.asarray(weights[f"{name}.left"] @ (weights[f"{name}.right"] @ value))


def _rectified(weights: Weights, name: str, value: FloatArray) -> FloatArray:
    """Bias, rectifier, and the scale and shift of a batch normalisation."""
    made = value + weights[f"{name}.bias"][:, None]
    np.maximum(made, 0, out=made)
    made *= weights[f"{name}.gain"][:, None]
    made += weights[f"{name}.shift"][:, None]
    return made
