"""Levels in linear frequency as rows of equal steps of pitch, and as grey."""

from functools import lru_cache

import numpy as np

from latent_resonance.contracts.values import ByteArray, FloatArray

LOWEST_HZ = 40.0

_FLOOR = 1e-12
_CONTRAST = 1.5
_TILT_DB, _TILTED_AROUND_HZ = 3.0, 1000.0


def log_rows(level_db: FloatArray, top_hz: float, height: int) -> FloatArray:
    """Levels ``[bins, columns]`` of 0..``top_hz`` as ``[height, columns]``, row 0 the highest.

    Where a row is wider than a bin it has the bins' mean power, else it lies between two.
    """
    weights, narrow = _weights(len(level_db), top_hz, height)
    between = weights @ level_db
    power = weights @ (10 ** (level_db / 10))
    wide = 10 * np.log10(np.maximum(power, _FLOOR))
    return np.asarray(np.where(narrow[:, None], between, wide), np.float32)


def row_hz(top_hz: float, height: int) -> FloatArray:
    """The frequency in the middle of each row, ``[height]``."""
    return np.asarray(LOWEST_HZ * (top_hz / LOWEST_HZ) ** (1 - (np.arange(height) + 0.5) / height))


@lru_cache(8)
def _weights(bins: int, top_hz: float, height: int) -> tuple[FloatArray, FloatArray]:
    at = row_hz(top_hz, height) * bins / top_hz
    step = (top_hz / LOWEST_HZ) ** (1 / height)
    reach = np.maximum(1.0, at * (step - 1))
    weights = np.maximum(0, 1 - np.abs(np.arange(bins)[None] - at[:, None]) / reach[:, None])
    weights /= weights.sum(axis=1, keepdims=True)
    return weights.astype(np.float32), reach <= 1.0


def as_heard(rows: FloatArray, top_hz: float, blur: tuple[float, float]) -> FloatArray:
    """Rows ``[height, columns]`` with as much in an octave of treble as in one of bass where a
    noise is white, and blurred by rows and columns: its colour and course show, not its grain.
    """
    from scipy.ndimage import gaussian_filter

    octaves = np.log2(row_hz(top_hz, len(rows)) / _TILTED_AROUND_HZ)
    tilted = rows + _TILT_DB * octaves[:, None]
    return np.asarray(gaussian_filter(tilted, blur, mode="nearest"), np.float32)


def pooled(level_db: FloatArray, width: int) -> FloatArray:
    """Columns as ``width`` columns: the mean power of those it covers, or the nearest."""
    columns = level_db.shape[1]
    if columns < width:
        return level_db[:, np.arange(width) * columns // width]
    starts = np.arange(width) * columns // width
    power = np.add.reduceat(10 ** (level_db / 10), starts, axis=1)
    counts = np.diff([*starts, columns])
    return np.asarray(10 * np.log10(np.maximum(power / counts, _FLOOR)), np.float32)


def grey(level_db: FloatArray, top_db: float, range_db: float) -> ByteArray:
    """255 at ``top_db`` and above, 0 at ``range_db`` below it; the soft half is darkened."""
    share = np.clip(1 + (level_db - top_db) / range_db, 0, 1) ** _CONTRAST
    return np.asarray(np.round(255 * share), np.uint8)
