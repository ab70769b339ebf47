"""Controls count only once they were moved: a knob that nobody turned says nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from latent_resonance.contracts.parts import Sensor
from latent_resonance.contracts.values import ControlRange, Controls, Spec


class Touched:
    """Sensor around another one.

    Args:
        inner: the sensor.
        values: what controls are before they are touched; those not named are left out.
    """

    def __init__(self, inner: Sensor, values: Mapping[str, float]) -> None:
        self._inner = inner
        self._rest = dict(values)
        self._first: Mapping[str, float] = {}
        self._moved: frozenset[str] = frozenset()
        self._seen: Controls | None = None
        self._now = Controls(0.0, dict(values))

    @property
    def latency_seconds(self) -> float:
        """The inner one's."""
        return self._inner.latency_seconds

    @property
    def controls(self) -> Sequence[ControlRange]:
        """The inner one's."""
        return self._inner.controls

    @property
    def duration_seconds(self) -> float | None:
        """The inner one's."""
        return self._inner.duration_seconds

    def prepare(self, spec: Spec) -> None:
        """Ready the inner one."""
        self._inner.prepare(spec)

    def reset(self) -> None:
        """Nothing was touched."""
        self._inner.reset()
        self._first, self._moved, self._seen = {}, frozenset(), None
        self._now = Controls(0.0, dict(self._rest))

    def close(self) -> None:
        """Close the inner one."""
        self._inner.close()

    def read(self, now_seconds: float) -> Controls:
        """What was touched, and the rest as it was set."""
        given = self._inner.read(now_seconds)
        if given is self._seen:
            return self._now
        if self._seen is None:
            self._first = dict(given.values)
        self._seen = given
        self._moved |= {
            name for name, value in given.values.items() if self._first.get(name) != value
        }
        moved = {name: given.values[name] for name in self._moved if name in given.values}
        self._now = replace(given, values={**self._rest, **moved})
        return self._now

    def statistics(self) -> Mapping[str, Any]:
        """The inner one's."""
        return self._inner.statistics()
