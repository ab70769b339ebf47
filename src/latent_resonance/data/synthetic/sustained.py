"""Sustained harmonic sounds by additive synthesis, one function for all, one table of families."""

import math
from dataclasses import dataclass

import numpy as np

from latent_resonance.contracts.values import FloatArray


@dataclass(frozen=True, slots=True)
class Family:
    """How the partials of a family lie.

    Attributes:
        slope_db: fall of the partials per octave, at brightness 0.5.
        even: level of even partials against odd ones, 0..1.
        voices: detuned copies.
        detune_cents: their spread.
        vibrato_cents: depth of vibrato at 5 to 6 Hz.
        stretch: inharmonicity B, partial n at n sqrt(1 + B n^2).
        formants_hz: centres of resonances, each 12 dB and a third of an octave wide.
    """

    slope_db: float
    even: float = 1.0
    voices: int = 1
    detune_cents: float = 0.0
    vibrato_cents: float = 0.0
    stretch: float = 0.0
    formants_hz: tuple[float, ...] = ()


# Formants: Peterson and Barney 1952, male averages. The rest by ear.
FAMILIES: dict[str, Family] = {
    "tone": Family(slope_db=-60),
    "pad": Family(slope_db=-9, voices=5, detune_cents=9),
    "choir_a": Family(
        slope_db=-9, voices=4, detune_cents=12, vibrato_cents=12, formants_hz=(730, 1090, 2440)
    ),
    "choir_o": Family(
        slope_db=-11, voices=4, detune_cents=12, vibrato_cents=12, formants_hz=(570, 840, 2410)
    ),
    "choir_i": Family(
        slope_db=-9, voices=4, detune_cents=12, vibrato_cents=12, formants_hz=(270, 2290, 3010)
    ),
    "bowed": Family(slope_db=-6, vibrato_cents=10, formants_hz=(280, 470, 1200, 2600)),
    "reed": Family(slope_db=-8, even=0.15, vibrato_cents=4),
    "flute": Family(slope_db=-18, vibrato_cents=8),
    "organ": Family(slope_db=-7, voices=2, detune_cents=3),
    "brass": Family(slope_db=-7, formants_hz=(600, 1500)),
    "bass": Family(slope_db=-10),
    "glass": Family(slope_db=-14, stretch=4e-3),
}


def sustain(
    family: str,
    pitch: float,
    seconds: float,
    sample_rate: int = 16_000,
    brightness: float = 0.5,
    seed: int = 0,
) -> FloatArray:
    """One held sound, peak 0.7.

    Args:
        family: a name of ``FAMILIES``.
        pitch: MIDI note number, fractions allowed; 69 is 440 Hz.
        seconds: length; starts and ends with 10 ms fades.
        sample_rate: in Hz; no partial reaches half of it.
        brightness: 0 dark .. 1 bright, tilts by 6 dB per octave in all.
        seed: of phases, vibrato and drift.

    Returns:
        float32 ``[samples]``.
    """
    shape = FAMILIES[family]
    generator = np.random.Generator(np.random.PCG64([seed, round(pitch * 100)]))
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    sound = np.zeros(len(time))
    for _ in range(shape.voices):
        cents = generator.uniform(-shape.detune_cents, shape.detune_cents)
        f0 = 440 * 2 ** ((pitch - 69 + cents / 100) / 12)
        sound += _voice(shape, f0, time, sample_rate / 2, brightness, generator)
    fade = min(len(time) // 2, round(0.01 * sample_rate))
    ramp = np.minimum(np.arange(len(time)), np.arange(len(time))[::-1]) / max(1, fade)
    sound *= np.minimum(ramp, 1)
    return np.asarray(0.7 * sound / max(1e-9, np.abs(sound).max()), np.float32)


def _voice(
    shape: Family,
    f0: float,
    time: np.ndarray,
    nyquist: float,
    brightness: float,
    generator: np.random.Generator,
) -> np.ndarray:
    sine = _Sine(time)
    rate = generator.uniform(5, 6)
    depth = shape.vibrato_cents / 1200 * math.log(2) * f0
    wander = depth / rate / (2 * math.pi) * sine(rate, generator.uniform())
    carrier = _Sine(f0 * time + wander)
    sound = np.zeros(len(time), np.float32)
    slope = shape.slope_db + 6 * (brightness - 0.5)
    for n in range(1, int(nyquist / f0) + 1):
        ratio = n * math.sqrt(1 + shape.stretch * n * n)
        hz = f0 * ratio
        if hz > 0.95 * nyquist:
            break
        level_db = slope * math.log2(n) + sum(
            12 * math.exp(-0.5 * (math.log2(hz / centre) / 0.33) ** 2)
            for centre in shape.formants_hz
        )
        if level_db < -70:
            continue
        gain = 10 ** (level_db / 20) * (shape.even if n % 2 == 0 else 1)
        # Partials of a held sound breathe a little, each in its own time.
        breath = sine(generator.uniform(0.2, 1.0), generator.uniform())
        breath *= 0.08 * gain
        breath += gain
        breath *= carrier(ratio, generator.uniform())
        sound += breath
    return sound


class _Sine:
    """Sines along one clock in turns: their fractions in 32 bits, and in the same memory each time.

    A third of the time of sines in 64 bits, most of which goes to new memory.
    """

    def __init__(self, turns: np.ndarray) -> None:
        self._turns = turns
        self._now, self._whole = np.empty_like(turns), np.empty_like(turns)
        self._sine = np.empty(len(turns), np.float32)

    def __call__(self, ratio: float, phase: float) -> np.ndarray:
        np.multiply(self._turns, ratio, out=self._now)
        self._now += phase
        np.floor(self._now, out=self._whole)
        np.subtract(self._now, self._whole, out=self._sine, casting="same_kind")
        self._sine *= 2 * math.pi
        return np.sin(self._sine, out=self._sine)
