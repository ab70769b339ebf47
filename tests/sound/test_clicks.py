"""Clicks are found where they were planted, and nowhere else."""

import numpy as np
import pytest
import soundfile

from latent_resonance.sound.clicks import click_scores, find_clicks
from latent_resonance.sound.loudness import integrated_loudness

RATE = 16_000


def tone(hz, rate=RATE, seconds=3.0, partials=1):
    at = np.arange(round(seconds * rate)) / rate
    sound = sum(np.sin(2 * np.pi * hz * k * at + k) / k for k in range(1, partials + 1))
    sound *= 10 ** ((-20 - integrated_loudness(sound.astype(np.float32), rate)) / 20)
    return sound.astype(np.float32)


@pytest.mark.parametrize("rate", [16_000, 44_100])
@pytest.mark.parametrize("hz", [55, 440, 3000])
@pytest.mark.parametrize("partials", [1, 2])
@pytest.mark.parametrize("kind", ["impulse", "step"])
def test_planted_clicks_are_found_to_the_sample(rate, hz, partials, kind):
    places = [5000, 17_003, 30_040]
    sound = tone(hz, rate, partials=partials)
    for at in places:
        sound[at : at + 1 if kind == "impulse" else None] += 0.1
    assert find_clicks(sound, rate) == places


def test_a_gap_shows_at_its_ends():
    sound = tone(330)
    sound[20_000:20_160] = 0
    found = find_clicks(sound, RATE)
    assert found
    assert all(abs(at - 20_000) < 2 or abs(at - 20_160) < 2 for at in found)


def test_a_jump_of_phase_is_a_click():
    at = np.arange(2 * RATE) / RATE
    sound = 0.2 * np.sin(2 * np.pi * 200 * at + np.where(at > 1, 2.0, 0.0))
    found = find_clicks(sound.astype(np.float32), RATE)
    assert found
    assert all(abs(place - RATE) <= 2 for place in found)


def test_a_click_in_silence_is_found():
    sound = np.zeros(RATE, np.float32)
    sound[7000] = 0.02
    assert find_clicks(sound, RATE) == [7000]


@pytest.mark.parametrize("hz", [55, 110, 1000, 5000])
@pytest.mark.parametrize("partials", [1, 30])
def test_clean_tones_pass(hz, partials):
    partials = min(partials, int(7500 / hz))
    assert find_clicks(tone(hz, partials=partials), RATE) == []


def test_noise_passes_at_any_level():
    noise = np.random.default_rng(3).standard_normal(5 * RATE).astype(np.float32)
    assert find_clicks(0.1 * noise, RATE) == []
    assert find_clicks(1e-4 * noise, RATE) == []


@pytest.mark.parametrize("samples", [0, 1, 23, 24, 100, 500, 1500])
def test_short_and_silent_sounds_have_none(samples):
    assert find_clicks(np.zeros(samples, np.float32), RATE) == []
    assert find_clicks(np.full(samples, 1e-4, np.float32), RATE) == []


def test_scores_grow_with_the_click():
    sound = tone(220)
    worst = []
    for height in (0.0, 0.02, 0.2):
        clicked = sound.copy()
        clicked[24_000] += height
        worst.append(click_scores(clicked, RATE)[0].max())
    assert worst[0] < 1 < 5 * worst[1] < worst[2]


@pytest.mark.parametrize(
    "instrument", ["cello_section", "church_organ", "violin_section", "choir_aahs"]
)
def test_real_sustained_notes_pass(shared_data, instrument):
    files = sorted((shared_data / "notes").glob(f"{instrument}*.flac"))[::3]
    assert files
    for file in files:
        sound, rate = soundfile.read(file, dtype="float32")
        sound *= np.float32(10 ** ((-20 - integrated_loudness(sound, rate)) / 20))
        attack, release = 0.15 * rate, len(sound) - 0.02 * rate
        assert [at for at in find_clicks(sound, rate) if attack < at < release] == [], file.name
        clicked = sound.copy()
        clicked[rate] += 0.2
        assert any(abs(at - rate) <= 3 for at in find_clicks(clicked, rate)), file.name
