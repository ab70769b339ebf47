"""Fits what a note is as a whole above 8 kHz (``sound.full_band.law``)."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from latent_resonance.sound.full_band.law import Course, Law, likeness, line_inputs
from latent_resonance.sound.full_band.note import NoteAt, octaves
from latent_resonance.training.full_band.recordings import HIGH_HZ

Doubles = npt.NDArray[np.float64]

# Standard deviations a priori, dB: what is most likely of the two thirds of the recordings that are
# fitted (the largest marginal likelihood, Rasmussen and Williams 2006, 5.4.1), times 1.4, which
# foretells parts left out of these two thirds best where a few notes may be far off.
_OF_ALL = {"": 14.0, "pitch": 4.6, "pitch 2": 1.0, "velocity": 19.6, "pitch velocity": 1.4}
_OF_KIND = {
    "family": {"": 8.5, "pitch": 0.56, "velocity": 2.2, "pitch velocity": 7.1},
    "instrument": {"": 10.8, "pitch": 2.0, "velocity": 16.2, "pitch velocity": 0.14},
}
_COURSE_DB, NOISE_DB = 4.8, 4.3
# What is left has heavier tails than a normal: Student's t of so many degrees of freedom, by
# weights (Lange, Little, Taylor 1989, "Robust statistical modeling using the t distribution").
_FREEDOM, _ROUNDS = 3.0, 8
_LEAST_WEIGHT = 0.05
_AT_FLOOR_DB = 0.5
_LEAST_NOTES = 20
_LEAST_FALL_DB = 3.0


def fit_law(
    notes: Sequence[NoteAt],
    levels: Doubles,
    scale: float = 1.0,
    noise_db: float = NOISE_DB,
    floor_db: float = -math.inf,
) -> Law:
    """The law that notes have these levels by; unknown bands fall on as those below do.

    Args:
        notes: of one instrument each.
        levels: of their bands, dB ``[notes, bands]``; NaN where unknown.
        scale: of all that may be known of them a priori.
        noise_db: standard deviation of what the law does not tell.
        floor_db: what is told to be so low may be anything below.
    """
    inputs = [line_inputs(note) for note in notes]
    names = sorted({name for one in inputs for name in one})
    deviations = scale * np.array([_deviation(name) for name in names])
    lines = np.array([[one.get(name, 0.0) for name in names] for one in inputs]) * deviations
    at = np.array([octaves(note) for note in notes])
    instruments = np.array([next(iter(note.instruments)) for note in notes])
    same = instruments[:, None] == instruments
    course = (scale * _COURSE_DB) ** 2 * same * likeness(at, at)
    bands = len(HIGH_HZ) - 1
    found, left = np.zeros((len(names), bands)), np.zeros((len(notes), bands))
    for band in range(bands):
        told = np.isfinite(levels[:, band])
        if told.sum() < _LEAST_NOTES:
            found[:, band], left[:, band] = found[:, band - 1], left[:, band - 1]
            before = found[:, band - 2] if band > 1 else found[:, band - 1]
            fall = max(_LEAST_FALL_DB, float((lines @ (before - found[:, band - 1])).mean()))
            found[names.index(""), band] -= fall / deviations[names.index("")]
            continue
        own, mean = lines[told], levels[told, band].mean()
        covariance = own @ own.T + course[np.ix_(told, told)]
        weights = _weights(covariance, levels[told, band] - mean, noise_db, floor_db - mean)
        found[:, band] = own.T @ weights
        found[names.index(""), band] += mean / deviations[names.index("")]
        left[told, band] = weights
    courses = {}
    for name in sorted(set(instruments)):
        mine = instruments == name
        courses[name] = Course(at[mine], (scale * _COURSE_DB) ** 2 * left[mine])
    return Law(dict(zip(names, found * deviations[:, None], strict=True)), courses)


def _weights(covariance: Doubles, levels: Doubles, noise_db: float, floor_db: float) -> Doubles:
    """Of the notes' covariances ``[n]``, whose sum is what is told of each."""
    trusted, known = np.ones(len(levels)), levels
    for _ in range(_ROUNDS):
        found = np.linalg.solve(covariance + np.diag(noise_db**2 / trusted), known)
        told = covariance @ found
        known = np.where(levels <= floor_db + _AT_FLOOR_DB, np.minimum(told, levels), levels)
        off = (known - told) / noise_db
        trusted = np.maximum((_FREEDOM + 1) / (_FREEDOM + off * off), _LEAST_WEIGHT)
    return np.asarray(found)


def _deviation(name: str) -> float:
    kind, _, rest = name.partition("/")
    return _OF_KIND[kind][rest.partition(" ")[2]] if rest else _OF_ALL[name]
