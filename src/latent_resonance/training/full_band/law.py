"""Fits what a note is as a whole above 8 kHz (``sound.full_band.law``)."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from latent_resonance.sound.full_band.law import Course, Law, likeness, line_inputs
from latent_resonance.sound.full_band.note import NoteAt, octaves
from latent_resonance.training.full_band.recordings import HIGH_HZ, Recording

Doubles = npt.NDArray[np.float64]

# Standard deviations a priori, dB: what is most likely of the two thirds of the recordings that are
# fitted (the largest marginal likelihood, Rasmussen and Williams 2006, 5.4.1).
_OF_ALL = {"": 10.0, "pitch": 3.3, "velocity": 14.0, "pitch velocity": 1.0}
_OF_KIND = {
    "family": {"": 6.1, "pitch": 0.4, "velocity": 1.6, "pitch velocity": 5.1},
    "instrument": {"": 7.7, "pitch": 1.4, "velocity": 11.6, "pitch velocity": 0.1},
}
_COURSE, _NOISE = 4.8, 4.3
# What bands lose on the way from windows to sound, mean over notes that were played: attacks and
# frames that do not agree.
LOST_DB = np.array([1.2, 1.2, 1.2, 1.2, 1.9, 1.9, 3.0, 3.0, 3.0, 3.0])
_LEAST_NOTES = 20
_LEAST_FALL_DB = 3.0


def fit_law(recordings: Sequence[Recording]) -> Law:
    """The law of the notes among them; bands that no source has fall on as those below do."""
    notes = [(one, one.note) for one in recordings if one.note is not None]
    inputs = [line_inputs(note) for _, note in notes]
    names = sorted({name for one in inputs for name in one})
    lines = np.array([[one.get(name, 0.0) * _deviation(name) for name in names] for one in inputs])
    at = np.array([octaves(note) for _, note in notes])
    same = _same_instrument([note for _, note in notes])
    course = _COURSE**2 * same * likeness(at, at)
    levels = np.array([one.whole for one, _ in notes]) + LOST_DB
    bands = len(HIGH_HZ) - 1
    found, left = np.zeros((len(names), bands)), np.zeros((len(notes), bands))
    for band in range(bands):
        told = np.isfinite(levels[:, band])
        if told.sum() < _LEAST_NOTES:
            found[:, band], left[:, band] = found[:, band - 1], left[:, band - 1]
            before = found[:, band - 2] if band > 1 else found[:, band - 1]
            fall = max(_LEAST_FALL_DB, float((lines @ (before - found[:, band - 1])).mean()))
            found[names.index(""), band] -= fall / _deviation("")
            continue
        own, mean = lines[told], levels[told, band].mean()
        covariance = own @ own.T + course[np.ix_(told, told)] + _NOISE**2 * np.eye(told.sum())
        weights = np.linalg.solve(covariance, levels[told, band] - mean)
        found[:, band] = own.T @ weights
        found[names.index(""), band] += mean / _deviation("")
        left[told, band] = weights
    scale = np.array([_deviation(name) for name in names])
    courses = {}
    for name in sorted({n for _, note in notes for n in note.instruments}):
        mine = np.array([name in note.instruments for _, note in notes])
        courses[name] = Course(at[mine], _COURSE**2 * left[mine])
    return Law(dict(zip(names, found * scale[:, None], strict=True)), courses)


def _deviation(name: str) -> float:
    kind, _, rest = name.partition("/")
    return _OF_KIND[kind][rest.partition(" ")[2]] if rest else _OF_ALL[name]


def _same_instrument(notes: Sequence[NoteAt]) -> Doubles:
    names = [next(iter(note.instruments)) for note in notes]
    return np.array([[float(one == other) for other in names] for one in names])
