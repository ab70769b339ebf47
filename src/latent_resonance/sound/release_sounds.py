"""What is heard when a key goes up: a damper on its strings, a key on its bed.

Noise in octave bands, each with a course of its own, as recordings have it (``releases.toml``).
"""

import math
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from latent_resonance.contracts.values import FloatArray
from latent_resonance.sound.full_band.fitted import Doubles

_KNOWN: Mapping[str, Any] = tomllib.loads(
    Path(__file__).with_name("releases.toml").read_text(encoding="utf-8")
)
# The Salamander Grand Piano V3 plays its key noises so: amp_veltrack=82, rt_decay=2.
VELOCITY_TRACK = 0.82
"""Share of a velocity's square in the amplitude of the sound; the rest is there at any velocity."""
FALL_DB_PER_SECOND = 2.0
"""How much quieter it is for each second that the key was down."""
_MOST_FALL_DB = 12.0
_FADE_IN_SECONDS, _FADE_OUT_SECONDS = 0.004, 0.04
_ENDS_HZ = 8000.0
_SEED = 21


def release_lines(name: str, weights: Mapping[str, float]) -> tuple[tuple[float, float], ...]:
    """Level of each band at middle C, and its change per octave; empty where nothing is heard.

    Args:
        name: of the instrument.
        weights: of its families; the one that it has the most of counts.
    """
    found = _KNOWN["instruments"].get(name)
    if found is None:
        most = max(weights, key=lambda family: weights[family], default="")
        found = _KNOWN["families"].get(most if weights.get(most) else "", [])
    return tuple((float(level), float(slope)) for level, slope in found)


def undamped_from(name: str) -> int:
    """MIDI number of an instrument's first key without a damper, above all where each has one."""
    return int(_KNOWN["undamped"].get(name, 128))


def level_db(velocity: float, held_seconds: float) -> float:
    """Of the sound re that of the hardest note, let go at once.

    Args:
        velocity: 0..127 with which the key was struck.
        held_seconds: for which the note has sounded.
    """
    share = 1 - VELOCITY_TRACK * (1 - (velocity / 127) ** 2)
    fall = min(FALL_DB_PER_SECOND * held_seconds, _MOST_FALL_DB)
    return 20 * math.log10(share) - fall


def make_release(levels_db: Sequence[float], rate: int, pitch: float) -> FloatArray:
    """The sound of one key, float32 ``[samples]``: always the same, unlike its neighbour's.

    Args:
        levels_db: energy of each band, dB over a second.
        rate: in Hz.
        pitch: MIDI number.
    """
    bands = _bands(rate)
    draw = np.random.Generator(np.random.PCG64([_SEED, round(100 * pitch)]))
    sound = np.zeros(bands.shape[1], np.float32)
    for level, noise, course in zip(levels_db, bands, _courses(rate), strict=True):
        gain = np.float32(10 ** (level / 20))
        sound += np.roll(noise, int(draw.integers(len(noise)))) * (gain * course)
    return sound


@lru_cache(maxsize=4)
def _bands(rate: int) -> FloatArray:
    """Noise of each band ``[bands, samples]``, 1 in the mean square; its end leads to its start."""
    samples = round(_KNOWN["seconds"][-1] * rate)
    step = rate / samples
    at = np.arange(samples // 2 + 1) * step
    # What lies above half the rate counts too: a band is as loud at any rate.
    levels = _levels(np.arange(round(_ENDS_HZ / step)) * step)
    whole = levels.sum(axis=1, keepdims=True) * step
    random = np.random.Generator(np.random.PCG64(_SEED))
    # Of chance in its phases only: a draw of levels would colour all keys alike.
    spectra = np.exp(2j * np.pi * random.random((len(levels), len(at))))
    spectra *= np.sqrt(_levels(at) / whole * samples * rate / 2)
    made = np.asarray(np.fft.irfft(spectra, samples, axis=1), np.float32)
    made.setflags(write=False)
    return made


def _levels(hz: Doubles) -> Doubles:
    """Power of each band at frequencies ``[bands, hz]``, of any whole."""
    at = np.log2(np.maximum(hz, 1.0))
    colour = np.interp(at, np.log2(_KNOWN["colour_hz"]), _KNOWN["colour_db"])
    # Neighbours share what lies between their middles, so that levels join without a step.
    share = np.maximum(1 - np.abs(at - np.log2(_KNOWN["hz"])[:, None]), 0)
    return np.asarray(share * 10 ** (colour / 10))


@lru_cache(maxsize=4)
def _courses(rate: int) -> FloatArray:
    """Amplitude of each band over time ``[bands, samples]``."""
    times = np.asarray(_KNOWN["seconds"])
    at = np.arange(round(times[-1] * rate)) / rate
    made = 10 ** (np.array([np.interp(at, times, one) for one in _KNOWN["course_db"]]) / 20)
    made *= np.minimum(at / _FADE_IN_SECONDS, 1)
    made *= np.minimum((times[-1] - at) / _FADE_OUT_SECONDS, 1)
    found = np.asarray(made, np.float32)
    found.setflags(write=False)
    return found
