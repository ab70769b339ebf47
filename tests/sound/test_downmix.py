"""Sound of many channels for two loudspeakers."""

import numpy as np
import pytest

from latent_resonance.sound.downmix import to_stereo

HALF = 0.5**0.5


@pytest.mark.parametrize("channels", range(1, 13))
def test_each_channel_is_heard_where_it_belongs_and_no_sum_is_too_loud(channels: int) -> None:
    mixed = to_stereo(np.eye(channels, dtype=np.float32))
    assert mixed.shape == (channels, 2)
    assert mixed.dtype == np.float32
    loudest = to_stereo(np.ones((1, channels), np.float32))
    np.testing.assert_allclose(loudest, [[1, 1]], atol=1e-6)
    np.testing.assert_allclose(mixed.sum(axis=0)[0], mixed.sum(axis=0)[1], atol=1e-6)


def test_film_sound_keeps_dialogue_in_the_middle_and_leaves_effects_out() -> None:
    left, right, centre, effects, behind_left, behind_right = to_stereo(np.eye(6, dtype=np.float32))
    assert left[1] == right[0] == behind_left[1] == behind_right[0] == 0
    np.testing.assert_array_equal(effects, [0, 0])
    np.testing.assert_allclose(centre / left[0], [HALF, HALF], atol=1e-6)
    assert behind_left[0] / left[0] == pytest.approx(HALF)


def test_two_channels_stay_the_same_array() -> None:
    sound = np.ones((3, 2), np.float32)
    assert to_stereo(sound) is sound
