"""Rows above a model's band: tones go on as tones, noise as noise, silence as silence."""

from dataclasses import replace

import numpy as np
import pytest

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray, Tone
from latent_resonance.engine.output_rate import wide_layout
from latent_resonance.sound.codec import encode
from latent_resonance.sound.full_band.extension import RANGE_DB, Extension
from latent_resonance.sound.full_band.fitted import LAW_SHARE, Fitted, fitted
from latent_resonance.sound.full_band.neighbours import (
    EDGES_HZ,
    MOST_DB,
    REACH_DB,
    Neighbours,
    Spectrum,
)
from latent_resonance.sound.full_band.note import NoteAt

OWN = SpectrogramFormat(columns=64)
WIDE = wide_layout(OWN, 48_000)
RATE = OWN.sample_rate
KEPT = 220  # rows below the joint


@pytest.fixture(scope="module")
def extension() -> Extension:
    return Extension(OWN, WIDE)


def noise(seed: int = 1) -> FloatArray:
    random = np.random.default_rng(seed)
    return encode(random.standard_normal(64 * OWN.hop).astype(np.float32), OWN)[:, :64] - 20


def test_layouts_share_their_bins_and_columns() -> None:
    assert (WIDE.sample_rate, WIDE.n_fft, WIDE.hop) == (48_000, 1536, 384)
    assert WIDE.hop_seconds == OWN.hop_seconds
    assert wide_layout(OWN, 44_100) == WIDE
    assert wide_layout(OWN, None) is wide_layout(OWN, 16_000) is OWN


def test_own_rows_stay_and_noise_goes_on_as_noise(extension: Extension) -> None:
    level = noise()
    wide = extension.widen(level)
    assert wide.shape == (WIDE.bins, 64)
    assert wide.dtype == np.float32
    np.testing.assert_array_equal(wide[:KEPT], level[:KEPT])
    for first in (260, 340, 440):
        band = wide[first : first + 60]
        # Levels of noise scatter by 5.6 dB, and those of an even spectrum have no hole.
        assert 4.5 < band.std() < 7
        assert abs(band.mean() - level[:KEPT].mean()) < 16


def test_a_gain_is_the_same_gain_above(extension: Extension) -> None:
    louder, softer = (extension.widen(np.tile(noise(), 2) - down) for down in (0, 10))
    heard = slice(260, 500)
    assert np.abs(louder[heard] - softer[heard] - 10).max() < 0.2


def test_partials_of_a_note_go_on_at_multiples_of_its_pitch(extension: Extension) -> None:
    hz = 523.25
    time = np.arange(64 * OWN.hop) / RATE
    tone = sum(np.sin(2 * np.pi * k * hz * time) / k for k in range(1, 15)).astype(np.float32)
    note = NoteAt(72.0, 0.8, {"reed": 1.0}, {"oboe": 1.0})
    column = extension.widen(encode(tone, OWN)[:, :64], note)[:, 32]
    bin_hz = RATE / OWN.n_fft
    for k in range(17, 23):
        near = round(k * hz / bin_hz)
        window = column[near - 8 : near + 9]
        assert abs(int(window.argmax()) - 8) <= 1
        assert window.max() - window.min() > 15


def test_a_note_as_a_whole_is_drawn_to_what_its_kind_does() -> None:
    known, note = fitted(), NoteAt(64.0, 0.9, {"string": 1.0}, {"cello": 1.0})
    assert known.law
    low = 10 * np.random.default_rng(3).standard_normal((len(known.low_hz) - 1, 8)) - 40

    def off(one: Fitted) -> FloatArray:
        told = np.diff(known.high_hz) * (10 ** (one.levels(low, note) / 10)).mean(axis=1)
        below = (np.diff(known.low_hz) @ 10 ** (low / 10)).mean()
        assert known.law
        return np.asarray(10 * np.log10(told / below) - known.law.levels(note))

    alone, drawn = off(replace(known, law=None)), off(known)
    near = np.abs(alone) < 25
    assert near.sum() > 5
    np.testing.assert_allclose(drawn[near], (1 - LAW_SHARE) * alone[near], atol=1e-6)


def test_velocity_brings_what_recordings_say_above_not_what_a_slope_would() -> None:
    law = fitted().law
    assert law
    soft, hard = (
        law.levels(NoteAt(40.0, v, {"keyboard": 1.0}, {"grand_piano": 1.0})) for v in (0.3, 0.9)
    )
    piano = NoteAt(40.0, 0.9, {"keyboard": 1.0}, {"grand_piano": 1.0})
    lines = law.per_velocity(piano)
    bands = lines[0] + lines[1] * (40 - 60) / 12
    np.testing.assert_allclose(hard - soft, 0.6 * bands, atol=0.05)
    tone = Tone("piano", np.zeros(3, np.float32), velocity_tilt_db=16, velocity_above_db=lines)
    found = tone.brighter_above(40, 6.6)
    assert found is not None
    np.testing.assert_allclose(found, np.maximum(bands, 0) - 16 * 6.6, atol=1e-3)
    assert np.ptp(found) > 1


def test_silence_stays_silence(extension: Extension) -> None:
    level = noise()
    level[:, 20:] = -OWN.range_db
    wide = extension.widen(level)
    assert wide[:, :10].max() > -60
    assert wide[:, 20:].max() == -RANGE_DB


BIN_HZ = RATE / OWN.n_fft


def spectrum(level: FloatArray) -> np.ndarray:
    """Of a window, as what is known of neighbours is looked up by."""
    seen = Spectrum(BIN_HZ, OWN.bins)
    return seen.of(10 ** (level[: seen.bins].astype(np.float64) / 10))


def moved(by_db: float, at: np.ndarray) -> Extension:
    """Knows one sound alone, which is louder above than the maps say."""
    bands = len(fitted().high_hz) - 1
    known = Neighbours(at[None], np.full((1, bands), by_db))
    return Extension(OWN, WIDE, replace(fitted(), neighbours=known))


def test_a_spectrum_tells_what_each_band_has_of_the_whole() -> None:
    level = np.full((OWN.bins, 64), -OWN.range_db, np.float32)
    level[round(2000 / BIN_HZ)] = -6
    found = spectrum(level)
    assert EDGES_HZ[found.argmax()] < 2000 < EDGES_HZ[found.argmax() + 1]
    assert found.max() == pytest.approx(0, abs=0.1)
    assert np.sort(found)[-2] < -50
    np.testing.assert_allclose(spectrum(level - 20), found, atol=1e-4)
    even = spectrum(np.zeros_like(level))
    np.testing.assert_allclose(np.diff(even[:11]), 1, atol=0.01)


def test_a_sound_of_a_like_spectrum_says_how_loud_it_is_above() -> None:
    level = noise()
    alone, near, far = (
        extension.widen(level)
        for extension in (
            moved(0, spectrum(level)),
            moved(4, spectrum(level)),
            moved(4, spectrum(level) - 4 * REACH_DB),
        )
    )
    above = slice(260, 700)
    by = (near - alone)[above]
    assert by.min() == pytest.approx(by.max(), abs=0.1)
    assert by.mean() == pytest.approx(MOST_DB * np.tanh(4 / MOST_DB), abs=0.1)
    np.testing.assert_array_equal(far, alone)
    np.testing.assert_array_equal(near[:KEPT], alone[:KEPT])


def test_nothing_that_is_known_moves_a_window_far_or_by_jumps() -> None:
    known = fitted().neighbours
    assert known
    random = np.random.default_rng(5)
    steps = []
    for _ in range(20):
        here, there = known.at[random.integers(len(known.at), size=2)]
        way = np.linspace(here, there, 200)
        shifts = np.array([known.shift(one) for one in way])
        assert np.abs(shifts).max() < MOST_DB
        steps.append(np.abs(np.diff(shifts, axis=0)).max())
    assert max(steps) < 1
    assert np.abs(known.shift(known.at.mean(axis=0) + 5 * REACH_DB)).max() < 0.01


def test_neighbours_say_nothing_of_notes() -> None:
    level, note = noise(), NoteAt(72.0, 0.8, {"reed": 1.0}, {"oboe": 1.0})
    without = Extension(OWN, WIDE, replace(fitted(), neighbours=None))
    np.testing.assert_array_equal(
        moved(9, spectrum(level)).widen(level, note), without.widen(level, note)
    )
