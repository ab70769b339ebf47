"""What a texture is like: groups of numbers for a judge of classes.

Statistics of the kind that tell textures apart by ear (McDermott and Simoncelli 2011, "Sound
texture perception via statistics of the auditory periphery"): spectrum, cepstra and how they move,
modulation of bands by rate, envelope, decay, tonality.
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.evaluation.embedding import BANDS, mel_levels

Array = npt.NDArray[np.float64]

_FLOOR_DB = -60.0
_AUDIBLE_DB = -35.0  # of the loudest column
_SHAPE_FLOOR_DB = -50.0
_CEPSTRA = 24
_WIDE_BANDS, _PARTS = 16, 8
_RATES_HZ = (0.4, 1, 2, 4, 8, 16, 32, 62.5)
_LAGS_SECONDS = (0.016, 0.032, 0.064, 0.128, 0.256, 0.512)
_AFTER_SECONDS = (0.05, 0.1, 0.2, 0.4, 0.8)
_RISES = 8
_TINY = 1e-9


def describe_texture(level_db: FloatArray, layout: SpectrogramFormat) -> dict[str, Array]:
    """Group to its numbers, most of them in dB; the loudest counts as 0 dB.

    Args:
        level_db: ``[bins, columns]`` in dB, at least 16 columns.
        layout: of the levels.
    """
    mel = mel_levels(level_db, layout)
    power = np.power(10.0, mel.astype(np.float64) / 10)
    envelope = _decibel(power.sum(axis=0))
    envelope = np.maximum(envelope - envelope.max(), _FLOOR_DB)
    audible = envelope > min(_AUDIBLE_DB, float(np.sort(envelope)[-4]) - _TINY)
    levels = np.maximum(mel, _FLOOR_DB).astype(np.float64)
    wide = levels.reshape(_WIDE_BANDS, BANDS // _WIDE_BANDS, -1).mean(axis=1)
    return {
        "cepstra": _cepstra(mel[:, audible], power[:, audible]),
        "spectrum": _peak_at_zero(_decibel(power.mean(axis=1))),
        "levels": np.percentile(wide, [5, 25, 50, 75, 95], axis=1).ravel(),
        "modulation": _modulation(power, layout.hop_seconds),
        "envelope": _course(envelope, float(audible.mean()), layout.hop_seconds),
        "decay": _decay(wide, int(envelope.argmax()), layout.hop_seconds),
        "tonality": _tonality(level_db, audible),
        "centroid": _centroid(power[:, audible]),
    }


def _cepstra(mel: FloatArray, power: Array) -> Array:
    """Mean, deviation and motion of the cepstra of audible columns; loudness left out."""
    from scipy.fft import dct

    shape = np.maximum(mel - _decibel(power.sum(axis=0)), _SHAPE_FLOOR_DB)
    found = dct(shape, axis=0, norm="ortho")[1:_CEPSTRA]
    motion = np.abs(np.diff(found, axis=1)).mean(axis=1)
    return np.concatenate([found.mean(axis=1), found.std(axis=1), motion])


def _modulation(power: Array, hop_seconds: float) -> Array:
    """Energy of the motion of eight bands and of all, in octaves of rate."""
    bands = power.reshape(_PARTS, BANDS // _PARTS, -1).sum(axis=1)
    bands = np.concatenate([bands, power.sum(axis=0)[None]])
    moving = 10 * np.log10(bands / (bands.max(axis=1, keepdims=True) + 1e-12) + 1e-5)
    moving = (moving - moving.mean(axis=1, keepdims=True)) * np.hanning(moving.shape[1])
    energy = np.abs(np.fft.rfft(moving, axis=1)) ** 2
    rate = np.fft.rfftfreq(moving.shape[1], hop_seconds)
    sums = [
        energy[:, (rate >= low) & (rate < high)].sum(axis=1) for low, high in pairwise(_RATES_HZ)
    ]
    return np.asarray(10 * np.log10(np.concatenate(sums) + 1))


def _course(envelope: Array, audible: float, hop_seconds: float) -> Array:
    """Spread of the envelope, its steepest rises, and how it repeats."""
    steps = np.diff(envelope)
    centred = envelope - envelope.mean()
    energy = float(centred @ centred) + _TINY
    lags = [min(max(1, round(lag / hop_seconds)), len(centred) - 1) for lag in _LAGS_SECONDS]
    return np.concatenate(
        [
            np.percentile(envelope, [5, 10, 25, 50, 75, 90]),
            [30 * audible, float(envelope.std())],
            np.sort(steps)[::-1][:_RISES],
            np.percentile(steps, [5, 25, 75, 95]),
            [10 * float(centred[lag:] @ centred[:-lag]) / energy for lag in lags],
            [float((steps > 6).sum()), float((steps > 3).sum())],
        ]
    )


def _decay(wide: Array, peak: int, hop_seconds: float) -> Array:
    """How far each band has fallen at five times after the loudest column."""
    last = wide.shape[1] - 1
    after = [min(peak + round(seconds / hop_seconds), last) for seconds in _AFTER_SECONDS]
    return np.concatenate([wide[:, column] - wide[:, peak] for column in after])


def _tonality(level_db: FloatArray, audible: npt.NDArray[np.bool_]) -> Array:
    """Flatness of columns and of their mean, contrast, and motion along time and frequency."""
    bins = len(level_db)
    parts = np.array_split(np.arange(min(4, bins // 16), bins), _PARTS)
    heard = level_db[:, audible].astype(np.float64)
    power = np.power(10.0, heard / 10) + 1e-8
    floored = np.maximum(level_db, _FLOOR_DB)
    found = []
    for part in parts:
        mean = power[part].mean(axis=1)
        high, low = np.percentile(heard[part], [95, 20], axis=0)
        found.append(
            [
                float((_decibel(np.exp(np.log(power[part]).mean(axis=0)))
                       - _decibel(power[part].mean(axis=0))).mean()),
                float(_decibel(np.exp(np.log(mean).mean())) - _decibel(mean.mean())),
                float((high - low).mean()),
                2 * float(np.abs(np.diff(floored[part], axis=1)).mean()),
                2 * float(np.abs(np.diff(floored[part], axis=0)).mean()),
            ]
        )  # fmt: skip
    return np.array(found, np.float64).T.ravel()


def _centroid(power: Array) -> Array:
    """Mean, deviation and motion of the centroid, in mel bands."""
    course = (power * np.arange(BANDS)[:, None]).sum(axis=0) / power.sum(axis=0)
    motion = float(np.abs(np.diff(course)).mean()) if len(course) > 1 else 0.0
    return np.array([course.mean(), course.std(), 3 * motion])


def _peak_at_zero(spectrum: Array) -> Array:
    return np.asarray(np.maximum(spectrum - spectrum.max(), _SHAPE_FLOOR_DB))


def _decibel(power: npt.ArrayLike) -> Array:
    return np.asarray(10 * np.log10(np.asarray(power, np.float64) + _TINY))
