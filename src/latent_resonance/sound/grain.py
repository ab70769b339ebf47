"""How restless the levels of a window are from column to column: a number beside its place.

Places tell what a sound is made of, hardly how rough it is: a generator of textures draws noise
with one and the same scatter, and tones get some of it. So the motion of each bin's level about its
mean over some 50 ms is made ``2 ** amount`` times as large. What is faster than about 20 Hz is
heard as roughness (Fastl and Zwicker 2007, chapter 11), not as a course of loudness; attacks reach
much further than that motion, and stay.
"""

import math
from collections.abc import Callable

import numpy as np

from latent_resonance.contracts.values import FloatArray, Spectrogram
from latent_resonance.sound.attributes.roughness import roughness_of_sound
from latent_resonance.sound.unknown import known_columns

MOVES = "roughness"
"""The attribute that it changes."""

LEAST, MOST = -4.0, 3.0
"""The amounts between which it is kept; 0 leaves levels as they are."""

_STILL_SECONDS = 0.024
_MOST_DB = 8.0
_ROUNDS, _NEAR = 8, 0.02
_TO_NEPERS = np.float32(np.log(10) / 10)
_LEAST_POWER = np.float32(1e-12)


def with_grain(
    level_db: FloatArray, amount: float, hop_seconds: float, floor_db: float
) -> FloatArray:
    """Levels ``[bins, columns]`` in dB whose motion is ``2 ** amount`` times as large.

    The mean power of each bin stays within some 50 ms; where a peak would pass 0 dB, all of it is
    so much quieter. Time goes round, as windows do, and silence stays silent.

    Args:
        level_db: at most 0.
        amount: kept within ``LEAST`` and ``MOST``.
        hop_seconds: from one column to the next.
        floor_db: the level of silence.
    """
    factor = np.float32(2.0 ** min(max(amount, LEAST), MOST))
    reach = _reach(level_db.shape[1], _STILL_SECONDS / hop_seconds)
    motion = np.clip(level_db - _blurred(level_db, reach), -_MOST_DB, _MOST_DB)
    made = np.asarray(level_db + (factor - 1) * motion, np.float32)
    made += (_power(level_db, reach) - _power(made, reach)) / _TO_NEPERS
    made -= max(0.0, float(made.max()))
    return np.where(level_db > floor_db, np.maximum(made, floor_db), floor_db).astype(np.float32)


def find_grain(wanted: Spectrogram, made: Callable[[float], Spectrogram]) -> float:
    """The amount at which a window is as rough as the one that is wanted, by their sounds.

    Args:
        wanted: columns far below the floor are unknown, ``sound.unknown``: they count in neither.
        made: an amount to the window with it.
    """
    known = known_columns(wanted.level_db, wanted.format.range_db)

    def heard(window: Spectrogram) -> float:
        if known.all():
            return roughness_of_sound(window)
        envelope = window.envelope_db
        if envelope is not None:
            envelope = envelope.reshape(len(known), -1)[known].reshape(-1)
        levels = np.ascontiguousarray(window.level_db[:, known])
        return roughness_of_sound(Spectrogram(levels, window.format, envelope))

    goal = heard(wanted)
    low, high = LEAST, MOST
    amount = 0.0
    for _ in range(_ROUNDS):
        missing = goal - heard(made(amount))
        if abs(missing) < _NEAR:
            break
        low, high = (amount, high) if missing > 0 else (low, amount)
        amount = (low + high) / 2
    return amount


def _power(level_db: FloatArray, reach: int) -> FloatArray:
    """Mean power around each point, in nepers."""
    power: FloatArray = np.log(_blurred(np.exp(level_db * _TO_NEPERS), reach) + _LEAST_POWER)
    return power


def _reach(columns: int, deviation: float) -> int:
    """Of a mean of ``2 reach + 1`` columns that, taken twice, is as wide as a Gaussian."""
    return min(round((math.sqrt(6 * deviation**2 + 1) - 1) / 2), (columns - 1) // 2)


def _blurred(values: FloatArray, reach: int) -> FloatArray:
    """A mean over columns, which go round, taken twice; sums would lose what is quiet."""
    count = values.shape[1]
    for _ in range(2):
        ring = np.concatenate([values[:, count - reach :], values, values[:, :reach]], axis=1)
        values = ring[:, :count].copy()
        for shift in range(1, 2 * reach + 1):
            values += ring[:, shift : shift + count]
        values *= np.float32(1 / (2 * reach + 1))
    return values
