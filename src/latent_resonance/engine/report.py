"""What a finished performance says of itself: plain numbers, as in ``--json``."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latent_resonance.contracts.values import Controls, FloatArray
from latent_resonance.engine.performance import StepOutput
from latent_resonance.engine.senses import Sensed, Senses
from latent_resonance.sense.performances.csv_file import PerformanceWriter
from latent_resonance.sound.clicks import find_clicks
from latent_resonance.sound.loudness import integrated_loudness, true_peak_db


def measure_sound(sound: FloatArray, rate: int) -> dict[str, Any]:
    """Length, loudness, peak and clicks of sound ``[samples, channels]``."""
    mono = sound.mean(axis=1)
    loudness, peak = integrated_loudness(mono, rate), true_peak_db(sound, rate)
    return {
        "duration_seconds": round(len(sound) / rate, 6),
        "sample_rate": rate,
        "channels": sound.shape[1],
        "loudness_lufs": round(loudness, 2) if math.isfinite(loudness) else None,
        "true_peak_db": round(peak, 2) if math.isfinite(peak) else None,
        "clicks": len(find_clicks(mono, rate)),
    }


class PlayRanges:
    """Least, mean and greatest of what the navigator played, such as the playhead's speed."""

    def __init__(self) -> None:
        self._seen: dict[str, list[float]] = {}

    def add(self, output: StepOutput) -> None:
        """Note one step."""
        for name, value in output.latent.play.items():
            low, total, high, count = self._seen.get(name, [value, 0.0, value, 0])
            self._seen[name] = [min(low, value), total + value, max(high, value), count + 1]

    def report(self) -> dict[str, dict[str, float]]:
        """By control name."""
        return {
            name: {"min": round(low, 4), "mean": round(total / count, 4), "max": round(high, 4)}
            for name, (low, total, high, count) in self._seen.items()
        }


class Recorder:
    """Saves what is sensed as a performance that can be replayed, if anybody asked for it.

    Args:
        senses: what is sensed.
        path: of the CSV file; None saves nothing.
    """

    def __init__(self, senses: Senses, path: Path | None, *, with_events: bool) -> None:
        names = [control.name for control in senses.controls]
        self._writer = PerformanceWriter(path, names, with_events=with_events) if path else None
        self.ranges = PlayRanges()
        self.last: Mapping[str, float] = {}

    def add(self, now: float, sensed: Sensed, output: StepOutput) -> None:
        """Note what was in force in one step."""
        controls: Controls = sensed.controls
        self.last = controls.values
        self.ranges.add(output)
        if self._writer:
            self._writer.add(now, controls)

    def close(self) -> None:
        """Keep the file."""
        if self._writer:
            self._writer.close()

    def abort(self) -> None:
        """Leave no file."""
        if self._writer:
            self._writer.abort()
