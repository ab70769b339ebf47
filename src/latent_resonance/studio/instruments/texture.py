"""Texture: sliders that mean something, axes, prototypes, around a place that is searched for."""

import threading
from collections.abc import Mapping
from contextlib import ExitStack

import numpy as np

from latent_resonance.bundles.find import list_bundles, open_bundle
from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import ResonanceError
from latent_resonance.contracts.parts import Navigator, Renderer
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import ControlRange, FloatArray, Spec
from latent_resonance.engine.instrument import Instrument
from latent_resonance.engine.texture.open import Texture
from latent_resonance.engine.texture.play import live_landmarks
from latent_resonance.engine.texture.space import TextureSpace, read_space
from latent_resonance.studio.instruments.card import ControlCard, InstrumentCard, InstrumentDetails
from latent_resonance.studio.instruments.chain import choose_engine
from latent_resonance.studio.instruments.place import blend
from latent_resonance.studio.instruments.player import Player
from latent_resonance.studio.instruments.stepped import SteppedPlayer
from latent_resonance.studio.patch import Patch, Place

BUNDLE = "texture"
_MOST_AXES = 8
_AXIS_REACH = 5.0


class TextureInstrument:
    """The texture instrument."""

    name = "texture"

    def card(self) -> InstrumentCard:
        """For the list."""
        there = BUNDLE in list_bundles()
        return InstrumentCard(
            name=self.name,
            page="texture",
            title="Texture",
            description="Impacts, rain, engines: sounds that sliders with meaning shape.",
            bundle=BUNDLE,
            available=there,
            missing="" if there else f"its model '{BUNDLE}' is not there",
        )

    def details(self, bundle: str | None) -> InstrumentDetails:
        """Sliders, axes and prototypes as the bundle stores them."""
        opened = open_bundle(bundle or BUNDLE)
        space = read_space(opened)
        return InstrumentDetails(
            **dict(self.card()),
            controls=_cards(opened, space),
            choices={},
            places=list(space.places),
            latent_size=opened.latent_size,
            midi=False,
            bundles=[name for name in list_bundles() if _fits(name)],
        )

    def open(self, patch: Patch, engine: str, device: str, threads: int) -> Player:
        """Load, set, and make the first window."""
        texture = Texture(patch.bundle or BUNDLE, choose_engine(engine, device), threads)
        made = TexturePlayer(texture, patch.seed)
        try:
            made.go_to(patch.place)
            made.set_controls(patch.controls, present=None)
            made.start()
        except BaseException:
            made.close()
            raise
        return made


def axis_ranges(space: TextureSpace) -> dict[str, ControlRange]:
    """By a name such as ``all/1``: group and number."""
    return {
        f"{group}/{number}": ControlRange(
            f"{group}/{number}", -_AXIS_REACH, _AXIS_REACH, 0, "deviations", f"{group}, {number}."
        )
        for group, rows in space.axes.items()
        for number in range(1, min(len(rows), _MOST_AXES) + 1)
    }


def _fits(bundle: str) -> bool:
    try:
        space = read_space(open_bundle(bundle))
    except ResonanceError:
        return False
    return bool(space.sliders.names or space.axes)


def _cards(bundle: Bundle, space: TextureSpace) -> list[ControlCard]:
    """Sliders first, then axes, weights of places, and the renderer's."""
    navigator = _navigator(space, {**bundle.landmarks, **_own(space)}, bundle.latent_size)
    renderer: Renderer = find_part("render", "living_spectrogram").make()
    sliders, sound = set(space.sliders.names), {control.name for control in renderer.controls}
    listens = [control for control in navigator.listens if control.name not in sound]
    meaning = [ControlCard.of(one, "meaning") for one in listens if one.name in sliders]
    places = [ControlCard.of(one, "place") for one in listens if one.name not in sliders]
    axes = [ControlCard.of(one, "axis") for one in axis_ranges(space).values()]
    return [*meaning, *axes, *places, *(ControlCard.of(c, "sound") for c in renderer.controls)]


def _own(space: TextureSpace) -> dict[str, FloatArray]:
    return {
        name: np.asarray(value, np.float32)
        for name, value in space.tensors.items()
        if name.startswith(("direction/", "prototype/", "attribute/"))
    }


def _navigator(space: TextureSpace, landmarks: Mapping[str, FloatArray], size: int) -> Navigator:
    """As ``resonance play texture`` has it."""
    made: Navigator = find_part("navigate", "semantic").make({"order": list(space.order)})
    made.prepare(Spec(latent_size=size, landmarks=dict(landmarks)))
    return made


def blend_of(texture: Texture, place: Place) -> FloatArray:
    """A place of the bundle's as numbers; raises InputError, UnknownNameError."""
    bundle = texture.bundle
    return blend(bundle.name, texture.space.places, bundle.latent_size, place)


def navigator_from(texture: Texture, base: FloatArray, axes: Mapping[str, float]) -> Navigator:
    """Sliders that begin at ``base``, moved along axes by so many deviations."""
    start = base.astype(np.float32)
    for name, value in axes.items():
        if value:
            group, _, number = name.rpartition("/")
            start = start + np.float32(value) * texture.space.axis(group, int(number))
    landmarks = live_landmarks(texture, start)
    return _navigator(texture.space, landmarks, texture.bundle.latent_size)


def assemble(texture: Texture, seed: int, navigator: Navigator) -> Instrument:
    """The navigator, the bundle's model, and the living spectrogram."""
    layout = texture.layout
    spec = Spec(
        sample_rate=layout.sample_rate,
        step_seconds=layout.hop_seconds,
        seed=seed,
        latent_size=texture.bundle.latent_size,
        format=layout,
    )
    renderer: Renderer = find_part("render", "living_spectrogram").make()
    renderer.prepare(spec)
    return Instrument(navigator, texture.model, renderer, spec)


class TexturePlayer:
    """Player: a stepped instrument whose navigator begins anew at each other place."""

    def __init__(self, texture: Texture, seed: int) -> None:
        self._texture = texture
        self._seed = seed
        self._opened = ExitStack()
        self._opened.callback(texture.close)
        self._axes = dict.fromkeys(axis_ranges(texture.space), 0.0)
        self._base = texture.seeded(seed)
        self._setting = threading.Lock()
        parts = assemble(texture, seed, self._navigator())
        self._stepped = SteppedPlayer(
            texture.bundle.name, parts, texture.space.places, self._opened.close
        )
        self.channels = self._stepped.channels
        self.sample_rate = self._stepped.sample_rate
        self.latency_seconds = self._stepped.latency_seconds
        self.playing = self._stepped.playing
        self.rest = {**self._stepped.rest, **self._axes}

    @property
    def buffered_samples(self) -> int:
        """Less than a hop."""
        return self._stepped.buffered_samples

    def set_controls(self, values: Mapping[str, float], present: bool | None) -> bool:
        """Axes move the place that the sliders start from."""
        own = {name: value for name, value in values.items() if name in self._axes}
        waits = self._stepped.set_controls(
            {name: value for name, value in values.items() if name not in own}, present
        )
        if own:
            with self._setting:
                for name, value in own.items():
                    self._axes[name] = min(max(value, -_AXIS_REACH), _AXIS_REACH)
                self._stepped.follow(self._navigator(), fresh=True)
        return waits or bool(own)

    def go_to(self, place: Place | None) -> bool:
        """Another place to start from; the sliders stay where they are."""
        texture = self._texture
        base = texture.seeded(self._seed) if place is None else blend_of(texture, place)
        with self._setting:
            self._base = base
            self._stepped.follow(self._navigator(), fresh=True)
        return True

    def choose(self, choice: str, value: str) -> bool:
        """There are no choices."""
        return self._stepped.choose(choice, value)

    def midi(self, message: bytes) -> None:
        """No messages are played."""
        self._stepped.midi(message)

    def start(self) -> None:
        """Make the first window."""
        self._stepped.start()

    def pull(self, frames: int) -> FloatArray:
        """The next sound."""
        return self._stepped.pull(frames)

    def close(self) -> None:
        """Let go of the networks."""
        self._stepped.close()

    def _navigator(self) -> Navigator:
        return navigator_from(self._texture, self._base, self._axes)
