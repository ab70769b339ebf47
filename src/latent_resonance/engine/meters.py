"""Meters: what a performance measured of itself."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

# At 25 to 125 events a second, the last minute or two; memory stays flat over an evening.
_KEPT = 4_000


class Distribution:
    """Median and 95th percentile of the latest values, counted over all."""

    def __init__(self) -> None:
        self.count = 0
        self.largest = self.last = 0.0
        self._latest: deque[float] = deque(maxlen=_KEPT)
        self._told = (0, 0.0, 0.0)

    def add(self, value: float) -> None:
        """Note one value."""
        self.count += 1
        self.last = value
        self.largest = max(self.largest, value)
        self._latest.append(value)

    def summary(self, scale: float = 1.0) -> dict[str, float | int]:
        """``count``, ``p50``, ``p95`` and ``max``, values times ``scale``."""
        if not self.count:
            return {"count": 0}
        told, p50, p95 = self._told
        if told != self.count:  # a page asks four times a second, whether it plays or not
            told, latest = self.count, np.sort(np.fromiter(self._latest, np.float64))
            p50, p95 = (_quantile(latest, share) for share in (0.5, 0.95))
            self._told = told, p50, p95
        return {
            "count": self.count,
            "p50": round(scale * p50, 3),
            "p95": round(scale * p95, 3),
            "max": round(self.largest * scale, 3),
        }


def _quantile(ascending: npt.NDArray[np.float64], share: float) -> float:
    """As ``np.percentile``, which takes half a millisecond: every page asks four times a second."""
    place = share * (len(ascending) - 1)
    below = int(place)
    above = min(below + 1, len(ascending) - 1)
    return float(ascending[below] + (place - below) * (ascending[above] - ascending[below]))


@dataclass(slots=True)
class Meters:
    """Written by the runner, read by anyone; each field has one writing thread.

    Times in seconds inside, in milliseconds in ``report``. There, ``underruns`` are all breaks of
    the sound: there was not enough of it, or the card ran dry before it asked.
    """

    generation: Distribution = field(default_factory=Distribution)
    step: Distribution = field(default_factory=Distribution)
    sense: Distribution = field(default_factory=Distribution)
    control_to_centre: Distribution = field(default_factory=Distribution)
    control_to_full: Distribution = field(default_factory=Distribution)
    note_to_sound: Distribution = field(default_factory=Distribution)
    underruns: int = 0
    card_underflows: int = 0
    most_ready_seconds: float = 0.0
    dropped_requests: int = 0
    dropped_frames: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    last_error: str = ""

    def error(self, where: str, error: BaseException) -> None:
        """Count an error that the performance survived."""
        self.errors[where] = self.errors.get(where, 0) + 1
        self.last_error = f"{where}: {error}"

    def report(self) -> dict[str, Any]:
        """Plain numbers for ``--json``, the command line and the studio."""
        found: dict[str, Any] = {
            "generation_ms": self.generation.summary(1e3),
            "step_ms": self.step.summary(1e3),
            "underruns": self.underruns + self.card_underflows,
            "dropped_requests": self.dropped_requests,
            "errors": dict(self.errors),
        }
        times = {
            "sense_ms": self.sense,
            "control_to_sample_ms": self.control_to_centre,
            "control_to_full_effect_ms": self.control_to_full,
            "note_to_sound_ms": self.note_to_sound,
        }
        found |= {name: one.summary(1e3) for name, one in times.items() if one.count}
        if self.card_underflows:
            found["card_underflows"] = self.card_underflows
        if self.most_ready_seconds:
            found["most_ready_ms"] = round(self.most_ready_seconds * 1e3, 1)
        if self.dropped_frames:
            found["dropped_frames"] = self.dropped_frames
        if self.last_error:
            found["last_error"] = self.last_error
        return found
