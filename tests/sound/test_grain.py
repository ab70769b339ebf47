"""Grain: how much levels move, found by what is heard."""

import numpy as np
import pytest

from latent_resonance.contracts.formats import SpectrogramFormat
from latent_resonance.contracts.values import FloatArray, Spectrogram
from latent_resonance.sound.attributes.roughness import roughness_of_sound
from latent_resonance.sound.codec import decode, encode
from latent_resonance.sound.grain import LEAST, MOST, find_grain, with_grain

LAYOUT = SpectrogramFormat(columns=64)
FLOOR = -LAYOUT.range_db


def noise(seed: int = 0) -> FloatArray:
    random = np.random.default_rng(seed)
    sound = random.standard_normal(LAYOUT.columns * LAYOUT.hop).astype(np.float32)
    return encode(sound, LAYOUT)[:, : LAYOUT.columns]


def grained(level: FloatArray, amount: float) -> FloatArray:
    return with_grain(level, amount, LAYOUT.hop_seconds, FLOOR)


def motion(level: FloatArray) -> float:
    return float(np.abs(np.diff(level, axis=1)).mean())


def modulation(level: FloatArray) -> float:
    """Of the sound: its envelope of 4 ms over that of 50 ms, by its own code."""
    sound = decode(Spectrogram(level, LAYOUT)).astype(np.float64)
    bands = np.array_split(np.fft.rfft(sound), 16)
    found = []
    for number in range(1, 16):
        alone = np.zeros(len(sound) // 2 + 1, complex)
        begin = sum(map(len, bands[:number]))
        alone[begin : begin + len(bands[number])] = bands[number]
        power = np.fft.irfft(alone, len(sound)) ** 2
        short, long = (np.convolve(power, np.ones(n) / n, "same") for n in (64, 800))
        found.append(np.std(short[800:-800] / long[800:-800]))
    return float(np.mean(found))


def test_the_motion_of_levels_grows_with_the_amount_and_their_power_stays() -> None:
    level = np.maximum(noise() - 20, FLOOR)
    amounts = (-2.0, -1.0, 0.0, 1.0)
    made = [grained(level, amount) for amount in amounts]
    np.testing.assert_allclose(made[2], level, atol=1e-4)
    moved = [motion(one) for one in made]
    assert np.all(np.diff(moved) > 0)
    assert moved[0] < 0.4 * moved[2]
    heard = [modulation(one) for one in made]
    assert np.all(np.diff(heard) > 0)
    for one in made:
        power = 10 * np.log10(np.mean(10 ** (np.array([one, level]) / 10), axis=2))
        assert np.abs(power[0] - power[1]).max() < 1.0


def test_attacks_stay_and_nothing_sounds_in_silence() -> None:
    level = np.full((LAYOUT.bins, LAYOUT.columns), FLOOR, np.float32)
    level[:, 20:40] = np.linspace(0, -40, 20)
    for amount in (-2.0, 2.0):
        made = grained(level, amount)
        assert (made[:, :20] == FLOOR).all()
        assert (made[:, 40:] == FLOOR).all()
        assert made[:, 20].min() > -10
        assert made.max() <= 0


@pytest.mark.parametrize("amount", [-50.0, 50.0])
def test_an_amount_far_away_is_that_of_the_end(amount: float) -> None:
    level = noise()
    end = LEAST if amount < 0 else MOST
    np.testing.assert_array_equal(grained(level, amount), grained(level, end))
    assert np.isfinite(grained(level, amount)).all()


@pytest.mark.parametrize("known", [LAYOUT.columns, 40])
def test_the_amount_is_found_by_the_sound_of_what_is_known(known: int) -> None:
    level = noise()
    for amount in (-1.5, 1.2):
        wanted = grained(level, amount)
        wanted[:, known:] = -2 * LAYOUT.range_db
        found = find_grain(
            Spectrogram(wanted, LAYOUT), lambda a: Spectrogram(grained(level, a), LAYOUT)
        )
        assert found == pytest.approx(amount, abs=0.3)


def test_the_roughness_of_a_sound_tells_a_beating_pair_from_a_tone() -> None:
    time = np.arange(LAYOUT.columns * LAYOUT.hop) / LAYOUT.sample_rate
    tone, pair = (
        sum(np.sin(2 * np.pi * hz * time) for hz in some).astype(np.float32)
        for some in ([1000.0], [1000.0, 1060.0])
    )
    heard = [
        roughness_of_sound(Spectrogram(encode(one, LAYOUT)[:, : LAYOUT.columns], LAYOUT))
        for one in (tone, pair)
    ]
    assert heard[1] > heard[0] + 1
