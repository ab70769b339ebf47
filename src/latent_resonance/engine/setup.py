"""What the person at the keyboard chose beside a recipe."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.mapping import ControlMap
from latent_resonance.contracts.parts import Sensor
from latent_resonance.contracts.values import FloatArray
from latent_resonance.engine.output_rate import check_rate
from latent_resonance.engine.recipe import PartChoice


@dataclass(frozen=True, slots=True)
class Setup:
    """What the person at the keyboard chose beside the recipe.

    Attributes:
        senses: other sensors than the recipe's; empty for its own.
        sensors: made already, such as a script's own; beside ``senses``, or in their place.
        bundle: another bundle than that of the recipe's first chain.
        opened: a bundle that is open already, in its place.
        lines: map lines beside the recipe's, or in their place.
        held: control name to value, held whatever is sensed.
        navigate: options added to the navigator of the first chain.
        render: options added to its renderer.
        start: the place that its navigator begins at.
        place: where it stays while the performer names no place.
        seed: of everything random.
        threads: for inference, 0 for the part's own choice.
        engine: what plays the bundles, None for the recipe's own model.
        rate: of the sound in Hz, None for the recipe's own.
        adaptive: pictures that can be drawn at any size are drawn smaller where they would be
            slower than their frame rate.
    """

    senses: Sequence[PartChoice] = ()
    sensors: Sequence[Sensor] = ()
    bundle: str | None = None
    opened: Bundle | None = None
    lines: ControlMap = field(default_factory=dict)
    held: Mapping[str, float] = field(default_factory=dict)
    navigate: Mapping[str, Any] = field(default_factory=dict)
    render: Mapping[str, Any] = field(default_factory=dict)
    start: FloatArray | None = None
    place: FloatArray | None = None
    seed: int = 0
    threads: int = 0
    engine: PartChoice | None = None
    rate: int | None = None
    adaptive: bool = False

    def __post_init__(self) -> None:
        """Raises InputError for a seed that no generator takes, and a rate that no sound has."""
        if self.seed < 0:
            raise InputError(f"--seed {self.seed}: from 0 on")
        if self.rate is not None:
            check_rate(self.rate)
