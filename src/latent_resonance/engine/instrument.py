"""The instrument: navigate, ask the model, render. A pure step without thread or clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from latent_resonance.contracts.errors import AssemblyError
from latent_resonance.contracts.parts import Model, Navigator, Renderer
from latent_resonance.contracts.values import (
    AudioBlock,
    Controls,
    FloatArray,
    Latent,
    Spec,
    Spectrogram,
)

# A move of the latent below this share of its length is heard by nobody.
_MOVED = 1e-3


@dataclass(frozen=True, slots=True)
class InstrumentState:
    """All that one performance carries from step to step."""

    navigator: Any
    renderer: Any
    index: int = 0
    asked: FloatArray | None = None
    asked_index: int = 0


@dataclass(frozen=True, slots=True)
class StepOutput:
    """What one step gives: sound, and the place that the model should show next, if it changed."""

    block: AudioBlock
    request: Latent | None
    latent: Latent


class Instrument:
    """A navigator, a model and a renderer that fit together.

    Args:
        navigator: prepared parts of the chain, as are the next two.
        model: asked outside the step, by whoever drives it (a thread, or the offline loop).
        renderer: makes the sound.
        spec: what they agreed on.
        refresh_seconds: shortest time between two requests to the model.
        overrides: controls held at a value, whatever is sensed or navigated.
    """

    def __init__(
        self,
        navigator: Navigator,
        model: Model,
        renderer: Renderer,
        spec: Spec,
        refresh_seconds: float = 0.04,
        overrides: Mapping[str, float] | None = None,
    ) -> None:
        if spec.latent_size != model.latent_size:
            raise AssemblyError(
                f"the model's latent has {model.latent_size} numbers, the chain was set for "
                f"{spec.latent_size}"
            )
        self.navigator = navigator
        self.model = model
        self.renderer = renderer
        self.spec = spec
        self.step_seconds = renderer.step_samples / spec.sample_rate
        self._overrides = dict(overrides or {})
        self._refresh_steps = max(1, round(refresh_seconds / self.step_seconds))

    def start(self) -> InstrumentState:
        """The state before the first step."""
        return InstrumentState(self.navigator.start(), self.renderer.start())

    def step(
        self, state: InstrumentState, controls: Controls, window: Spectrogram | None = None
    ) -> tuple[StepOutput, InstrumentState]:
        """One step of ``step_seconds``.

        Args:
            state: as the last step left it; not changed.
            controls: in force now.
            window: what the model made of an earlier request, when it is new.

        Returns:
            The output and the next state.
        """
        if self._overrides:
            held = {**controls.values, **self._overrides}
            controls = Controls(controls.time_seconds, held, controls.present)
        latent, navigator = self.navigator.step(state.navigator, controls, self.step_seconds)
        if self._overrides:
            latent = Latent(latent.w, {**latent.play, **self._overrides})
        block, renderer = self.renderer.render(state.renderer, window, latent.play)
        request = latent if self._wants(state, latent.w) else None
        return StepOutput(block, request, latent), InstrumentState(
            navigator,
            renderer,
            state.index + 1,
            latent.w if request else state.asked,
            state.index if request else state.asked_index,
        )

    def _wants(self, state: InstrumentState, w: FloatArray) -> bool:
        if state.asked is None:
            return True
        if state.index - state.asked_index < self._refresh_steps:
            return False
        moved = float(np.linalg.norm(w - state.asked))
        return moved > _MOVED * (1e-6 + float(np.linalg.norm(state.asked)))
