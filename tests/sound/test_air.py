"""Air: by how much a sound's band above 8 kHz differs from what its window tells."""

import numpy as np
import pytest

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.codec import encode
from latent_resonance.sound.full_band.air import LEAST, LOST_DB, MOST, Air, air_db, wide_format
from latent_resonance.sound.full_band.extension import Extension
from latent_resonance.sound.unknown import unknown_db

OWN = SpectrogramFormat()


@pytest.fixture(scope="module")
def air() -> Air:
    return Air(OWN)


def noise(seed: int = 1) -> FloatArray:
    random = np.random.default_rng(seed)
    return encode(random.standard_normal(64 * OWN.hop).astype(np.float32), OWN)[:, :64] - 20


def above(level_db: FloatArray) -> float:
    """Energy from 9 kHz on, dB."""
    return float(10 * np.log10((10 ** (level_db[288:].astype(np.float64) / 10)).sum()))


def test_what_is_told_is_louder_by_the_amount_above_the_band_alone() -> None:
    wide = wide_format(OWN)
    assert wide is not None
    extension = Extension(OWN, wide)
    level = noise()
    told = extension.widen(level)
    for amount in (-2.0, 1.0):
        moved = extension.widen(level, more_db=air_db(amount))
        np.testing.assert_array_equal(moved[:220], told[:220])
        assert above(moved) - above(told) == pytest.approx(6.02 * amount, abs=0.3)


def test_an_amount_that_is_no_number_or_too_far_is_kept_in_its_bounds() -> None:
    assert air_db(float("nan")) == air_db(0.0) == 0.0
    assert air_db(99.0) == air_db(MOST) == pytest.approx(30.1, abs=0.01)
    assert air_db(-99.0) == air_db(LEAST)


def test_the_amount_of_a_recording_is_what_its_band_has_more_than_is_told(air: Air) -> None:
    level = noise()
    told = Extension(OWN, air.wide).widen(level)
    for amount in (-2.0, 0.0, 3.0):
        recorded = told.copy()
        recorded[250:] += 6.02 * amount - LOST_DB
        assert air.find(level, level, recorded) == pytest.approx(amount, abs=0.1)
    # Of a lossy file that ends at 11 kHz, the bands below that count.
    cut = told.copy()
    cut[250:] += 6.02 - LOST_DB
    cut[352:] = -110
    assert air.find(level, level, cut) == pytest.approx(1.0, abs=0.35)


def test_without_a_band_above_the_windows_themselves_tell_it(air: Air) -> None:
    level, empty = noise(), Extension(OWN, air.wide).widen(noise())
    empty[256:] = -110
    same = LOST_DB / 6.02
    assert air.find(level, level) == air.find(level, level, empty) == pytest.approx(same, abs=0.01)
    darker = level - np.linspace(0, 24, OWN.bins, dtype=np.float32)[:, None]
    assert air.find(level, darker) > 1.0
    assert air.find(darker, level) < -0.5
    # Columns that nobody knows count in neither window.
    unknown = level.copy()
    unknown[:, 40:] = unknown_db(OWN)
    assert air.find(unknown, level) == pytest.approx(same, abs=0.01)


@pytest.mark.parametrize(("rate", "times"), [(16_000, 3), (24_000, 2), (8_000, 0), (44_100, 0)])
def test_air_is_of_models_that_end_about_where_it_is_told_from(rate: int, times: int) -> None:
    own = SpectrogramFormat(sample_rate=rate)
    wide = wide_format(own)
    assert (wide.sample_rate if wide else 0) == times * rate
