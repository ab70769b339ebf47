"""Any recipe that is a chain of parts; the page is its sensor."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from latent_resonance.bundles.find import list_bundles, open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import ResonanceError, UnknownNameError
from latent_resonance.contracts.parts import Navigator, Renderer
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import Controls, FloatArray, Spec, Spectrogram
from latent_resonance.engine.assemble import Chain, Setup
from latent_resonance.engine.instrument import Instrument, InstrumentState
from latent_resonance.engine.recipe import PartChoice, Recipe, load_recipe
from latent_resonance.studio.instruments.card import (
    ControlCard,
    InstrumentCard,
    InstrumentDetails,
    Page,
)
from latent_resonance.studio.instruments.place import Standing, blend
from latent_resonance.studio.instruments.player import Player, Playing, no_midi
from latent_resonance.studio.instruments.windows import WindowMaker
from latent_resonance.studio.patch import Patch, Place


class ChainInstrument:
    """An instrument from a recipe."""

    def __init__(self, name: str, page: Page = "chain") -> None:
        self.name = name
        self._page = page
        self._recipe = load_recipe(name)

    def card(self) -> InstrumentCard:
        """From the recipe."""
        there = self._recipe.bundle in list_bundles()
        return InstrumentCard(
            name=self.name,
            page=self._page,
            title=self._recipe.name.capitalize(),
            description=self._recipe.description,
            bundle=self._recipe.bundle,
            available=there,
            missing="" if there else f"its model '{self._recipe.bundle}' is not there",
        )

    def details(self, bundle: str | None) -> InstrumentDetails:
        """The parts are prepared, the model is not."""
        opened = open_bundle(bundle or self._recipe.bundle)
        navigator, renderer = _prepare(self._recipe, opened)
        sensed = [ControlCard.of(control, "sensed") for control in navigator.listens]
        known = {card.name for card in sensed}
        sound = [ControlCard.of(c, "sound") for c in renderer.controls if c.name not in known]
        return InstrumentDetails(
            **dict(self.card()),
            controls=[*sensed, *sound],
            choices={},
            places=sorted(set(opened.landmarks) - {"w_std"}),
            latent_size=opened.latent_size,
            midi=False,
            bundles=[name for name in list_bundles() if self._fits(name)],
        )

    def open(self, patch: Patch, engine: str, device: str, threads: int) -> Player:
        """Load, set, and make the first window."""
        made = ChainPlayer(
            self._recipe, patch, PartChoice(part=engine, options=_on(device)), threads
        )
        try:
            made.set_controls(patch.controls, present=None)
            made.go_to(patch.place)
            made.start()
        except BaseException:
            made.close()
            raise
        return made

    def _fits(self, bundle: str) -> bool:
        try:
            _prepare(self._recipe, open_bundle(bundle))
        except ResonanceError:
            return False
        return True


def _on(device: str) -> dict[str, Any]:
    return {} if device == "cpu" else {"device": device}


def _prepare(recipe: Recipe, bundle: Bundle) -> tuple[Navigator, Renderer]:
    spec = Spec(
        format=bundle.format, latent_size=bundle.latent_size, landmarks=dict(bundle.landmarks)
    )
    navigator: Navigator = find_part("navigate", recipe.navigate.part).make(recipe.navigate.options)
    renderer: Renderer = find_part("render", recipe.render.part).make(recipe.render.options)
    navigator.prepare(spec)
    renderer.prepare(spec)
    return navigator, renderer


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the page set; replaced as a whole, so that the sound thread never sees half of it."""

    sensed: Mapping[str, float]
    held: Mapping[str, float]
    present: bool
    place: FloatArray | None


class ChainPlayer:
    """A chain that is stepped as the page pulls, its model on another thread."""

    channels = 1

    def __init__(self, recipe: Recipe, patch: Patch, engine: PartChoice, threads: int) -> None:
        setup = Setup(
            sense=PartChoice(part="sliders"),
            bundle=patch.bundle,
            seed=patch.seed,
            threads=threads,
            engine=engine,
        )
        self.playing = Playing()
        self._chain = Chain(recipe, setup)
        parts = self._chain.instrument
        self._navigator, self._renderer = parts.navigator, parts.renderer
        self.sample_rate = self._chain.spec.sample_rate
        self.latency_seconds = self._renderer.latency_seconds
        self._sensed = {control.name: control.rest for control in self._navigator.listens}
        self._ranges = {
            c.name: (c.low, c.high) for c in (*self._renderer.controls, *self._navigator.listens)
        }
        self.rest = {c.name: c.rest for c in self._renderer.controls} | self._sensed
        self._setting = threading.Lock()
        self._wanted = _Wanted(dict(self._sensed), {}, present=True, place=None)
        self._held: Mapping[str, float] = {}
        self._place: FloatArray | None = None
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
        """Sensed ones go to the navigator, those of the renderer are held."""
        for name in values:
            if name not in self._ranges:
                raise UnknownNameError("control", name, self._ranges)
        kept = {n: min(max(v, self._ranges[n][0]), self._ranges[n][1]) for n, v in values.items()}
        with self._setting:
            now = self._wanted
            sensed = {n: v for n, v in kept.items() if n in self._sensed}
            held = {n: v for n, v in kept.items() if n not in self._sensed}
            self._wanted = _Wanted(
                {**now.sensed, **sensed},
                {**now.held, **held},
                now.present if present is None else present,
                now.place,
            )
        return bool(sensed)

    def go_to(self, place: Place | None) -> bool:
        """Stands there until it is sent back to where the controls lead."""
        w = None if place is None else blend(self._chain.bundle, place)
        with self._setting:
            now = self._wanted
            self._wanted = _Wanted(now.sensed, now.held, now.present, w)
        return True

    def choose(self, choice: str, value: str) -> bool:
        """A chain has no choices."""
        raise UnknownNameError("choice", choice, [])

    def midi(self, message: bytes) -> None:
        """A chain plays no messages."""
        raise no_midi(self._chain.bundle.name)

    def start(self) -> None:
        """The first window is there before the first sample: it does not begin with silence."""
        wanted = self._wanted
        instrument = self._with_held(wanted.held, wanted.place)
        state = instrument.start()
        output, _ = instrument.step(state, Controls(0.0, wanted.sensed, wanted.present))
        began = time.perf_counter()
        made = instrument.model.generate(output.latent)
        self.playing.latest_generation_seconds = time.perf_counter() - began
        self.playing.meters.generation.add(self.playing.latest_generation_seconds)
        if isinstance(made, Spectrogram):
            self._first = made
        self._maker = WindowMaker(instrument.model, self.playing)

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
        self._chain.close()

    def _step(self) -> FloatArray:
        began = time.perf_counter()
        wanted = self._wanted
        instrument = self._with_held(wanted.held, wanted.place)
        now = self._steps * instrument.step_seconds
        window, self._first = self._first or self._take(), None
        output, self._state = instrument.step(
            self._state, Controls(now, wanted.sensed, wanted.present), window
        )
        if output.request is not None and self._maker is not None:
            self._maker.ask(output.request)
        self._steps += 1
        self.playing.meters.step.add(time.perf_counter() - began)
        return output.block.samples

    def _with_held(self, held: Mapping[str, float], place: FloatArray | None) -> Instrument:
        """The instrument is a value: other overrides make another one, the state goes on."""
        if held is not self._held or place is not self._place:
            self._held, self._place = held, place
            parts = self._chain.instrument
            navigator = parts.navigator if place is None else Standing(parts.navigator, place)
            self._instrument = Instrument(
                navigator, parts.model, parts.renderer, parts.spec, overrides=held
            )
        return self._instrument

    def _take(self) -> Spectrogram | None:
        return self._maker.take() if self._maker is not None else None
