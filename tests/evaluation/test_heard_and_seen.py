"""The judge of pictures that follow a sound, on cases whose answer is known by hand."""

import numpy as np
import pytest

from latent_resonance.evaluation.pictures.heard_and_seen import (
    answered_clicks,
    attack_frames,
    attacks,
    bass_level,
    bass_to_red,
    between_over_within,
    calm_frames,
    frame_steps,
    look_of_passages,
    pulse_times,
    redness,
)

RATE, FPS = 44_100, 30


def flat(colours: np.ndarray) -> np.ndarray:
    """Frames of one colour each, uint8 ``[n, 32, 32, 3]``."""
    return np.broadcast_to(colours[:, None, None].astype(np.uint8), (len(colours), 32, 32, 3))


def grey(levels: np.ndarray) -> np.ndarray:
    return flat(np.repeat(np.asarray(levels)[:, None], 3, axis=1))


def test_red_is_redder_than_orange_grey_and_turquoise() -> None:
    colours = np.array([[230, 20, 20], [230, 130, 20], [128, 128, 128], [20, 200, 190]])
    seen = redness(flat(colours))
    assert (np.diff(seen) < 0).all()
    assert seen[2] == pytest.approx(0, abs=1e-3)


def test_bass_is_told_from_treble_and_met_by_red() -> None:
    t = np.arange(10 * RATE) / RATE
    swell = 0.5 - 0.5 * np.cos(2 * np.pi * t / 2.5)
    low = (swell * np.sin(2 * np.pi * 60 * t)).astype(np.float32)
    high = (swell * np.sin(2 * np.pi * 2000 * t)).astype(np.float32)
    assert bass_level(low, RATE, FPS, 300)[37] > bass_level(high, RATE, FPS, 300)[37] + 30
    level = swell[:: RATE // FPS][:300]
    rising = flat(np.stack([40 + 200 * level, 0 * level + 40, 0 * level + 40], 1))
    assert bass_to_red(rising, low, RATE) > 0.9
    assert bass_to_red(rising[..., ::-1], low, RATE) < -0.9


def test_a_step_is_a_share_of_the_whole_range() -> None:
    np.testing.assert_allclose(frame_steps(grey([0, 255, 255, 204])), [1, 0, 0.2])


def test_clicks_are_answered_within_100_ms_only() -> None:
    levels = np.cumsum(np.full(120, 1.0))
    clicks = np.array([1.0, 2.0, 3.0])
    levels[31:] += 20  # 33 ms after the first
    levels[66:] += 20  # 200 ms after the second
    levels[91:] += 20
    assert answered_clicks(grey(levels), clicks) == pytest.approx(2 / 3)


def test_a_pulse_is_placed_between_frames() -> None:
    light = np.interp(np.arange(90) / FPS, [0, 1, 1.1, 3], [50, 50, 120, 120])
    found = pulse_times(grey(light))
    assert len(found) == 1
    assert found[0] == pytest.approx(1.067, abs=0.034)


def test_an_attack_is_as_long_as_it_takes_to_come_in() -> None:
    assert attack_frames(grey([10, 110, 100, 90])) == 1
    assert attack_frames(grey([10, 40, 80, 110, 90])) == 3


def test_attacks_are_where_the_level_rises() -> None:
    t = np.arange(3 * RATE) / RATE
    sound = 0.01 * np.sin(2 * np.pi * 440 * t)
    sound[RATE : RATE + 4000] *= 30
    found = attacks(sound.astype(np.float32), RATE)
    assert np.abs(found - 1.0).max() < 0.06
    calm = calm_frames(found, 90)
    assert not calm[30:38].any()
    assert calm[:29].all()
    assert calm[42:].all()


def test_songs_that_look_alike_have_a_ratio_of_one() -> None:
    random = np.random.default_rng(0)
    one, other = random.standard_normal((2, 40, 4))
    assert between_over_within([one, other]) == pytest.approx(1, abs=0.1)
    assert between_over_within([one, other + 5]) > 2
    assert look_of_passages(grey(np.full(310, 99)), FPS).shape == (2, 9)
