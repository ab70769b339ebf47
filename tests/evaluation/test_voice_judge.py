"""The judge of voices, on cases whose answer is known."""

import numpy as np
import pytest

from latent_resonance.evaluation.voices.measures import (
    decision_errors,
    gaussianity,
    hits_among,
    identity,
    speaker_hits,
)
from latent_resonance.evaluation.voices.takes import TAKES, bell, room_response

RATE = 16_000


def test_gaussian_noise_passes_and_other_noise_does_not() -> None:
    random = np.random.default_rng(0)
    good = gaussianity(random.standard_normal((6, 4, 32, 32)))
    assert good["std"] == pytest.approx(1, abs=0.02)
    assert good["kurtosis"] < 0.15
    assert good["neighbours"] < 0.05
    assert good["norm"] == pytest.approx(64, abs=1)
    assert gaussianity(random.uniform(-1, 1, (2, 4, 32, 32)))["kurtosis"] == pytest.approx(
        1.2, abs=0.1
    )
    smooth = random.standard_normal((2, 4, 32, 33))
    assert gaussianity(smooth[..., 1:] + smooth[..., :-1])["neighbours"] == pytest.approx(
        0.5, abs=0.05
    )
    channels = random.standard_normal((2, 1, 32, 32)).repeat(4, axis=1)
    assert gaussianity(channels)["neighbours"] > 0.99
    assert gaussianity(2 * random.standard_normal((2, 4, 32, 32)))["norm_worst"] > 120


def test_identity_knows_its_own_and_strangers() -> None:
    clips = np.eye(4)
    turned = np.eye(4) + np.eye(4)[[1, 0, 3, 2]] * 0.75
    found = identity(clips, turned, ["a", "b", "c", "d"])
    assert found["cosine"] == pytest.approx(0.8)
    assert found["nearest"] == 1
    assert found["strangers"] == 0
    assert identity(clips, clips[[1, 0, 2, 3]], list("abcd"))["nearest"] == 0.5
    pair = np.array([[1.0, 0], [0.6, 0.8], [1, 0]])
    assert identity(pair, pair, ["a", "b", "a"])["strangers"] == pytest.approx(0.6)


def test_speakers_are_asked_for_where_they_have_two_clips() -> None:
    places = np.array([[1.0, 0], [1, 0.1], [0, 1], [0.1, 1], [-1, 0]])
    assert speaker_hits(places, ["a", "a", "b", "b", "c"]) == (1.0, 4)
    assert speaker_hits(places, ["a", "b", "a", "b", "c"]) == (0.0, 4)
    share, asked = speaker_hits(places, list("abcde"))
    assert np.isnan(share)
    assert asked == 0


def test_fewer_people_are_told_apart_more_easily() -> None:
    names = [str(k) for k in range(20)]
    places = np.eye(20)
    assert hits_among(places, places, names) == 1
    assert hits_among(places, np.roll(places, 1, axis=0), names, people=20) == 0
    muddled = places + 0.45 * np.random.default_rng(0).standard_normal((20, 20))
    all_, two = (hits_among(places, muddled, names, people) for people in (20, 2))
    assert 0.2 < all_ < two < 1
    assert hits_among(places[:4], places[[1, 0, 3, 2]], ["a", "a", "b", "b"]) == 1


def test_a_threshold_errs_on_both_sides() -> None:
    clips = np.eye(2)
    takes = np.array([[1.0, 0], [0.8, 0.6]])
    found = decision_errors(clips, takes, ["a", "b"], 0.7)
    assert found["strangers_let_in"] == 0.5
    assert found["takes_turned_away"] == 0.5


def test_a_room_begins_with_the_direct_sound_and_decays() -> None:
    for seed in range(4):
        response = room_response(RATE, np.random.default_rng(seed))
        assert response[0] == pytest.approx(1)
        assert np.abs(response).argmax() < 200
        early, late = (response[a * RATE // 100 : b * RATE // 100] for a, b in ((1, 6), (25, 30)))
        assert np.sum(late**2) < 0.1 * np.sum(early**2)


def test_a_bell_lifts_its_own_frequency() -> None:
    from scipy.signal import sosfreqz

    _, response = sosfreqz(
        bell(RATE, 1000.0, 6.0, 1.0)[None], worN=[100.0, 1000.0, 7000.0], fs=RATE
    )
    np.testing.assert_allclose(20 * np.log10(np.abs(response)), [0, 6, 0], atol=0.3)


@pytest.mark.parametrize("name", TAKES)
def test_a_take_is_another_sound_of_the_same_kind(name: str) -> None:
    t = np.arange(RATE) / RATE
    sound = np.sin(2 * np.pi * 440 * t) * np.sin(np.pi * t)
    take = TAKES[name](sound, RATE, np.random.default_rng(0))
    assert np.isfinite(take).all()
    assert len(take) <= len(sound)
    assert len(take) != len(sound) or not np.allclose(take, sound)
    again = TAKES[name](sound, RATE, np.random.default_rng(0))
    np.testing.assert_array_equal(take, again)


def test_a_take_recorded_again_is_late_and_half_as_loud() -> None:
    click = np.zeros(RATE)
    click[::1600] = 1
    take = TAKES["recorded again"](click, RATE, np.random.default_rng(1))
    quiet = take[:900]
    assert np.sqrt(np.mean(take**2)) > 3 * np.sqrt(np.mean(quiet**2))
    assert np.abs(take[:960]).max() < 0.5 * np.abs(take[960:2000]).max()
