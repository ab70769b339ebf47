"""Vectors of a sound: only those that are followed, the same however the sound comes in."""

from itertools import pairwise

import numpy as np
import pytest
import soundfile

from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Controls, Spec
from latent_resonance.engine.senses import Senses
from latent_resonance.sense.listening.listener import Listener
from latent_resonance.sound.voice.described import DESCRIBED, SPEAKER, TIMBRE, WORDS


def hum(hz: float, seconds: float, rate: int) -> np.ndarray:
    """Harmonics under a slow swell, with a little breath."""
    at = np.arange(round(seconds * rate)) / rate
    tone = sum(np.sin(2 * np.pi * k * hz * at) / k for k in range(1, 12))
    breath = np.random.default_rng(1).standard_normal(len(at))
    return (0.1 * (1.2 + np.sin(5 * at)) * (tone + 0.02 * breath)).astype(np.float32)


def heard(sound: np.ndarray, rate: int, *follows: str) -> list[Controls]:
    return Listener(rate, follows=follows).feed(sound)


def test_what_is_not_followed_is_not_measured() -> None:
    sound = hum(140, 0.8, 16_000)
    assert all(not update.vectors for update in heard(sound, 16_000))
    assert heard(sound, 16_000, TIMBRE, "of_the_future")[-1].vectors.keys() == {TIMBRE}


def test_it_begins_early_goes_on_every_tenth_of_a_second_and_stays_in_silence() -> None:
    sound = np.concatenate([hum(140, 1.5, 16_000), np.zeros(16_000, np.float32)])
    updates = heard(sound, 16_000, TIMBRE, SPEAKER)
    first = next(update.time_seconds for update in updates if update.vectors)
    assert 0.3 <= first <= 0.45
    for name, least, most in ((TIMBRE, 10, 14), (SPEAKER, 3, 4)):  # 0.1 s and 0.4 s apart
        kept = [update.vectors[name] for update in updates if update.vectors]
        measured = 1 + sum(a is not b for a, b in pairwise(kept))
        assert least <= measured <= most
        assert updates[-1].vectors[name] is kept[-80]


def test_they_take_turns_so_that_none_waits_for_another() -> None:
    updates = heard(hum(140, 2.0, 16_000), 16_000, TIMBRE, WORDS, SPEAKER)
    moments = []
    for before, after in pairwise(one for one in updates if one.vectors):
        new = [name for name in after.vectors if after.vectors[name] is not before.vectors[name]]
        assert len(new) <= 1
        moments += [after.time_seconds] * len(new)
    assert len(moments) > 25
    assert max(b - a for a, b in pairwise(moments)) <= 0.06


@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_it_is_that_of_the_last_stretch(rate: int) -> None:
    sound = np.concatenate([hum(310, 1.5, rate), hum(120, 1.5, rate)])
    last = heard(sound, rate, TIMBRE)[-1].vectors[TIMBRE]
    low, high = (DESCRIBED[TIMBRE](hum(hz, 1.2, 16_000)) for hz in (120, 310))
    assert np.linalg.norm(last - low) < 0.35 * np.linalg.norm(last - high)


def test_pieces_of_any_length_give_the_same() -> None:
    sound = hum(200, 1.0, 44_100)
    whole = heard(sound, 44_100, WORDS)[-1].vectors[WORDS]
    listener = Listener(44_100, follows=(WORDS,))
    for start in range(0, len(sound), 777):
        updates = listener.feed(sound[start : start + 777])
    assert updates[-1].vectors[WORDS].tobytes() == whole.tobytes()


def test_a_file_gives_them_and_the_first_of_two_senses_counts(tmp_path) -> None:
    sensors = []
    for hz in (120, 310):
        soundfile.write(tmp_path / f"{hz}.wav", hum(hz, 1.0, 16_000), 16_000)
        part = find_part("sense", "audio_file").make({"source": tmp_path / f"{hz}.wav"})
        part.prepare(Spec(follows=frozenset({TIMBRE})))
        sensors.append(part)
    senses = Senses(sensors)
    given = senses.read(0.9).controls.vectors[TIMBRE]
    assert given is sensors[0].read(0.9).vectors[TIMBRE]
    assert given is not sensors[1].read(0.9).vectors[TIMBRE]
    for part in sensors:
        part.close()
