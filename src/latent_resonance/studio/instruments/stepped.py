"""An instrument of the engine's that is stepped as the page pulls, its model on another thread."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from latent_resonance.contracts.errors import UnknownNameError
from latent_resonance.contracts.parts import Navigator
from latent_resonance.contracts.values import Controls, FloatArray, Spectrogram
from latent_resonance.engine.instrument import Instrument, InstrumentState
from latent_resonance.studio.instruments.place import Standing, blend
from latent_resonance.studio.instruments.player import Playing, no_midi
from latent_resonance.studio.instruments.windows import WindowMaker
from latent_resonance.studio.patch import Place


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the page set; replaced as a whole, so that the sound thread never sees half of it."""

    sensed: Mapping[str, float]
    held: Mapping[str, float]
    present: bool
    navigator: Navigator
    fresh: bool = False


class SteppedPlayer:
    """Player.

    Args:
        name: of the bundle, for messages.
        parts: assembled; its overrides are set here.
        places: that blends are made of.
        close: lets go of the parts.
    """

    channels = 1

    def __init__(
        self,
        name: str,
        parts: Instrument,
        places: Mapping[str, FloatArray],
        close: Callable[[], None],
    ) -> None:
        self._name = name
        self._parts = parts
        self._places = places
        self._close = close
        self.playing = Playing()
        self.sample_rate = parts.spec.sample_rate
        self.latency_seconds = parts.renderer.latency_seconds
        sensed = {control.name: control.rest for control in parts.navigator.listens}
        self._ranges = {
            c.name: (c.low, c.high) for c in (*parts.renderer.controls, *parts.navigator.listens)
        }
        self.rest = {c.name: c.rest for c in parts.renderer.controls} | sensed
        self._listens = frozenset(sensed)
        self._setting = threading.Lock()
        self._wanted = _Wanted(sensed, {}, present=True, navigator=parts.navigator)
        self._used = self._wanted
        self._instrument = parts
        self._state: InstrumentState = parts.start()
        self._steps = 0
        self._rest: FloatArray = np.zeros((0, 1), np.float32)
        self._first: Spectrogram | None = None
        self._maker: WindowMaker | None = None

    @property
    def buffered_samples(self) -> int:
        """Less than a hop."""
        return len(self._rest)

    def set_controls(self, values: Mapping[str, float], present: bool | None) -> bool:
        """What the navigator listens to goes there, the renderer's controls are held."""
        for name in values:
            if name not in self._ranges:
                raise UnknownNameError("control", name, self._ranges)
        kept = {n: min(max(v, self._ranges[n][0]), self._ranges[n][1]) for n, v in values.items()}
        sensed = {n: v for n, v in kept.items() if n in self._listens}
        held = {n: v for n, v in kept.items() if n not in self._listens}
        with self._setting:
            now = self._wanted
            self._wanted = replace(
                now,
                sensed={**now.sensed, **sensed},
                held={**now.held, **held} if held else now.held,
                present=now.present if present is None else present,
            )
        return bool(sensed)

    def go_to(self, place: Place | None) -> bool:
        """Stands there until it is sent back to where the controls lead."""
        navigator = self._parts.navigator
        if place is not None:
            size = self._parts.spec.latent_size
            navigator = Standing(navigator, blend(self._name, self._places, size, place))
        self.follow(navigator, fresh=False)
        return True

    def follow(self, navigator: Navigator, *, fresh: bool) -> None:
        """Another navigator from now on; a fresh one begins with a state of its own."""
        with self._setting:
            fresh = fresh or self._wanted.fresh
            self._wanted = replace(self._wanted, navigator=navigator, fresh=fresh)

    def choose(self, choice: str, value: str) -> bool:
        """There are no choices."""
        raise UnknownNameError("choice", choice, [])

    def midi(self, message: bytes) -> None:
        """No messages are played."""
        raise no_midi(self._name)

    def start(self) -> None:
        """The first window is there before the first sample: it does not begin with silence."""
        wanted = self._take_over()
        state = self._instrument.start()
        controls = Controls(0.0, wanted.sensed, wanted.present)
        output, _ = self._instrument.step(state, controls)
        began = time.perf_counter()
        made = self._instrument.model.generate(output.latent)
        self.playing.latest_generation_seconds = time.perf_counter() - began
        self.playing.meters.generation.add(self.playing.latest_generation_seconds)
        if isinstance(made, Spectrogram):
            self._first = made
        self._maker = WindowMaker(self._instrument.model, self.playing)

    def pull(self, frames: int) -> FloatArray:
        """Steps as many hops as are needed."""
        pieces = [self._rest]
        have = len(self._rest)
        while have < frames:
            block = self._step()
            pieces.append(block)
            have += len(block)
        sound = pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
        self._rest = sound[frames:]
        return sound[:frames]

    def close(self) -> None:
        """End the model's thread, then the parts."""
        if self._maker is not None:
            self._maker.close()
        self._close()

    def _step(self) -> FloatArray:
        began = time.perf_counter()
        wanted = self._take_over()
        now = self._steps * self._instrument.step_seconds
        window, self._first = self._first, None
        if window is None and self._maker is not None:
            window = self._maker.take()
        output, self._state = self._instrument.step(
            self._state, Controls(now, wanted.sensed, wanted.present), window
        )
        if output.request is not None and self._maker is not None:
            self._maker.ask(output.request)
        self._steps += 1
        self.playing.meters.step.add(time.perf_counter() - began)
        return output.block.samples

    def _take_over(self) -> _Wanted:
        """The instrument is a value: other overrides make another one, the state goes on."""
        with self._setting:
            wanted = self._wanted
            used, self._used = self._used, wanted
            if wanted.fresh:
                # Once: what is set later goes on from the fresh state.
                self._wanted = self._used = replace(wanted, fresh=False)
        if wanted.held is not used.held or wanted.navigator is not used.navigator:
            parts = self._parts
            self._instrument = Instrument(
                wanted.navigator, parts.model, parts.renderer, parts.spec, overrides=wanted.held
            )
        if wanted.fresh:
            self._state = replace(self._state, navigator=wanted.navigator.start())
        return wanted
