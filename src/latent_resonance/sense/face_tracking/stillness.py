"""How still a face is, against the noise that its own tracking has."""

import math

from latent_resonance.sound.smoothing import share

_SMOOTH_SECONDS = 0.2
_FLOOR_RISE_SECONDS = 30.0
_FLOOR_FALL_SECONDS = 0.4
_LEAST_FLOOR, _MOST_FLOOR = 0.01, 0.12
# Motion of this many floors is still rest; beyond, this much more is full motion.
_REST_FLOORS, _SPAN = 2.0, 0.35
# Speeds that count as 1: degrees, mouth and brow openings, eye distances, per second.
SCALES = {
    "yaw": 25.0,
    "pitch": 25.0,
    "roll": 25.0,
    "mouth": 1.0,
    "brow": 1.5,
    "x": 1.0,
    "y": 1.0,
}


class Stillness:
    """1 at rest, 0 in full motion; the noise floor is measured as it plays."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Know nothing yet."""
        self._motion = 0.0
        self._floor = 0.04

    def step(self, speeds: dict[str, float], dt_seconds: float) -> float:
        """Stillness 0..1 after a frame with these speeds, per second, by the names of SCALES."""
        motion = math.sqrt(sum((speeds[name] / scale) ** 2 for name, scale in SCALES.items()))
        self._motion += share(dt_seconds, _SMOOTH_SECONDS) * (motion - self._motion)
        pace = _FLOOR_FALL_SECONDS if self._motion < self._floor else _FLOOR_RISE_SECONDS
        self._floor += share(dt_seconds, pace) * (self._motion - self._floor)
        self._floor = min(max(self._floor, _LEAST_FLOOR), _MOST_FLOOR)
        over = (self._motion - _REST_FLOORS * self._floor) / _SPAN
        part = min(max(over, 0.0), 1.0)
        return 1 - part * part * (3 - 2 * part)
