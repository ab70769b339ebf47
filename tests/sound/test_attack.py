"""Attack: how far a sound's envelope goes, found by how steeply it rises."""

import numpy as np
import pytest

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray, Spectrogram
from latent_resonance.sound.attack import (
    LEAST,
    MOST,
    find_attack,
    steepest_rise_db,
    with_attack,
)
from latent_resonance.sound.codec import decode
from latent_resonance.sound.fine_envelope import MOST_DB, VALUES

LAYOUT = SpectrogramFormat(columns=64)
RATE = LAYOUT.sample_rate


def struck() -> Spectrogram:
    """Noise that rises over some columns, with an envelope that makes it a stroke."""
    level = np.random.default_rng(0).normal(-60, 4, (LAYOUT.bins, 64)).astype(np.float32)
    level += np.interp(np.arange(64), [28, 33, 63], [0, 40, 5]).astype(np.float32)
    envelope = np.zeros(64 * VALUES, np.float32)
    envelope[26 * VALUES : 31 * VALUES] = -14
    envelope[31 * VALUES : 32 * VALUES] = 4
    return Spectrogram(np.clip(level, -80, 0), LAYOUT, envelope)


def rise(amount: float) -> float:
    made = struck()
    envelope = None if made.envelope_db is None else with_attack(made.envelope_db, amount)
    return steepest_rise_db(decode(Spectrogram(made.level_db, LAYOUT, envelope)), RATE)


@pytest.mark.parametrize("before_db", [-60.0, -30.0, -12.0])
def test_the_rise_of_a_step_is_its_height(before_db: float) -> None:
    tone = np.random.default_rng(1).uniform(-1, 1, RATE).astype(np.float32)
    tone[: RATE // 2] *= 10 ** (before_db / 20)
    assert steepest_rise_db(tone, RATE) == pytest.approx(-before_db, abs=4)
    # The louder the whole, the same; and what is 30 dB below the loudest does not count.
    assert steepest_rise_db(0.01 * tone, RATE) == pytest.approx(steepest_rise_db(tone, RATE))
    assert steepest_rise_db(np.zeros(RATE, np.float32), RATE) == 0
    assert steepest_rise_db(tone[:20], RATE) == 0


def test_gains_go_further_by_powers_of_two_and_stay_in_their_bounds() -> None:
    gains: FloatArray = np.array([-20, 0, 5], np.float32)
    np.testing.assert_array_equal(with_attack(gains, 1.0), [-40, 0, 10])
    np.testing.assert_array_equal(with_attack(gains, -1.0), [-10, 0, 2.5])
    np.testing.assert_array_equal(with_attack(gains, 9.0), with_attack(gains, MOST))
    np.testing.assert_array_equal(with_attack(gains, -9.0), with_attack(gains, LEAST))
    assert np.abs(with_attack(gains, MOST)).max() <= MOST_DB
    np.testing.assert_array_equal(with_attack(gains, float("nan")), gains)


@pytest.mark.parametrize("amount", [-1.0, 0.0, 1.0])
def test_the_amount_at_which_it_rises_as_is_wanted_is_found(amount: float) -> None:
    wanted = rise(amount)
    found = find_attack(struck(), wanted)
    assert rise(found) == pytest.approx(wanted, abs=1.0)


def test_the_steeper_the_wanted_rise_the_further_and_without_an_envelope_nothing() -> None:
    found = [find_attack(struck(), wanted) for wanted in (8.0, 25.0, 60.0)]
    assert found == sorted(found)
    assert found[0] < found[-1]
    made = struck()
    assert find_attack(Spectrogram(made.level_db, LAYOUT), 30.0) == 0
