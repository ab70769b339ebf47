"""What was learnt from full-band recordings: levels above a band from the levels in it.

Written by ``training.full_band`` into ``fitted.json``. All levels are mean powers in dB of bins as
wide as those of 16 kHz and 512 samples; all are told against the level of the whole column, so
that gain does not matter.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from latent_resonance.sound.full_band.law import Course, Law
from latent_resonance.sound.full_band.neighbours import Neighbours
from latent_resonance.sound.full_band.note import NoteAt, octaves

Doubles = npt.NDArray[np.float64]

FLOOR_DB = 100.0
"""Levels that far below a window's loudest column are not told apart."""
SPAN_DB = 60.0
"""Levels that far below their own column are not told apart."""
_NEAR_FLOOR_DB, _BELOW = 8.0, 4.0
LAW_SHARE = 0.8
"""How far a note as a whole is drawn to what its law says: the rest is what the bands below say."""
_DRAWN_DB = 25.0
DB_UNIT = 10.0
"""What levels are divided by as inputs, so that a ridge is fair to them and to shares."""


@dataclass(frozen=True, slots=True)
class Around:
    """What is left of an instrument's notes where the linear part is taken out.

    Attributes:
        at: pitch in octaves and velocity of each known note ``[n, 2]``.
        weights: by kernel regression ``[n, bands]``, dB.
    """

    at: Doubles
    weights: Doubles


@dataclass(frozen=True, slots=True)
class Fitted:
    """Linear maps to the levels of bands.

    Attributes:
        low_hz: edges of the bands that are read ``[n + 1]``.
        high_hz: edges of the bands that are told ``[bands + 1]``.
        sound: ``[bands, n + 2]``: of the bands read, of the column's level against the loudest
            one, and 1.
        note: the same for notes.
        known: what a note adds, by name ``[bands]``: ``pitch``, ``pitch 2``, ``velocity``,
            ``family/NAME``, ``family pitch/NAME``, ``instrument/NAME``.
        around: by name of the instrument.
        reach: of the kernel, in octaves and in velocity.
        law: of notes as a whole; None while it is not known.
        neighbours: of other sounds as a whole; None while they are not known.
    """

    low_hz: Doubles
    high_hz: Doubles
    sound: Doubles
    note: Doubles
    known: Mapping[str, Doubles]
    around: Mapping[str, Around]
    reach: Doubles
    law: Law | None = None
    neighbours: Neighbours | None = None

    @property
    def centres_hz(self) -> Doubles:
        """Of the bands that are told ``[bands]``."""
        return np.asarray(np.sqrt(self.high_hz[:-1] * self.high_hz[1:]))

    def levels(self, low_db: Doubles, note: NoteAt | None) -> Doubles:
        """Levels of the upper bands ``[bands, columns]``, dB, from those read ``[n, columns]``."""
        inputs, whole = read_inputs(low_db, self.low_hz)
        if note is None:
            return np.asarray(self.sound @ inputs + whole)
        told = self.note @ inputs + whole
        told += note_terms(note, self.known)[:, None]
        for name, share in note.instruments.items():
            near = self.around.get(name)
            if near is not None:
                here = np.array([octaves(note), note.velocity])
                told += share * (kernel(here, near.at, self.reach) @ near.weights)[:, None]
        if self.law is not None:
            told += self._drawn(told, low_db, self.law.levels(note))[:, None]
        return np.asarray(told)

    def _drawn(self, told: Doubles, low_db: Doubles, law: Doubles) -> Doubles:
        """What brings a whole note's bands ``[bands]`` a share of the way to its law, dB."""
        below = (np.diff(self.low_hz) @ 10 ** (low_db / 10)).mean()
        whole = np.diff(self.high_hz) * (10 ** (told / 10)).mean(axis=1)
        off = law - 10 * np.log10(np.maximum(whole, 1e-20) / max(below, 1e-20))
        return np.asarray(LAW_SHARE * np.clip(off, -_DRAWN_DB, _DRAWN_DB))


def kernel(here: Doubles, there: Doubles, reach: Doubles) -> Doubles:
    """Likeness of pitch and velocity ``[..., 2]`` to ``[n, 2]``: 1 at the same."""
    return np.asarray(np.exp(-0.5 * (((here[..., None, :] - there) / reach) ** 2).sum(axis=-1)))


def read_inputs(low_db: Doubles, edges_hz: Doubles) -> tuple[Doubles, Doubles]:
    """Inputs of the maps ``[n + 2, columns]``, and the level of each column ``[columns]``."""
    widths = np.diff(edges_hz)[:, None]
    power = 10 ** (low_db / 10)
    whole = 10 * np.log10((power * widths).sum(axis=0) / widths.sum() + 1e-13)
    loudest = whole.max()
    least = np.maximum(whole, loudest - SPAN_DB) - SPAN_DB
    apart = (np.maximum(low_db, least) - whole) / DB_UNIT
    fallen = np.maximum(whole - loudest, -SPAN_DB)[None] / DB_UNIT
    return np.concatenate([apart, fallen, np.ones_like(fallen)]), whole


def note_inputs(note: NoteAt) -> dict[str, float]:
    """What of a note counts, by the names of ``Fitted.known``."""
    height = octaves(note)
    found = {"pitch": height, "pitch 2": height * height, "velocity": note.velocity - 0.6}
    for name, share in note.families.items():
        found[f"family/{name}"] = share
        found[f"family pitch/{name}"] = share * height
    for name, share in note.instruments.items():
        found[f"instrument/{name}"] = share
    return found


def note_terms(note: NoteAt, known: Mapping[str, Doubles]) -> Doubles:
    """What a note adds to the bands ``[bands]``; names that nothing is known of add nothing."""
    parts = [value * known[name] for name, value in note_inputs(note).items() if name in known]
    return np.asarray(np.sum(parts, axis=0))


def band_levels(
    power: npt.NDArray[np.floating], edges_hz: Sequence[float] | Doubles, bin_hz: float
) -> Doubles:
    """Mean power in bands ``[bands, columns]``, dB, of power ``[bins, columns]``.

    A band that has no bin gets the one nearest to it.
    """
    edges = np.clip(np.ceil(np.asarray(edges_hz) / bin_hz - 0.5).astype(int), 0, len(power))
    begin = np.minimum(edges[:-1], len(power) - 1)
    end = np.maximum(edges[1:], begin + 1)
    mean = [power[a:b].mean(axis=0, dtype=np.float64) for a, b in zip(begin, end, strict=True)]
    return np.asarray(10 * np.log10(np.maximum(mean, 1e-13)))


def without_floor(low_db: Doubles, range_db: float) -> Doubles:
    """Levels of a model's bands as they are read: what it leaves near its floor was anything below.

    The last dB above the floor stand for several times as many.
    """
    return np.asarray(low_db + (_BELOW - 1) * np.minimum(low_db + range_db - _NEAR_FLOOR_DB, 0))


@lru_cache(maxsize=1)
def fitted() -> Fitted:
    """What the package knows."""
    kept = resources.files(__package__).joinpath("fitted.json")
    return read_fitted(kept.read_text(encoding="utf-8"))


def read_fitted(text: str) -> Fitted:
    """What ``training.full_band`` wrote, from its JSON."""
    table = json.loads(text)

    def array(value: object) -> Doubles:
        return np.asarray(value, np.float64)

    return Fitted(
        low_hz=array(table["low_hz"]),
        high_hz=array(table["high_hz"]),
        sound=array(table["sound"]),
        note=array(table["note"]),
        known={name: array(value) for name, value in table["known"].items()},
        around={
            name: Around(array(one["at"]), array(one["weights"]))
            for name, one in table["around"].items()
        },
        reach=array(table["reach"]),
        law=Law(
            {name: array(value) for name, value in table["law"]["lines"].items()},
            {
                name: Course(array(one["at"]), array(one["weights"]))
                for name, one in table["law"]["courses"].items()
            },
        )
        if "law" in table
        else None,
        neighbours=Neighbours(
            array(table["neighbours"]["at"]), array(table["neighbours"]["weights"])
        )
        if "neighbours" in table
        else None,
    )
