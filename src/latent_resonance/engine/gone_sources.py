"""Sources whose performer went while others of the same map line play on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from latent_resonance.contracts.values import ControlRange
from latent_resonance.sound.smoothing import share


@dataclass(frozen=True, slots=True)
class GoneSources:
    """What sources count as, step by step. Immutable; ``follow`` gives the next one.

    Attributes:
        held: by source, its value when its performer was there last.
        resting: by source, on its way from there to its rest value.
    """

    held: Mapping[str, float] = field(default_factory=dict)
    resting: Mapping[str, float] = field(default_factory=dict)

    def follow(
        self,
        values: Mapping[str, float],
        away: Collection[str],
        sources: Mapping[str, ControlRange],
        dt_seconds: float,
        seconds: float,
    ) -> "GoneSources":
        """After one more step. A source that is back counts as it is sensed, at once.

        Args:
            values: what is sensed.
            away: sensed controls whose performer is not there.
            sources: those that are followed, by name.
            dt_seconds: time that the step covers.
            seconds: time constant of the way to rest.
        """
        held, resting = {}, {}
        for name, control in sources.items():
            if name in away:
                # One that was never there is at rest from the start.
                at = self.resting.get(name, control.rest)
                held[name] = self.held.get(name, control.rest)
                resting[name] = at + share(dt_seconds, seconds) * (control.rest - at)
            elif name in values:
                held[name] = resting[name] = values[name]
        return GoneSources(held, resting)
