"""What tests measure of a sound."""

import numpy as np

RATE = 16_000


def hertz(pitch: float) -> float:
    return float(440 * 2 ** ((pitch - 69) / 12))


def cents_off(sound: np.ndarray, pitch: float, reach: float = 100.0) -> float:
    """Cents between the fundamental near ``pitch`` and it: parabola over a long spectrum's peak."""
    size = 1 << (8 * len(sound) - 1).bit_length()
    level = np.abs(np.fft.rfft(sound * np.blackman(len(sound)), size))
    hz = np.fft.rfftfreq(size, 1 / RATE)
    centre = hertz(pitch)
    near = np.flatnonzero(np.abs(1200 * np.log2(np.maximum(hz, 1) / centre)) < reach)
    top = near[level[near].argmax()]
    a, b, c = np.log(level[top - 1 : top + 2])
    found = hz[top] + (a - c) / 2 / (a - 2 * b + c) * hz[1]
    return float(1200 * np.log2(found / centre))


def level_db(sound: np.ndarray) -> float:
    return float(10 * np.log10(max(float(np.mean(np.square(sound, dtype=np.float64))), 1e-20)))


def centroid_hz(sound: np.ndarray) -> float:
    level = np.abs(np.fft.rfft(sound)) ** 2
    return float(level @ np.fft.rfftfreq(len(sound), 1 / RATE) / level.sum())
