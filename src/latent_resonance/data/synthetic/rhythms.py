"""Synthetic music with known beats: drums, bass and chords in several meters, swung or straight.

The same seed, the same samples. Beat times are exact: a sound that belongs to a beat begins on the
sample nearest to it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from latent_resonance.contracts.values import FloatArray

_Doubles = npt.NDArray[np.float64]

# Semitones above the root, one chord a bar.
_CHORDS = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))
_ROOT_HZ = 130.81


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a track goes.

    Attributes:
        bpm: beats per minute at the start.
        end_bpm: and at the end; the same if not given.
        change: ``glide`` moves the tempo evenly, ``jump`` changes it halfway.
        beats: of a bar.
        parts: equal parts of a beat: 2 for eighths, 3 for triplets (6/8 has 2 beats of 3 parts).
        swing: where the second of two parts begins, 0.5 straight, 0.667 swung.
        drums: kick, snare and hi-hat.
        chords: plucked chords and bass.
        accent: level of what is off the beat, beside what is on it.
        bed: level of noise under it, of full scale.
    """

    bpm: float = 120.0
    end_bpm: float | None = None
    change: Literal["glide", "jump"] = "glide"
    beats: int = 4
    parts: int = 2
    swing: float = 0.5
    drums: bool = True
    chords: bool = True
    accent: float = 0.5
    bed: float = 0.002


@dataclass(frozen=True, slots=True, eq=False)
class RhythmTrack:
    """A track and its truth.

    Attributes:
        samples: float32 ``[samples]``, mono.
        beats: seconds of each beat.
        downbeats: those that begin a bar.
    """

    samples: FloatArray
    beats: _Doubles
    downbeats: _Doubles
    rhythm: Rhythm = field(default_factory=Rhythm)


RHYTHMS = {
    **{f"{bpm} bpm": Rhythm(bpm) for bpm in (66, 84, 98, 116, 132, 160)},
    "3/4": Rhythm(108, beats=3),
    "3/4 fast": Rhythm(144, beats=3),
    "6/8": Rhythm(64, beats=2, parts=3),
    "6/8 fast": Rhythm(92, beats=2, parts=3),
    "swing": Rhythm(110, swing=2 / 3),
    "swing fast": Rhythm(138, swing=2 / 3),
    "tempo jumps": Rhythm(90, end_bpm=112, change="jump"),
    "tempo glides": Rhythm(100, end_bpm=120),
    "no drums": Rhythm(94, drums=False),
    "no drums, 3/4": Rhythm(124, beats=3, drums=False),
    "under noise": Rhythm(102, bed=0.1),
}
"""What trackers are measured on: six tempi, three meters, swing, changes of tempo, few drums."""


def make_rhythm(rhythm: Rhythm, seconds: float, rate: int = 44_100, seed: int = 0) -> RhythmTrack:
    """Play a rhythm for that long.

    Args:
        rhythm: how it goes.
        seconds: length.
        rate: in Hz.
        seed: of noise and of small differences between strokes.
    """
    rng = np.random.default_rng(seed)
    sound = rhythm.bed * rng.standard_normal(round(seconds * rate))
    beats = _beat_times(rhythm, seconds)
    lengths = np.diff(beats, append=2 * beats[-1] - beats[-2])
    for number, (start, length) in enumerate(zip(beats, lengths, strict=True)):
        place, bar = number % rhythm.beats, number // rhythm.beats
        for part, share in enumerate(_parts(rhythm)):
            at, on = start + share * length, part == 0
            level = (1.0 if on else rhythm.accent) * rng.uniform(0.85, 1.0)
            if rhythm.drums:
                _drums(sound, rhythm, place, on, at, level, rate, rng)
            if rhythm.chords and on:
                chord = _CHORDS[bar % len(_CHORDS)]
                _add(sound, 0.16 * level * _pluck(chord[:1], 0.5, _whole(length), rate), at, rate)
                if place == 0 or not rhythm.drums:
                    _add(sound, 0.1 * level * _pluck(chord, 2.0, _whole(length), rate), at, rate)
    peak = float(np.abs(sound).max())
    samples = (0.7 / max(peak, 1e-9) * sound).astype(np.float32)
    return RhythmTrack(samples, beats, beats[:: rhythm.beats], rhythm)


def _beat_times(rhythm: Rhythm, seconds: float) -> _Doubles:
    """Where the integral of the tempo is a whole number."""
    end = rhythm.bpm if rhythm.end_bpm is None else rhythm.end_bpm
    times, at = [], 0.25
    while at < seconds - 0.1:
        times.append(at)
        done = at / seconds
        share = done if rhythm.change == "glide" else float(done >= 0.5)
        at += 60 / (rhythm.bpm + share * (end - rhythm.bpm))
    return np.array(times)


def _parts(rhythm: Rhythm) -> Sequence[float]:
    if rhythm.parts == 2:
        return (0.0, rhythm.swing)
    return [part / rhythm.parts for part in range(rhythm.parts)]


def _drums(
    sound: _Doubles,
    rhythm: Rhythm,
    place: int,
    on: bool,
    at: float,
    level: float,
    rate: int,
    rng: np.random.Generator,
) -> None:
    _add(sound, 0.12 * level * _hat(rate, rng), at, rate)
    if not on:
        return
    backbeat = place % 2 == 1 if rhythm.beats % 2 == 0 else place > 0
    if backbeat:
        _add(sound, 0.4 * level * _snare(rate, rng), at, rate)
    else:
        _add(sound, 0.7 * level * _kick(rate), at, rate)


@lru_cache(maxsize=4)
def _kick(rate: int) -> _Doubles:
    at = np.arange(round(0.25 * rate)) / rate
    phase = math.tau * (50 * at + 4 * (1 - np.exp(-at / 0.03)))
    return np.asarray(np.exp(-at / 0.08) * np.sin(phase))


def _snare(rate: int, rng: np.random.Generator) -> _Doubles:
    at = np.arange(round(0.2 * rate)) / rate
    rattle = np.exp(-at / 0.06) * rng.standard_normal(len(at))
    return 0.6 * rattle + 0.4 * np.exp(-at / 0.05) * np.sin(math.tau * 190 * at)


def _hat(rate: int, rng: np.random.Generator) -> _Doubles:
    at = np.arange(round(0.08 * rate)) / rate
    hiss = np.diff(rng.standard_normal(len(at) + 1))
    return 0.6 * np.exp(-at / 0.02) * hiss


@lru_cache(maxsize=64)
def _pluck(semitones: tuple[int, ...], octave: float, seconds: float, rate: int) -> _Doubles:
    at = np.arange(max(1, round(min(seconds, 1.5) * rate))) / rate
    note = np.zeros(len(at))
    for step in semitones:
        hz = _ROOT_HZ * octave * 2 ** (step / 12)
        for k in range(1, 7):
            if k * hz < 0.45 * rate:
                note += np.exp(-at * (3 + 1.5 * k)) * np.sin(math.tau * k * hz * at) / k
    rise = np.minimum(1, at / 0.003)
    fall = np.minimum(1, (at[-1] - at) / 0.01) if len(at) > 1 else 1.0
    return np.asarray(rise * fall * note)


def _whole(seconds: float) -> float:
    """Equal lengths of a steady tempo differ in their last digits."""
    return round(seconds, 6)


def _add(sound: _Doubles, stroke: _Doubles, seconds: float, rate: int) -> None:
    start = round(seconds * rate)
    there = stroke[: max(0, len(sound) - start)]
    sound[start : start + len(there)] += there
