"""Replays a saved performance: the sensor for tests, demos and second takes."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from latent_resonance.contracts.values import ControlRange, Controls, Spec
from latent_resonance.sense.performances.csv_file import read_performance


class Options(BaseModel):
    """Which performance, and what happens at its end."""

    model_config = ConfigDict(extra="forbid")

    source: Path = Field(description="a .csv of controls with times")
    loop: bool = Field(default=False, description="start over at the end")
    hold_seconds: float = Field(0.04, ge=0, description="how long the last row lasts")


class Part:
    """Sensor: at each moment the last row that has begun."""

    latency_seconds = 0.0

    def __init__(self, options: Options) -> None:
        self.options = options
        self._rows: list[Controls] = []
        self._times: list[float] = []

    @property
    def controls(self) -> Sequence[ControlRange]:
        """One per column, with the range it was seen in."""
        if not self._rows:
            return ()
        seen = {name: [row.values[name] for row in self._rows] for name in self._rows[0].values}
        return [ControlRange(name, min(v), max(v), v[0]) for name, v in seen.items()]

    @property
    def duration_seconds(self) -> float | None:
        """From 0 to the end of the last row; None when it loops."""
        if self.options.loop or not self._times:
            return None
        return self._times[-1] + self.options.hold_seconds

    def prepare(self, spec: Spec) -> None:
        """Read the whole file; raises InputError with the line that is wrong."""
        self._rows = read_performance(self.options.source)
        self._times = [row.time_seconds for row in self._rows]

    def reset(self) -> None:
        """Nothing moves here: time is asked for."""

    def close(self) -> None:
        """Nothing is held."""

    def read(self, now_seconds: float) -> Controls:
        """The row in force at ``now_seconds``; before the first one, that one."""
        if not self._rows:
            return Controls(now_seconds, present=False)
        if self.options.loop:
            now_seconds %= self._times[-1] + self.options.hold_seconds
        return self._rows[max(0, bisect_right(self._times, now_seconds) - 1)]

    def statistics(self) -> Mapping[str, int]:
        """How much there is."""
        return {"rows": len(self._rows)}
