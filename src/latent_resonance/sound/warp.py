"""How far a sound's lower frequencies are moved: a number beside its place.

A network can hardly give a tone another pitch than those of its material, and it is the tone that
tells how large a body is. So a place may say by how many octaves what is below some 5 kHz lies
higher or lower. Frequencies above are spread, or crowded, so that the band stays full: the
piecewise linear warp by which speech is made that of longer and shorter vocal tracts (Wakita 1977;
Eide and Gish 1996).

Where a column is squeezed its lobes become narrow, and a narrow lobe's slope tells a wrong
frequency (``sound.pghi``): they are widened before, by the Gaussian that is missing, and keep their
height. Lobes that are stretched stay wide.
"""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.stft import window

LEAST, MOST = -1.0, 1.0
"""The octaves between which it is kept; 0 leaves levels as they are."""

_KNEE = 0.6
_NEPERS = np.float32(np.log(10) / 10)


def with_warp(level_db: FloatArray, octaves: float, layout: SpectrogramFormat) -> FloatArray:
    """Levels whose lower frequencies are ``2 ** octaves`` times as high.

    Of where they come from and where they go to, the higher is at most 0.6 of the band.

    Args:
        level_db: ``[bins, columns]`` in dB, bin 0 at 0 Hz, at most 0.
        octaves: kept within ``LEAST`` and ``MOST``; what is no number leaves them.
        layout: of the levels.
    """
    kept = min(max(octaves, LEAST), MOST) if np.isfinite(octaves) else 0.0
    if kept == 0:
        return level_db
    ratio, top = 2.0**kept, len(level_db) - 1
    knee = _KNEE * top * min(ratio, 1.0)
    # As many bins become one, below the knee and above.
    squeeze = (1 / ratio, (top - knee / ratio) / (top - knee))
    wide = _widened(level_db, round(knee / ratio), squeeze, layout)
    made = _resampled(wide, np.interp(np.arange(top + 1), [0, knee, top], [0, knee / ratio, top]))
    # Where a peak would pass 0 dB, all of it is so much quieter.
    made -= max(0.0, float(made.max()))
    return np.maximum(made, np.float32(-layout.range_db))


def _widened(
    level_db: FloatArray, knee: int, squeeze: tuple[float, float], layout: SpectrogramFormat
) -> FloatArray:
    """Levels whose lobes are so many times as wide below ``knee``, and above; never narrower."""
    floor = np.float32(10 ** (-layout.range_db / 10))
    power = np.maximum(np.exp(level_db * _NEPERS) - floor, 0)
    for part, times in ((power[:knee], squeeze[0]), (power[knee:], squeeze[1])):
        if times <= 1:
            continue
        deviation = math.sqrt(_lobe_variance(layout.window, layout.n_fft) * (times**2 - 1))
        reach = min(math.ceil(3 * deviation), len(part) - 1)
        kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / deviation) ** 2)
        kernel = np.asarray(times * kernel / kernel.sum(), np.float32)
        padded = np.pad(part, ((reach, reach), (0, 0)), mode="edge")
        part[:] = sum(k * padded[n : n + len(part)] for n, k in enumerate(kernel))
    wide: FloatArray = np.log(np.maximum(power, floor)) / _NEPERS
    return wide


def _resampled(level_db: FloatArray, place: npt.NDArray[np.float64]) -> FloatArray:
    """Levels at ``place [bins]`` between the bins, by a Catmull-Rom cubic."""
    top = len(level_db) - 1
    node = np.minimum(place.astype(int), top - 1)
    t = np.asarray(place - node, np.float32)[:, None]
    weights = (
        t * (-0.5 + t * (1 - t / 2)),
        1 + t**2 * (-2.5 + 1.5 * t),
        t * (0.5 + t * (2 - 1.5 * t)),
        t**2 * (t - 1) / 2,
    )
    made = np.zeros_like(level_db)
    for offset, weight in enumerate(weights, start=-1):
        # Levels go on evenly at 0 Hz and at the top.
        made += weight * level_db[np.clip(node + offset, 0, top)]
    return made


@lru_cache(maxsize=8)
def _lobe_variance(name: str, n_fft: int) -> float:
    """Of the Gaussian that a window's lobe is in power, by what it falls within a bin, bins^2."""
    weight = window(name, n_fft).astype(np.float64)
    turn = np.exp(-2j * np.pi * np.arange(n_fft) / n_fft)
    return float(0.25 / np.log(weight.sum() / abs(weight @ turn)))
