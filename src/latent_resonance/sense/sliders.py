"""Controls that are set by hand: ``--set mouth=0.5``, a slider, a script."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field, field_validator

from latent_resonance.contracts.values import ControlRange, Controls, Spec


class Options(BaseModel):
    """The values, and for how long."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    values: dict[str, float] = Field(default={}, description="control name to value")
    seconds: float | None = Field(default=None, gt=0, description="length; none goes on for ever")

    @field_validator("values")
    @classmethod
    def _named(cls, values: dict[str, float]) -> dict[str, float]:
        if any(not name.isidentifier() for name in values):
            raise ValueError("a control's name has letters, digits and _ only")
        return values


class Part:
    """Sensor: the same controls until ``move`` gives others."""

    latency_seconds = 0.0

    def __init__(self, options: Options) -> None:
        self.options = options
        self._now = Controls(0.0, dict(options.values))

    @property
    def controls(self) -> Sequence[ControlRange]:
        """What is set; a hand-set control has no range of its own."""
        return [ControlRange(n, min(v, 0), max(v, 1), v) for n, v in self._now.values.items()]

    @property
    def duration_seconds(self) -> float | None:
        """As asked for."""
        return self.options.seconds

    def prepare(self, spec: Spec) -> None:
        """Nothing to load."""

    def reset(self) -> None:
        """Back to the values it was made with."""
        self._now = Controls(0.0, dict(self.options.values))

    def close(self) -> None:
        """Nothing is held."""

    def move(self, time_seconds: float, **values: float) -> None:
        """Set some controls from now on; the others stay."""
        self._now = Controls(time_seconds, {**self._now.values, **values})

    def read(self, now_seconds: float) -> Controls:
        """The values as they are."""
        return self._now

    def statistics(self) -> Mapping[str, int]:
        """How much there is."""
        return {"controls": len(self._now.values)}
