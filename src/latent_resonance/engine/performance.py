"""A performance: senses, and chains that turn what is sensed into sound and pictures.

    sense -> map -> navigate -> (model) -> render -> stage

A chain's step is a function of values: what is sensed, what the model has made so far and the state
go in, a block of sound or a picture, requests to the model and the next state come out. It knows no
thread and no clock; ``engine/clocks`` drives it by a counter, live, or as a page pulls. The roles
are described in ``contracts/parts.py``.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, Self

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.formats import PictureFormat, SoundFormat
from latent_resonance.contracts.parts import (
    KeepingStage,
    Model,
    Navigator,
    Renderer,
    Stage,
    Want,
    Windows,
)
from latent_resonance.contracts.values import (
    AudioBlock,
    ControlRange,
    Controls,
    FloatArray,
    Frame,
    Latent,
    Spec,
)
from latent_resonance.engine.control_map import ControlMapping, MapState
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.motion import Motion, MotionState
from latent_resonance.engine.recipe import PartChoice
from latent_resonance.engine.senses import Sensed, Senses

# A smaller move of the latent, as a share of its length, cannot be heard; in a picture all is seen.
_MOVED = 1e-3


class WindowStore(Windows, Protocol):
    """Windows for a renderer, and the way to ask for more."""

    def serve(self, wants: Iterable[Want]) -> None:
        """Take the requests of one step."""
        ...

    def begin(self, wants: Iterable[Want]) -> None:
        """Take the requests of the state before the first step."""
        ...

    def close(self) -> None:
        """End the model's thread, where there is one; safe to call twice."""
        ...


@dataclass(frozen=True, slots=True)
class ChainState:
    """All that one chain carries from step to step."""

    navigator: Any
    renderer: Any
    map: MapState = field(default_factory=MapState)
    motion: MotionState = field(default_factory=MotionState)
    index: int = 0
    asked: Want | None = None
    asked_index: int = 0


@dataclass(frozen=True, slots=True)
class StepOutput:
    """What one step gives.

    Attributes:
        given: a block of sound, or a picture.
        wants: requests to the model.
        latent: where the navigator stood, and how it was played.
    """

    given: AudioBlock | Frame
    wants: Sequence[Want]
    latent: Latent


class Chain:
    """A map, a navigator, a model and a renderer that fit together, and their stages.

    Args:
        name: of the chain.
        bundle: whose model plays.
        mapping: from what is sensed to what is listened to.
        navigator: prepared, as are the next two.
        model: asked by the window store, not by the step.
        renderer: makes sound or pictures.
        spec: what they agreed on.
        held: controls held at a value from the start.
        place: where it is while the performer names no place, float32 ``[latent_size]``.
        motion: what moves listened controls around their values; nothing if not given.
        usual_stages: where it is played live if nobody says where.
    """

    def __init__(
        self,
        name: str,
        bundle: Bundle,
        mapping: ControlMapping,
        navigator: Navigator,
        model: Model,
        renderer: Renderer,
        spec: Spec,
        held: Mapping[str, float] | None = None,
        place: FloatArray | None = None,
        motion: Motion | None = None,
        usual_stages: Sequence[PartChoice] = (),
    ) -> None:
        self.usual_stages = tuple(usual_stages)
        self.name, self.bundle, self.mapping = name, bundle, mapping
        self.navigator, self.model, self.renderer, self.spec = navigator, model, renderer, spec
        self.held, self.place = dict(held or {}), place
        self.motion = motion or Motion({})
        self.stages: list[Stage] = []
        self._played = frozenset(control.name for control in renderer.controls)
        self._listened = frozenset(control.name for control in navigator.listens)
        self._only_played = self._played - self._listened
        self._refresh_steps = max(1, round(renderer.refresh_seconds / self.step_seconds))

    @property
    def gives(self) -> SoundFormat | PictureFormat:
        """What its renderer gives."""
        return self.renderer.gives

    @property
    def step_seconds(self) -> float:
        """Time that one step covers."""
        return self.gives.step_seconds or 1.0

    @property
    def listened(self) -> list[ControlRange]:
        """What can move it: the navigator's controls, then the renderer's."""
        own = list(self.navigator.listens)
        return [*own, *(c for c in self.renderer.controls if c.name not in self._listened)]

    def start(self) -> ChainState:
        """The state before the first step."""
        return ChainState(self.navigator.start(), self.renderer.start())

    def step(
        self, state: ChainState, sensed: Sensed, windows: Windows, steps: int = 1
    ) -> tuple[StepOutput, ChainState]:
        """One step of ``step_seconds``.

        Args:
            state: as the last step left it; it is used up.
            sensed: in force now.
            windows: what the model has made so far.
            steps: more than one where steps in between were left out (dropped pictures).
        """
        controls, dt = sensed.controls, steps * self.step_seconds
        if self.place is not None and controls.place is None:
            controls = replace(controls, place=self.place)
        held = {**self.held, **sensed.held} if self.held or sensed.held else sensed.held
        # A sensed control that is held counts as if it were sensed so, whoever is there.
        values = {**controls.values, **held} if held else controls.values
        away = sensed.away - held.keys()
        controls = replace(controls, time_seconds=state.index * self.step_seconds, values=values)
        mapped, map_state = self.mapping.step(state.map, controls, dt, away)
        if held:
            mapped.update(held)
        moving = self.motion
        motion = moving.step(
            state.motion,
            values,
            controls.time_seconds,
            dt,
            away,
            sensed.beat,
            controls.tempo,
        )
        moved = moving.moved(motion, mapped, self._listened)
        mapped.update(moved)
        latent, navigator = self.navigator.step(
            state.navigator, replace(controls, values=mapped), dt
        )
        own = {
            name: value
            for name, value in mapped.items()
            if name in self._played and (name in held or name not in self._listened)
        }
        # What only the renderer listens to goes around what the navigator plays.
        played = moving.moved(motion, {**latent.play, **own}, self._only_played)
        own.update(played)
        if own:
            latent = replace(latent, play={**latent.play, **own})
        given, wants, renderer = self.renderer.render(state.renderer, latent, windows)
        if isinstance(given, Frame):
            # A renderer counts its own frames, not those that were left out before them.
            at = state.index + steps - 1
            given = replace(given, time_seconds=at * self.step_seconds)
        here = next((want for want in wants if want.key is None), None)
        asks = here is not None and self._asks(state, here)
        kept = [want for want in wants if want.key is not None or asks]
        return StepOutput(given, kept, latent), ChainState(
            navigator,
            renderer,
            map_state,
            replace(motion, values={**moved, **played}),
            state.index + steps,
            here if asks else state.asked,
            state.index if asks else state.asked_index,
        )

    def _asks(self, state: ChainState, here: Want) -> bool:
        """Whether the place of this moment is to be asked for: not too often, and if it moved."""
        asked = state.asked
        if asked is None or here.about != asked.about:
            return True
        if state.index - state.asked_index < self._refresh_steps:
            return False
        if isinstance(self.gives, PictureFormat):
            return not np.array_equal(here.w, asked.w)
        moved = float(np.linalg.norm(here.w - asked.w))
        return moved > _MOVED * (1e-6 + float(np.linalg.norm(asked.w)))


OnStep = Callable[[float, Sensed, StepOutput], None]
"""Told of each step: its time, what was sensed, what came out."""


class Steps:
    """A chain under way: its state, its windows, its meters. Stepped by one thread at a time.

    Args:
        chain: what is stepped.
        senses: what it reads; its reader number is ``reader``.
        windows: where the model's output comes from.
        meters: filled on the way.
        reader: which of the senses' readers this is.
        on_step: told of each step.
    """

    def __init__(
        self,
        chain: Chain,
        senses: Senses,
        windows: WindowStore,
        meters: Meters,
        reader: int = 0,
        on_step: OnStep | None = None,
    ) -> None:
        self.chain, self.senses, self.windows, self.meters = chain, senses, windows, meters
        self._reader, self._on_step = reader, on_step
        self.state = chain.start()
        self.sensed: Sensed | None = None

    @property
    def seconds(self) -> float:
        """Where the next step begins, on the performance's clock."""
        return self.state.index * self.chain.step_seconds

    def begin(self) -> None:
        """Ask for what the first step needs; a store on a thread makes it now."""
        nothing = Sensed(Controls(0.0, present=False))
        output, _ = self.chain.step(self.chain.start(), self.sensed or nothing, self.windows)
        self.windows.begin(output.wants)

    def step(self, steps: int = 1, more: Callable[[Sensed], Sensed] | None = None) -> StepOutput:
        """The next step; ``more`` may add to what is sensed (held values, events)."""
        now = self.seconds
        began = time.perf_counter()
        sensed = self.senses.read(now, self.chain.step_seconds, self._reader)
        if more is not None:
            sensed = more(sensed)
        ready = time.perf_counter()
        output, self.state = self.chain.step(self.state, sensed, self.windows, steps)
        done = time.perf_counter()
        self.windows.serve(output.wants)
        self.sensed = sensed
        if sensed.changed_at is not None:
            self.meters.sense.add(ready - began)
        self.meters.step.add(done - ready)
        if self._on_step:
            self._on_step(now, sensed, output)
        return output

    def report(self) -> dict[str, Any]:
        """Counts of the navigator and the renderer."""
        chain, state = self.chain, self.state
        return {**chain.navigator.report(state.navigator), **chain.renderer.report(state.renderer)}


class Performance:
    """Senses and chains, opened; closing it closes all parts.

    Args:
        name: of the recipe.
        senses: of all sensors.
        chains: at least one.
        opened: what closes the parts.
    """

    def __init__(
        self, name: str, senses: Senses, chains: Sequence[Chain], opened: ExitStack
    ) -> None:
        self.name, self.senses, self.chains = name, senses, list(chains)
        self._opened = opened

    @property
    def chain(self) -> Chain:
        """The first chain; a recipe has at least one."""
        return self.chains[0]

    @property
    def stages(self) -> list[Stage]:
        """Of all chains; one that takes sound and pictures comes once."""
        return list(dict.fromkeys(stage for chain in self.chains for stage in chain.stages))

    def of_sound(self) -> list[Chain]:
        """The chains that give sound."""
        return [chain for chain in self.chains if isinstance(chain.gives, SoundFormat)]

    def of_pictures(self) -> list[Chain]:
        """The chains that give pictures."""
        return [chain for chain in self.chains if isinstance(chain.gives, PictureFormat)]

    def add(self, part: Stage) -> None:
        """Close this stage with the rest."""
        self._opened.callback(part.close)

    def abort(self) -> None:
        """The performance failed: no stage leaves anything half-made behind."""
        with ExitStack() as aborting:  # one that fails keeps no other from it
            for chain in self.chains:
                for stage in chain.stages:
                    aborting.callback(stage.abort)

    def keep(self) -> None:
        """It failed while it was played to people: what its stages made is kept."""
        with ExitStack() as keeping:
            for chain in self.chains:
                for stage in chain.stages:
                    if isinstance(stage, KeepingStage):
                        keeping.callback(stage.keep)

    def close(self) -> None:
        """Close all parts, the last one made first."""
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is not None:
                self.abort()
        finally:
            self.close()
