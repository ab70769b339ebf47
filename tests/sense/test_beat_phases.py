"""Attacks beside the beat in force are told from those that keep to it."""

import numpy as np
import pytest

from latent_resonance.sound.beat_phases import BeatPhases

DT, PERIOD = 512 / 44_100, 0.6


def heard(attacks: np.ndarray, seconds: float) -> list[bool]:
    """Whether it was astray after each step, while the beat stays at every 0.6 s."""
    phases, told = BeatPhases(DT), []
    for now in np.arange(0, seconds, DT):
        strength = float(np.any(np.abs(attacks - now) < DT / 2))
        phases.step(strength, now / PERIOD)
        told.append(phases.astray)
    return told


@pytest.mark.parametrize("parts", [(0.0,), (0.0, 0.5), (0.0, 2 / 3), (0.0, 0.25, 0.75)])
def test_attacks_that_keep_to_a_beat_are_not_astray(parts: tuple[float, ...]) -> None:
    beats = np.arange(0, 12, PERIOD)
    told = heard(np.concatenate([beats + part * PERIOD for part in parts]), 12)
    assert not any(told[round(3 / DT) :])


def test_the_first_attack_of_another_tempo_is_told_and_the_beat_is_learnt_anew() -> None:
    beats = np.concatenate([np.arange(0, 6, PERIOD), 6 + np.arange(0, 12, PERIOD) - 0.2])
    told = heard(beats, 18)
    assert not any(told[round(3 / DT) : round(5.7 / DT)])
    assert told[round(5.9 / DT)]
    assert not any(told[round(12 / DT) :])
