"""The place that a person asks for, checked before anything heavy is loaded."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from latent_resonance.contracts.errors import InputError

_MOST_SECONDS = 600.0
_MOST_VARIATIONS = 256


@dataclass(frozen=True, slots=True)
class Weighted:
    """A named place and how far to go there, 0..1."""

    name: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Axis:
    """A move along one axis of SeFa or PCA, in deviations of the space."""

    group: str
    number: int
    value: float


@dataclass(frozen=True, slots=True)
class PlaceRequest:
    """The place that is wanted, in the order in which it is found.

    Attributes:
        seed: of the place to start from, of draws, and of the first phase.
        prototypes: named places to blend; a total below 1 leaves the rest to the start.
        start: a sound of this bundle whose place is to be changed, in place of the seed's.
        query: sounds that it shall be like.
        strength: how close to them.
        axes: moves along SeFa's or principal axes.
        transfer: attributes to take from ``source``.
        source: the sound that gives them.
        settings: slider to value, -5..5.
        straight: sliders move along straight lines, not measured.
    """

    seed: int = 0
    prototypes: Sequence[Weighted] = ()
    start: Path | None = None
    query: Sequence[Path] = ()
    strength: float = 1.0
    axes: Sequence[Axis] = ()
    transfer: Sequence[str] = ()
    source: Path | None = None
    settings: Mapping[str, float] = field(default_factory=dict)
    straight: bool = False

    def __post_init__(self) -> None:
        """Raises InputError for what cannot be."""
        for one in self.prototypes:
            if not 0 < one.weight <= 1:
                raise InputError(f"--prototype {one.name}:{one.weight:g}: weights lie in 0..1")
        if not (math.isfinite(self.strength) and 0.05 <= self.strength <= 20):
            raise InputError(f"--strength {self.strength:g}: from 0.05 to 20")
        for axis in self.axes:
            if not -10 <= axis.value <= 10:
                raise InputError(f"axis {axis.number}={axis.value:g} is out of range: -10 to 10")
        if self.transfer and self.source is None:
            raise InputError("--transfer needs the sound to take it from: --from FILE")
        if self.source is not None and not self.transfer:
            raise InputError("--from FILE needs --transfer NAME: what to take from it")
        if self.start is not None and self.query:
            raise InputError("--from changes a sound, --query looks for one: give one of them")
        if self.seed < 0:
            raise InputError(f"--seed {self.seed}: from 0 on")

    @property
    def named(self) -> dict[str, float]:
        """Prototypes to the share that each has in the place, together 1 at most."""
        total = max(1.0, sum(one.weight for one in self.prototypes))
        shares: dict[str, float] = {}
        for one in self.prototypes:
            shares[one.name] = shares.get(one.name, 0.0) + one.weight / total
        return shares

    def settings_table(self) -> dict[str, object]:
        """For reports and recipes: what differs from nothing."""
        table: dict[str, object] = {
            "prototypes": {one.name: one.weight for one in self.prototypes},
            "changed": self.start.name if self.start else None,
            "query": [path.name for path in self.query],
            "axes": {f"{one.group}:{one.number}": one.value for one in self.axes},
            "transfer": list(self.transfer),
            "from": self.source.name if self.source else None,
            "set": dict(self.settings),
        }
        return {key: value for key, value in table.items() if value}


def check_length(seconds: float | None, variations: int) -> None:
    """Raises InputError for lengths and counts that cannot be."""
    if seconds is not None and not (math.isfinite(seconds) and 0 < seconds <= _MOST_SECONDS):
        raise InputError(f"--seconds {seconds:g}: more than 0, up to {_MOST_SECONDS:g}")
    if not 1 <= variations <= _MOST_VARIATIONS:
        raise InputError(f"--variations {variations}: from 1 to {_MOST_VARIATIONS}")
