"""Asymmetric numeral systems: everything comes back, in about as many bits as it says."""

import numpy as np
import pytest

from latent_resonance.sound.voice.ans import LANES, decode, encode, frequencies_of


@pytest.mark.parametrize("count", [0, 1, LANES, 3 * LANES + 5, 100_000])
def test_numbers_come_back(count: int) -> None:
    random = np.random.default_rng(count)
    classes = random.integers(0, 7, count).astype(np.uint16)
    wide = random.standard_normal(count) * (0.2 + 6 * classes)
    numbers = np.clip(np.rint(wide), -127, 127).astype(np.int8).view(np.uint8)
    frequencies = frequencies_of(numbers, classes, 7)
    words, states = encode(numbers, classes, frequencies)
    np.testing.assert_array_equal(decode(words, states, classes, frequencies), numbers)


def test_they_take_what_they_say() -> None:
    random = np.random.default_rng(0)
    classes = np.repeat(np.arange(2, dtype=np.uint16), 200_000)
    numbers = np.where(classes, random.integers(0, 16, 400_000), random.random(400_000) < 0.02)
    frequencies = frequencies_of(numbers.astype(np.uint8), classes, 2)
    words, states = encode(numbers.astype(np.uint8), classes, frequencies)
    bits = 8 * words.nbytes + (np.log2(states.astype(float)) - 16).sum()
    rare = 0.02 * np.log2(1 / 0.02) + 0.98 * np.log2(1 / 0.98)
    assert bits == pytest.approx(200_000 * (4 + rare), rel=0.01)


def test_frequencies_are_whole_and_leave_nothing_out() -> None:
    # One number nearly always, all others once: none may fall to nothing.
    numbers = np.concatenate([np.full(1_000_000, 7), np.arange(256)]).astype(np.uint8)
    classes = np.zeros(len(numbers), np.uint16)
    made = frequencies_of(numbers, classes, 2)
    assert made.sum(axis=1).tolist() == [4096, 4096]
    assert made[0].min() == 1
    words, states = encode(numbers, classes, made)
    np.testing.assert_array_equal(decode(words, states, classes, made), numbers)
