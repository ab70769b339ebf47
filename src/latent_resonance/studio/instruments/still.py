"""A sensor that says the same for ever: a patch that nobody moves."""

from collections.abc import Mapping, Sequence
from typing import Any

from latent_resonance.contracts.values import ControlRange, Controls, Spec


class StillSensor:
    """Sensor.

    Args:
        values: control name to value; names are the navigator's own, whatever letters they have.
    """

    latency_seconds = 0.0
    controls: Sequence[ControlRange] = ()
    duration_seconds = None

    def __init__(self, values: Mapping[str, float]) -> None:
        self._now = Controls(0.0, dict(values))

    def prepare(self, spec: Spec) -> None:
        """Nothing to load."""

    def reset(self) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing is held."""

    def read(self, now_seconds: float) -> Controls:
        """The values."""
        return self._now

    def statistics(self) -> Mapping[str, Any]:
        """None."""
        return {}
