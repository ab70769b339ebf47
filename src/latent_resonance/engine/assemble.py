"""Puts an instrument together from a recipe, and refuses a chain that does not fit."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any

from latent_resonance.bundles.find import open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import AssemblyError, UnknownNameError
from latent_resonance.contracts.parts import Model, Navigator, Renderer, Sensor, Stage
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Spec
from latent_resonance.engine.instrument import Instrument
from latent_resonance.engine.recipe import PartChoice, Recipe


@dataclass(frozen=True, slots=True)
class Setup:
    """What the person at the keyboard chose beside the recipe.

    Attributes:
        sense: another sensor than the recipe's, None for its own.
        sense_options: added to the sensor's options.
        bundle: another bundle than the recipe's.
        overrides: control name to value, held whatever is sensed.
        seed: of everything random.
        threads: for inference, 0 for the part's own choice.
        engine: what plays the bundle, None for the recipe's own model.
    """

    sense: PartChoice | None = None
    sense_options: Mapping[str, Any] | None = None
    bundle: str | None = None
    overrides: Mapping[str, float] | None = None
    seed: int = 0
    threads: int = 0
    engine: PartChoice | None = None


class Chain:
    """A prepared instrument and its sensor; closing it closes all parts."""

    def __init__(self, recipe: Recipe, setup: Setup) -> None:
        self._parts = ExitStack()
        try:
            self._assemble(recipe, setup)
        except BaseException:
            self._parts.close()
            raise

    sensor: Sensor
    instrument: Instrument
    bundle: Bundle
    spec: Spec

    def _assemble(self, recipe: Recipe, setup: Setup) -> None:
        self.bundle = open_bundle(setup.bundle or recipe.bundle)
        if self.bundle.format is None:
            raise AssemblyError(f"the bundle '{self.bundle.name}' makes no spectrograms")
        layout = self.bundle.format
        first = Spec(
            sample_rate=layout.sample_rate,
            step_seconds=layout.hop_seconds,
            seed=setup.seed,
            format=layout,
            threads=setup.threads,
        )
        sense = setup.sense or recipe.sense
        sensor: Sensor = self._make(
            "sense", replace_options(sense, setup.sense_options or {}), first
        )
        model: Model = self._make("models", setup.engine or recipe.model, first, self.bundle)
        self.spec = replace(first, latent_size=model.latent_size, landmarks=dict(model.landmarks))
        navigator: Navigator = self._make("navigate", recipe.navigate, self.spec)
        renderer: Renderer = self._make("render", recipe.render, self.spec)
        overrides = dict(setup.overrides or {})
        lists = (sensor.controls, navigator.listens, navigator.play_controls, renderer.controls)
        known = {control.name for controls in lists for control in controls}
        for name in overrides:
            if name not in known:
                raise UnknownNameError("control", name, known)
        self.sensor = sensor
        self.instrument = Instrument(navigator, model, renderer, self.spec, overrides=overrides)

    def _make(self, room: Any, choice: PartChoice, spec: Spec, *inputs: Any) -> Any:
        part = find_part(room, choice.part).make(choice.options, *inputs)
        self._parts.callback(part.close)
        part.prepare(spec)
        return part

    def stage(self, choice: PartChoice, **meta: str) -> Stage:
        """A prepared stage for this chain's sound; closed with the chain."""
        spec = replace(self.spec, meta=meta)
        made: Stage = self._make("stage", choice, spec)
        return made

    def close(self) -> None:
        """Close all parts, the last one made first."""
        self._parts.close()

    def __enter__(self) -> "Chain":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def replace_options(choice: PartChoice, options: Mapping[str, Any]) -> PartChoice:
    """The same part with some options set otherwise."""
    return choice.model_copy(update={"options": {**choice.options, **options}})
