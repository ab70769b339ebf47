"""Least squares from the bands below to the bands above, and what notes add to it.

Per band of the upper part a ridge regression over all columns, louder ones counting more; for
notes with terms of pitch, velocity, family and instrument, and a kernel regression over pitch and
velocity of what is left of each instrument. Sounds whose source ends below a band do not count
there; where none is left, the level falls on as it did.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from latent_resonance.sound.full_band.fitted import (
    FLOOR_DB,
    Around,
    Doubles,
    Fitted,
    kernel,
    note_inputs,
    read_inputs,
)
from latent_resonance.sound.full_band.law import Law
from latent_resonance.sound.full_band.note import octaves
from latent_resonance.training.full_band.law import fit_law
from latent_resonance.training.full_band.recordings import HIGH_HZ, LEAST_DB, LOW_HZ, Recording

_RIDGE, _RIDGE_OF_NOTES = 2.0, 5.0
_FREE = 1e-3  # of the constant
_HEARD_DB = 40.0
_LOUDER_COUNTS = 0.5
REACH = (1.5, 0.25)
_KERNEL_NOISE = 0.3
_LEAST_FALL_DB = 3.0
_FEW, _STIFF = 60, 3.0


def fit(recordings: Sequence[Recording], recorded_notes: Sequence[Recording]) -> Fitted:
    """All that ``sound.full_band`` needs to know.

    Args:
        recordings: of sounds, and notes as they are played.
        recorded_notes: as they were recorded, at their own velocity.
    """
    sounds = [one for one in recordings if one.note is None]
    notes = [one for one in recordings if one.note is not None]
    sound = _regress(sounds, [])
    names = sorted({name for one in notes if one.note for name in note_inputs(one.note)})
    linear = _regress(notes, names)
    size = sound.shape[1]
    known = dict(zip(names, linear[:, size:].T, strict=True))
    low, high, reach = (np.asarray(v, np.float64) for v in (LOW_HZ, HIGH_HZ, REACH))
    plain = Fitted(low, high, sound, linear[:, :size], known, {}, reach)
    plain = _levelled(plain, sounds, notes)
    around = _around(plain, notes, reach)
    of_notes = [(one.note, one.whole) for one in recorded_notes if one.note is not None]
    law = fit_law(
        [note for note, _ in of_notes],
        np.array([levels for _, levels in of_notes]),
        floor_db=LEAST_DB,
    )
    return Fitted(low, high, plain.sound, plain.note, plain.known, around, reach, law)


def _spelled(values: Doubles, places: int = 2) -> Any:
    return np.round(values, places).tolist()


def table(fitted: Fitted) -> dict[str, Any]:
    """As JSON has it, to a hundredth of a dB, and to a tenth where many are summed."""
    return {
        "low_hz": list(LOW_HZ),
        "high_hz": list(HIGH_HZ),
        "reach": list(REACH),
        "sound": _spelled(fitted.sound),
        "note": _spelled(fitted.note),
        "known": {name: _spelled(values) for name, values in fitted.known.items()},
        "around": {
            name: {"at": _spelled(one.at), "weights": _spelled(one.weights)}
            for name, one in fitted.around.items()
        },
        **({"law": _law_table(law)} if (law := fitted.law) else {}),
        **(
            {"neighbours": {"at": _spelled(near.at, 1), "weights": _spelled(near.weights, 1)}}
            if (near := fitted.neighbours)
            else {}
        ),
    }


def _law_table(law: Law) -> dict[str, Any]:
    return {
        "lines": {name: _spelled(values) for name, values in law.lines.items()},
        "courses": {
            name: {"at": _spelled(one.at), "weights": _spelled(one.weights)}
            for name, one in law.courses.items()
        },
    }


def energies(levels: Doubles, low: Doubles) -> Doubles:
    """Mean power of a whole recording in each band ``[bands]``, dB, down to what is told apart."""
    _, whole = read_inputs(low, np.asarray(LOW_HZ, np.float64))
    least = 10 ** ((whole.max() - FLOOR_DB) / 10)
    return np.asarray(10 * np.log10(np.maximum((10 ** (levels / 10)).mean(axis=1), least)))


def _inputs(one: Recording, names: Sequence[str]) -> tuple[Doubles, Doubles]:
    inputs, whole = read_inputs(one.low, np.asarray(LOW_HZ, np.float64))
    if one.note is not None and names:
        told = note_inputs(one.note)
        column = np.array([told.get(name, 0.0) for name in names])
        inputs = np.concatenate([inputs, np.repeat(column[:, None], len(whole), axis=1)])
    return inputs, whole


def _regress(recordings: Sequence[Recording], names: Sequence[str]) -> Doubles:
    """Ridge regression for each band ``[bands, inputs]``."""
    bands = len(HIGH_HZ) - 1
    size = len(LOW_HZ) + 1 + len(names)
    squares, products = np.zeros((bands, size, size)), np.zeros((bands, size))
    for one in recordings:
        inputs, whole = _inputs(one, names)
        loud = whole > whole.max() - _HEARD_DB
        weight = 10 ** (_LOUDER_COUNTS * (whole[loud] - whole.max()) / 10)
        weight /= weight.sum()
        target = np.maximum(one.high, whole.max() - FLOOR_DB)[:, loud] - whole[loud]
        weighted = inputs[:, loud] * weight
        squares[one.usable] += weighted @ inputs[:, loud].T
        products[one.usable] += (weighted @ target.T).T[one.usable]
    ridge = (_RIDGE_OF_NOTES if names else _RIDGE) * np.eye(size)
    ridge[len(LOW_HZ), len(LOW_HZ)] = _FREE
    maps = np.zeros_like(products)
    for band, usable in enumerate(np.array([one.usable for one in recordings]).sum(axis=0)):
        if not usable:
            # It goes on, and falls by what it did below.
            maps[band] = maps[band - 1]
            here, before = (
                np.median([_told(one, maps, names, band - back) for one in recordings])
                for back in (1, 2)
            )
            maps[band, len(LOW_HZ)] -= max(_LEAST_FALL_DB, float(before - here))
            continue
        # Where few recordings say anything, it is rather as the band below.
        below = maps[band - 1] if usable < _FEW else np.zeros(size)
        stiff = ridge * (_STIFF if usable < _FEW else 1.0)
        maps[band] = below + np.linalg.solve(
            squares[band] + stiff, products[band] - squares[band] @ below
        )
    return maps


def _told(one: Recording, maps: Doubles, names: Sequence[str], band: int) -> float:
    inputs, whole = _inputs(one, names)
    return float((maps[band] @ inputs)[whole.argmax()])


def _errors(known: Fitted, one: Recording) -> Doubles:
    """Of the energies that are told ``[bands]``, dB; NaN where the source has no such band."""
    told = energies(known.levels(one.low, one.note), one.low) - energies(one.high, one.low)
    return np.where(one.usable, told, np.nan)


def _levelled(known: Fitted, sounds: Sequence[Recording], notes: Sequence[Recording]) -> Fitted:
    """Energies are right in the median: a mean of dB is less than the dB of a mean."""
    for group, maps in ((sounds, known.sound), (notes, known.note)):
        errors = np.array([_errors(known, one) for one in group])
        seen = np.isfinite(errors).any(axis=0)
        off = np.zeros(errors.shape[1])
        off[seen] = np.nanmedian(errors[:, seen], axis=0)
        maps[:, len(LOW_HZ)] -= off
    return known


def _around(known: Fitted, notes: Sequence[Recording], reach: Doubles) -> dict[str, Around]:
    """Kernel regression of what is left, instrument by instrument."""
    found = {}
    for name in sorted({n for one in notes if one.note for n in one.note.instruments}):
        own = [one for one in notes if one.note is not None and name in one.note.instruments]
        at = np.array([[octaves(one.note), one.note.velocity] for one in own if one.note])
        left = -np.nan_to_num(np.array([_errors(known, one) for one in own]))
        likeness = kernel(at, at, reach) + _KERNEL_NOISE * np.eye(len(at))
        found[name] = Around(at, np.linalg.solve(likeness, left))
    return found
