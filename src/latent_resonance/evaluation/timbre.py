"""What a sound is like, for recognising its kind: numbers that a small classifier can weigh."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.evaluation.embedding import BANDS, mel_levels

Array = npt.NDArray[np.float64]

# Hiss and floors differ between recordings and models; what lies below is not what a sound is.
_FLOOR_DB = -55.0
_UNIT_DB = 20.0
_BLOCKS = 8  # in time
_WIDE_BANDS = 16
_PARTIALS = 30
_GAPS = 12
# Shares of the window at which stretches end: short ones at the attack.
_STRETCHES = (0.0, 0.008, 0.02, 0.04, 0.08, 0.17, 0.33, 0.67, 1.0)


def describe_spectrum(level_db: FloatArray, layout: SpectrogramFormat) -> Array:
    """Mel levels of the window and of 8 stretches of time, and how they move: ``[384]``, 20 dB.

    Args:
        level_db: ``[bins, columns]`` in dB.
        layout: of the levels.
    """
    mel = np.maximum(mel_levels(level_db, layout), _FLOOR_DB)
    wide = mel.reshape(_WIDE_BANDS, BANDS // _WIDE_BANDS, -1).mean(axis=1)
    coarse = [part.mean(axis=1) for part in np.array_split(wide, _BLOCKS, axis=1)]
    motion = np.abs(np.diff(mel, axis=1)).mean(axis=1)
    parts = [mel.mean(axis=1), mel.std(axis=1), mel.max(axis=1), motion, *coarse]
    return np.concatenate(parts).astype(np.float64) / _UNIT_DB


def describe_note(level_db: FloatArray, layout: SpectrogramFormat, midi: float) -> Array:
    """The same, and the course of each partial and of the gaps between them: ``[768]``.

    Partials are counted from the note's pitch, so that these numbers mean the same at each pitch.

    Args:
        level_db: ``[bins, columns]`` in dB.
        layout: of the levels.
        midi: the note's pitch.
    """
    heard = np.maximum(level_db, _FLOOR_DB)
    step = 440 * 2 ** ((midi - 69) / 12) * layout.n_fft / layout.sample_rate
    partials = np.stack([_at(heard, step * n, 1.5, layout) for n in range(1, _PARTIALS + 1)])
    gaps = np.stack([_at(heard, step * (n + 0.5), 0.5, layout) for n in range(_GAPS)])
    power = np.power(10.0, level_db / 10).sum(axis=0)
    envelope = (
        10
        * np.log10(np.maximum(power / max(float(power.max()), 1e-12), 10 ** (_FLOOR_DB / 10)))[None]
    )
    courses = [_course(rows) for rows in (partials, gaps, envelope)]
    motion = np.abs(np.diff(partials[:8], axis=1)).mean(axis=1)
    own = np.concatenate([*courses, motion, partials[:8].std(axis=1)]) / _UNIT_DB
    return np.concatenate([describe_spectrum(level_db, layout), own]).astype(np.float64)


def transpose(level_db: FloatArray, semitones: float, range_db: float) -> FloatArray:
    """Levels moved up by stretching the frequency axis, as a sampler does: ``[bins, columns]``."""
    bins = len(level_db)
    source = np.arange(bins) / 2 ** (semitones / 12)
    low = np.minimum(source.astype(int), bins - 2)
    part = (source - low)[:, None].astype(np.float32)
    moved = level_db[low] * (1 - part) + level_db[low + 1] * part
    moved[source > bins - 1] = -range_db
    return np.asarray(moved, np.float32)


def _at(level_db: FloatArray, centre: float, reach: float, layout: SpectrogramFormat) -> FloatArray:
    """The loudest of the bins around ``centre`` in each column; the floor above the top bin."""
    low = max(0, int(np.floor(centre - reach)))
    if low >= layout.bins - 1:
        return np.full(level_db.shape[1], _FLOOR_DB, np.float32)
    high = min(layout.bins, int(np.ceil(centre + reach)) + 1)
    return np.asarray(level_db[low:high].max(axis=0), np.float32)


def _course(rows: FloatArray) -> Array:
    edges = [round(share * rows.shape[1]) for share in _STRETCHES]
    means = [rows[:, start : max(end, start + 1)].mean(axis=1) for start, end in pairwise(edges)]
    return np.concatenate(means).astype(np.float64)
