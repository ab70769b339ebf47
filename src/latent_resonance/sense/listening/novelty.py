"""How much louder a sound is than it was: a drop, a new part."""

from latent_resonance.sound.smoothing import share

_NOW_SECONDS, _BEFORE_SECONDS = 0.4, 8.0
# Louder by so much than the last seconds begins to count, and counts fully.
_FROM_DB, _FULL_DB = 1.5, 9.0


class Novelty:
    """Compares the mean level of the last moment with that of the last seconds.

    Args:
        step_seconds: between two levels.
    """

    def __init__(self, step_seconds: float) -> None:
        self._now_pace = share(step_seconds, _NOW_SECONDS)
        self._before_pace = share(step_seconds, _BEFORE_SECONDS)
        self.reset()

    def reset(self) -> None:
        """No sound so far."""
        self._count = 0
        self._now = self._before = self.value = 0.0

    def step(self, level_db: float) -> None:
        """Take the newest level; ``value`` is in 0..1."""
        self._count += 1
        mean = 1 / self._count  # Of all there is, until there is more than the time constant.
        self._now += max(self._now_pace, mean) * (level_db - self._now)
        self._before += max(self._before_pace, mean) * (level_db - self._before)
        louder = self._now - self._before
        self.value = min(max((louder - _FROM_DB) / (_FULL_DB - _FROM_DB), 0.0), 1.0)
