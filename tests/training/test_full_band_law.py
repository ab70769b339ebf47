"""The law of notes above 8 kHz: what it makes of notes that are far off, and of those at a floor."""

import numpy as np
import pytest

from latent_resonance.sound.full_band.note import NoteAt
from latent_resonance.training.full_band.law import fit_law
from latent_resonance.training.full_band.recordings import HIGH_HZ

BANDS = len(HIGH_HZ) - 1
PITCHES = np.linspace(40, 90, 41)


def notes() -> list[NoteAt]:
    return [NoteAt(float(p), 0.9, {"reed": 1.0}, {"oboe": 1.0}) for p in PITCHES]


def levels() -> np.ndarray:
    """They rise by 6 dB per octave, and less the higher."""
    octaves = (PITCHES - 60) / 12
    return np.repeat((-50 + 6 * octaves - octaves**2)[:, None], BANDS, axis=1)


def test_a_few_notes_that_are_far_off_do_not_move_the_rest() -> None:
    wild = levels()
    wild[::10] += 35
    law = fit_law(notes(), wild)
    off = np.array([law.levels(note) for note in notes()]) - levels()
    assert np.abs(np.delete(off, np.s_[::10], axis=0)).max() < 2.5


def test_what_lies_at_the_floor_may_be_anything_below() -> None:
    floor = -52.0
    told = np.maximum(levels(), floor)
    below = levels()[:, 0] < floor - 3
    bound, believed = (
        np.array([fit_law(notes(), told, floor_db=least).levels(note)[0] for note in notes()])
        for least in (floor, -np.inf)
    )
    assert bound[below].max() < floor
    assert (bound[below] < believed[below]).all()
    assert np.abs(bound - levels()[:, 0])[levels()[:, 0] > floor + 2].max() < 1


def test_a_band_that_no_note_has_falls_on() -> None:
    some = levels()
    some[:, -1] = np.nan
    told = fit_law(notes(), some).levels(notes()[20])
    assert told[-1] == pytest.approx(told[-2] - 3, abs=0.5)
