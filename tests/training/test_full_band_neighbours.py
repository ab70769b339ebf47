"""What sounds of a like spectrum have above 8 kHz, as it is learnt from made-up recordings."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from latent_resonance.sound.full_band.fitted import fitted
from latent_resonance.sound.full_band.neighbours import Neighbours, Spectrum
from latent_resonance.training.full_band.neighbours import Window, fit_neighbours
from latent_resonance.training.full_band.recordings import BIN_HZ, HIGH_HZ, OWN, Recording

BANDS = len(HIGH_HZ) - 1
MAPS = replace(fitted(), neighbours=None)
# Two kinds by their slope, and how much louder above 8 kHz they are than the maps say.
KINDS = {0.02: 5.0, 0.2: -3.0}
EACH = 30


def window(slope: float, seed: int, louder_db: float = 0.0, bands: int = BANDS) -> Window:
    """Noise that falls by ``slope`` dB a bin, of a recording of which ``bands`` are known."""
    random = np.random.default_rng(seed)
    level = -slope * np.arange(OWN.bins)[:, None] + random.normal(0, 4, (OWN.bins, 64)) - 20
    nothing = np.zeros((1, 1))
    has = np.arange(BANDS) < bands
    unknown = Recording(
        str(seed), Path(), "made up", nothing, nothing, np.full(BANDS, np.nan), has, None
    )
    blank = Window(unknown, level.astype(np.float32))
    whole = np.where(has, blank.told(MAPS) + louder_db, np.nan)
    return replace(blank, of=replace(unknown, whole=whole))


def windows(bands: int = BANDS) -> list[Window]:
    """Some of both kinds, the known bands of each louder by what is said of its kind."""
    return [
        window(slope, 100 * kind + n, louder, bands)
        for kind, (slope, louder) in enumerate(KINDS.items())
        for n in range(EACH)
    ]


def shift(known: Neighbours, one: Window) -> np.ndarray:
    seen = Spectrum(BIN_HZ, OWN.bins)
    return known.shift(seen.of(10 ** (one.level_db[: seen.bins].astype(np.float64) / 10)))


def test_each_kind_is_moved_its_own_way() -> None:
    known = fit_neighbours(MAPS, windows())
    for slope, louder in KINDS.items():
        unseen = window(slope, 999)
        np.testing.assert_allclose(shift(known, unseen), louder, atol=0.8)
        told = unseen.told(replace(MAPS, neighbours=known)) - unseen.told(MAPS)
        np.testing.assert_allclose(told[1:], louder, atol=1.2)


def test_few_windows_stand_for_all_that_are_alike() -> None:
    assert len(fit_neighbours(MAPS, windows()).at) < EACH


def test_a_few_recordings_that_are_far_off_do_not_move_the_rest() -> None:
    wild = windows()
    for n in range(0, len(wild), 10):
        one = wild[n]
        wild[n] = replace(one, of=replace(one.of, whole=one.of.whole + 35))
    known = fit_neighbours(MAPS, wild)
    for slope, louder in KINDS.items():
        np.testing.assert_allclose(shift(known, window(slope, 999)), louder, atol=2)


def test_bands_that_no_recording_has_go_with_those_below() -> None:
    known = fit_neighbours(MAPS, windows(bands=6))
    for slope in KINDS:
        told = shift(known, window(slope, 999))
        assert told[6:] == pytest.approx(told[5], abs=1e-6)


def test_what_is_lost_on_the_way_to_sound_is_taken_off_what_is_told() -> None:
    one = window(0.02, 1)
    np.testing.assert_allclose(one.told(MAPS) - replace(one, lost_db=0.8).told(MAPS), 0.8)
