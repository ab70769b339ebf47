"""Sounds as points: a convolutional network whose random weights never change.

Random features keep what trained ones are used for here, that alike sounds lie close, and need no
download: Naeem et al. 2020 (2002.09797, section 4) compare generators in randomly initialised
networks. Weights come from a PCG64 stream, so that they are the same on every machine.

Levels become 64 mel bands with the loudest at 0 dB, so that neither loudness nor the codec's layout
counts; five layers (3x3, stride 2 after the first) see them. Each layer gives mean and standard
deviation over time of each channel in four regions of frequency: a sound moved in time keeps its
place, one moved in frequency does not.
"""

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.mel_scale import mel_filters

Array = npt.NDArray[np.float64]

BANDS = 64
_RANGE_DB = 80.0
_SEED = 20_260_101
_CHANNELS = (16, 32, 48, 64, 64)
_REGIONS = 4
_LEAK = 0.2
SIZE = 2 * _REGIONS * sum(_CHANNELS)


def mel_levels(level_db: FloatArray, layout: SpectrogramFormat) -> FloatArray:
    """Levels of 64 mel bands, the loudest at 0 dB, the floor 80 dB below.

    Args:
        level_db: ``[bins, columns]`` in dB.
        layout: of the levels.

    Returns:
        float32 ``[64, columns]``; silence is all floor.
    """
    power = np.where(level_db > -layout.range_db + 1e-3, np.power(10.0, level_db / 10), 0)
    mel = mel_filters(layout.sample_rate, layout.n_fft, BANDS)[:, : layout.bins] @ power
    top = float(mel.max(initial=0))
    if top <= 0:
        return np.full((BANDS, level_db.shape[1]), -_RANGE_DB, np.float32)
    return np.asarray(10 * np.log10(np.maximum(mel / top, 10 ** (-_RANGE_DB / 10))), np.float32)


def embed(windows: Iterable[FloatArray], layout: SpectrogramFormat) -> Array:
    """Points ``[windows, 1792]`` of windows of levels ``[bins, columns]`` in dB."""
    points = [_embed_one(mel_levels(window, layout)) for window in windows]
    return np.array(points, np.float64).reshape(len(points), SIZE)


def _embed_one(mel: FloatArray) -> Array:
    where = np.broadcast_to(np.linspace(-1, 1, BANDS, dtype=np.float32)[:, None], mel.shape)
    value = np.stack([mel / np.float32(_RANGE_DB / 2) + 1, where])
    found = []
    for index, weight in enumerate(_weights()):
        value = _convolve(value, weight, 1 if index == 0 else 2)
        parts = value.reshape(value.shape[0], _REGIONS, -1, value.shape[2])
        found += [parts.mean(axis=(2, 3)), parts.mean(axis=2).std(axis=2)]
    return np.concatenate([np.ravel(part) for part in found]).astype(np.float64)


@lru_cache(maxsize=1)
def _weights() -> tuple[FloatArray, ...]:
    """``[out, in * 9]`` each, scaled as He et al. 2015 so that the signal keeps its size."""
    random = np.random.Generator(np.random.PCG64(_SEED))
    sizes = zip((2, *_CHANNELS[:-1]), _CHANNELS, strict=True)
    gain = 2 / (1 + _LEAK**2)
    return tuple(
        (random.standard_normal((out, 9 * into)) * np.sqrt(gain / (9 * into))).astype(np.float32)
        for into, out in sizes
    )


def _convolve(value: FloatArray, weight: FloatArray, stride: int) -> FloatArray:
    """3x3 over ``[channels, bands, columns]`` with mirrored edges, then a leaky ramp."""
    padded = np.pad(value, ((0, 0), (1, 1), (1, 1)), mode="edge")
    views = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    views = views[:, ::stride, ::stride]
    rows, columns = views.shape[1:3]
    patches = views.transpose(0, 3, 4, 1, 2).reshape(-1, rows * columns)
    made = (weight @ patches).reshape(-1, rows, columns)
    return np.asarray(np.where(made > 0, made, _LEAK * made), np.float32)
