"""How notes behave: the level of a velocity, and how those of a family hold and die away."""

import math
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.space import LatentSpace
from latent_resonance.contracts.values import FloatArray, OverKeys, Tone
from latent_resonance.sound.full_band.fitted import fitted
from latent_resonance.sound.full_band.note import note_at
from latent_resonance.sound.release_sounds import release_lines, undamped_from

# How fast a released note falls, dB per second, and what is typical of those without an entry.
_RELEASE_DB = {
    "mallet": 60.0,
    "string_plucked": 90.0,
    "synth_pad": 90.0,
    "guitar": 120.0,
    "reed": 140.0,
    "string": 170.0,
    "keyboard": 200.0,
    "vocal": 170.0,
    "brass": 180.0,
    "bass": 240.0,
}
_USUAL_RELEASE_DB = 220.0


_Lines = Mapping[str, Mapping[str, tuple[float, float]]]


def _lines(name: str) -> _Lines:
    """What is known of families and instruments: a value at middle C, its factor per octave."""
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


_DECAYS, _ATTACKS = _lines("decays.toml"), _lines("attacks.toml")
_NOISES: Mapping[str, Mapping[str, Any]] = _lines("noise.toml")
_BRIGHTNESS: Mapping[str, Any] = _lines("brightness.toml")["families"]
NOISE_HZ = (320.0, 1200.0, 3700.0)
"""Where the noise between partials is known."""
# How much brighter the hardest notes are than the softest, dB per octave above the fundamental:
# medians over 430 pairs of recordings of one instrument and key; of strings, of those that were
# recorded, since soundfonts have one layer. Guitars, mallets and other plucked strings, of which
# there are no pairs, have about what basses have; what showed none, the least that is heard.
_VELOCITY_TILT_DB = {
    "keyboard": 16.5,
    "bass": 10.5,
    "guitar": 10.0,
    "mallet": 10.0,
    "string_plucked": 10.0,
    "synth_lead": 9.5,
    "synth_pad": 7.5,
    "string": 6.5,
    "brass": 6.0,
    "synth_bass": 3.5,
    "reed": 2.0,
}
_USUAL_VELOCITY_TILT_DB = 1.0
_SILENT_NEPERS = -14.0


@lru_cache(maxsize=128)
def level_of(value: int) -> float:
    """Nepers of a MIDI level 0..127: 40 log10 in dB, as General MIDI 2 and DLS have it."""
    return 2 * math.log(value / 127) if value > 0 else _SILENT_NEPERS


def make_tone(space: LatentSpace, name: str, w: FloatArray) -> Tone:
    """A place of a space that plays notes, behaving as the mean of its families do.

    Args:
        space: whose ``family`` slot says what families there are.
        name: of the instrument.
        w: the place ``[size]``; its pitch and velocity entries have no meaning.
    """
    begin = len(space.conditioning["timbre"])
    families = space.conditioning["family"]
    weights = np.maximum(w[begin : begin + len(families)], 0)
    of_families = dict(zip(families, weights, strict=True))
    total = float(weights.sum())

    def mean(values: Mapping[str, float], usual: float) -> float:
        rates = np.array([values.get(family, usual) for family in families])
        return float(weights @ rates) / total if total > 0 else usual

    return Tone(
        name,
        w,
        release_db_per_second=mean(_RELEASE_DB, _USUAL_RELEASE_DB),
        decay=_decay(name, of_families),
        attack=_attack(name, of_families),
        noise=_noise(name, of_families),
        release=release_lines(name, of_families),
        undamped_from=undamped_from(name),
        velocity_tilt_db=mean(_VELOCITY_TILT_DB, _USUAL_VELOCITY_TILT_DB),
        velocity_above_db=_velocity_above(space, w),
        window_tilt_db=_brightness(of_families),
    )


def _brightness(weights: Mapping[str, float]) -> tuple[float, float, float]:
    """Of a place, as the mean of its families has it."""
    total = max(sum(weights.values()), 1e-9)
    found = np.zeros(3)
    for family, weight in weights.items():
        found += weight / total * np.array(_BRIGHTNESS.get(family, (0.0, 0.0, 0.0)))
    low, middle, high = found.tolist()
    return low, middle, high


def _velocity_above(space: LatentSpace, w: FloatArray) -> FloatArray | None:
    note, law = note_at(space, w), fitted().law
    return None if note is None or law is None else law.per_velocity(note)


def _decay(name: str, weights: Mapping[str, float]) -> OverKeys | None:
    """What is struck or plucked dies: a fact of the family, never read off a sound."""
    struck = sum(weights[family] for family in weights.keys() & _DECAYS["families"].keys())
    return _over_keys(_DECAYS, name, weights) if struck > sum(weights.values()) / 2 else None


def _attack(name: str, weights: Mapping[str, float]) -> OverKeys | None:
    found = _over_keys(_ATTACKS, name, weights)
    return None if found is None else OverKeys(found.seconds / 1000, found.per_octave)


def _noise(name: str, weights: Mapping[str, float]) -> tuple[tuple[float, float], ...]:
    """Of the instrument where it is known, else the mean of its families; none for what dies."""
    if _decay(name, weights) is not None:
        return ()
    if name in _NOISES["instruments"]:
        found = np.array(_NOISES["instruments"][name], np.float64)
    else:
        known = _NOISES["families"]
        there = {family: weights[family] for family in weights.keys() & known.keys()}
        share = sum(there.values())
        if share <= 0:
            return ()
        found = np.sum(
            [np.multiply(known[one], part / share) for one, part in there.items()], axis=0
        )
    return tuple((float(level), float(slope)) for level, slope in found)


def _over_keys(lines: _Lines, name: str, weights: Mapping[str, float]) -> OverKeys | None:
    """Of the instrument where it is known, else the geometric mean of its families."""
    if name in lines["instruments"]:
        return OverKeys(*lines["instruments"][name])
    known = lines["families"]
    there = {family: weights[family] for family in weights.keys() & known.keys()}
    share = sum(there.values())
    if share <= 0:
        return None
    logs = np.array([np.log(known[family]) * part / share for family, part in there.items()])
    seconds, per_octave = np.exp(logs.sum(axis=0))
    return OverKeys(float(seconds), float(per_octave))
