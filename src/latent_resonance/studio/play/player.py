"""Plays any recipe as a page pulls: what the page sets, senses and maps, on the engine's clock."""

import threading
from collections.abc import Mapping
from dataclasses import replace

from latent_resonance.contracts.errors import InputError, UnknownNameError
from latent_resonance.contracts.formats import SoundFormat
from latent_resonance.contracts.values import ControlRange, FloatArray
from latent_resonance.engine.assemble import assemble, own_controls
from latent_resonance.engine.clocks.pull import PullClock
from latent_resonance.engine.control_map import ControlMapping
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.motion import Motion, sources_of_moves
from latent_resonance.engine.movement import Movement
from latent_resonance.engine.prepare import Prepared
from latent_resonance.engine.recipe import MapEntry, PartChoice, Recipe
from latent_resonance.engine.setup import Setup
from latent_resonance.render import frames
from latent_resonance.sense import sliders
from latent_resonance.sense.midi_files.latest import LatestValues
from latent_resonance.sense.midi_files.messages import decode_message
from latent_resonance.studio.cards import gives_pictures, page_chain
from latent_resonance.studio.names import bundle_for, known_recipe
from latent_resonance.studio.page_senses import (
    PAGE_SENSES,
    PerformingSense,
    given_by,
    joined_lines,
    own_lines,
    sources_of,
)
from latent_resonance.studio.patch import Patch, Place
from latent_resonance.studio.play.drawn import Drawn, for_frames, for_limiter, page_draws
from latent_resonance.studio.play.sound_in import SoundIn
from latent_resonance.studio.wire import DrawnLayout


class RecipePlayer:
    """Player of a recipe.

    What is set by hand is held, whatever moves the control, until it is released; what a performer
    gives goes to the sensor, and from there where the map leads.

    Args:
        patch: all that is set at the start.
        engine: what plays the model, None for the recipe's own.
        threads: for the model, 0 for its own choice.
        as_frames: its pictures are drawn here even where a page could draw them.

    Raises:
        ResonanceError: the recipe cannot be opened, or has nothing of what the patch names.
    """

    def __init__(
        self, patch: Patch, engine: PartChoice | None, threads: int, as_frames: bool = False
    ) -> None:
        recipe = self._recipe = known_recipe(patch.instrument)
        self._bundle = patch.bundle or page_chain(recipe).bundle
        own = self._own_chain = page_chain(recipe)
        opened = bundle_for(patch.bundle, own.bundle)
        setup = Setup(opened=opened, seed=patch.seed, threads=threads, engine=engine)
        self.sound_in: SoundIn | None = None
        self.drawn: Drawn | None = None
        if gives_pictures(own):
            places = page_draws(opened) and not as_frames
            self.sound_in, self.drawn = SoundIn(), Drawn(places=places)
            senses, sensors = for_page(recipe).sense, (self.sound_in,)
            setup = replace(setup, senses=senses, sensors=sensors)
            setup = for_limiter(setup) if places else for_frames(opened, setup)
        performance = assemble(for_page(recipe), setup)
        self._clock = PullClock(performance, show=self.drawn.show if self.drawn else None)
        try:
            chain = self._chain = self._clock.chain
            sound = performance.of_sound()[0].gives
            assert isinstance(sound, SoundFormat)  # noqa: S101 - asked of chains of sound only
            # Each has a sensor of its own: knobs stay where they are when a face goes away.
            self._sensor, self._sound, self._knobs = (
                one for one in performance.senses.sensors if isinstance(one, sliders.Part)
            )
            self._sound.set_present(False)
            self._knobs.set_present(False)
            parts = Prepared(own, chain.bundle, chain.navigator, chain.renderer, chain.spec)
            self._own = own_lines(recipe, parts)
            self._sources = sources_of(recipe, parts)
            self._ranges = {control.name: control for control in chain.listened}
            self._performed = {*given_by(*PAGE_SENSES), *(c.name for c in own_controls(recipe))}
            self._latest = LatestValues("off", ())
            self._setting = threading.Lock()
            self.rest = {c.name: chain.held.get(c.name, c.rest) for c in self._ranges.values()}
            self.sample_rate, self.channels = sound.sample_rate, sound.channels
            self.follows = recipe.follow_tempo
            self.latency_seconds = chain.renderer.latency_seconds
            self.set_map(patch.map)
            self.set_moves(patch.moves)
            self.set_tempo(patch.tempo)
            self.set_controls(patch.controls, None)
            for choice, value in patch.choices.items():
                self.choose(choice, value)
            self.go_to(patch.place)
            self._clock.start()
        except BaseException:
            self.close()
            raise

    @property
    def buffered_samples(self) -> int:
        """Less than a step."""
        return self._clock.buffered_samples

    @property
    def meters(self) -> Meters:
        """Of the clock."""
        return self._clock.meters

    @property
    def beat(self) -> float:
        """Of the clock."""
        return self._clock.beat

    @property
    def moved(self) -> Mapping[str, float]:
        """Of the clock."""
        return self._clock.moved

    @property
    def drawn_layout(self) -> DrawnLayout | None:
        """Of its pictures; None for one that makes sound."""
        if self.drawn is None:
            return None
        return self.drawn.layout(self._chain, self._bundle)

    def limit_flashes(self, on: bool) -> None:
        """Turn the limiter of its pictures on or off, where there is one."""
        renderer = self._chain.renderer
        if isinstance(renderer, frames.Part):
            renderer.limit_flashes(on)

    def follow_beat(self, follow: bool) -> None:
        """Whether movement keeps the beat that is heard."""
        self.follows = follow
        self._move(self._chain.motion.moves, self._chain.motion.bpm)

    def check(self, patch: Patch) -> None:
        """What the setters would refuse is refused; nothing is set."""
        self._mapping(patch.map)
        self._motion(patch.moves, patch.tempo)
        for name in patch.controls:
            self._control(name)
        for choice, value in patch.choices.items():
            self._check_choice(choice, value)
        if patch.place is not None:
            patch.place.found_in(self._chain.spec.space)

    def set_controls(
        self,
        values: Mapping[str, float],
        present: bool | None,
        sense: PerformingSense = "face",
    ) -> bool:
        """Values are kept within their control's range."""
        sensor = self._sensor if sense == "face" else self._sound
        performed = self._performed if present is not None else set()
        held: dict[str, float] = {}
        sensed: dict[str, float] = {}
        for name, value in values.items():
            control = self._control(name)
            by_hand = name in self._ranges and name not in performed
            (held if by_hand else sensed)[name] = min(max(value, control.low), control.high)
        if held:
            self._clock.hold(held)
        if sensed:
            self._clock.release(*sensed)
            sensor.move(0.0, **sensed)
        if present is not None:
            sensor.set_present(present)
        return self._asks_model({*held, *sensed})

    def release(self, names: tuple[str, ...]) -> bool:
        """The map moves them again, or nothing does."""
        self._clock.release(*names)
        return self._asks_model(set(names))

    def set_map(self, lines: Mapping[str, MapEntry | None]) -> bool:
        """Controls whose line is another one are released."""
        with self._setting:
            chain = self._chain
            before = chain.mapping.lines
            chain.mapping = self._mapping(lines)
            joined = chain.mapping.lines
            held = self._own_chain.held
            chain.held = {name: value for name, value in held.items() if name not in lines}
        changed = {n for n in {*before, *joined} if before.get(n) != joined.get(n)}
        self._clock.release(*changed)
        self._pass_on_midi()
        return self._asks_model(changed)

    def set_moves(self, moves: Mapping[str, Movement]) -> bool:
        """What moves controls around their values."""
        before = self._chain.motion.moves
        self._move(moves, self._chain.motion.bpm)
        self._pass_on_midi()
        return self._asks_model({n for n in {*before, *moves} if before.get(n) != moves.get(n)})

    def set_tempo(self, bpm: float, beat: float | None = None) -> None:
        """The beat goes on from where it is, or from ``beat``."""
        self._move(self._chain.motion.moves, bpm)
        if beat is not None:
            self._clock.set_beat(beat)

    def go_to(self, place: Place | None) -> bool:
        """Held there, however the navigator takes it."""
        self._sensor.go_to(None if place is None else place.found_in(self._chain.spec.space))
        return not (place is None and self._chain.navigator.plays_notes)

    def choose(self, choice: str, value: str) -> bool:
        """What was chosen is played, at no place of its own any more."""
        self._check_choice(choice, value)
        self._sensor.choose(**{choice: value})
        self._sensor.go_to(None)
        return True

    def midi(self, message: bytes, seconds: float = 0.0) -> None:
        """Notes are played where notes are; wheels and knobs go where the map leads them."""
        plays_notes = self._chain.navigator.plays_notes
        if not plays_notes and not self._sources_in_use() & given_by("midi").keys():
            raise InputError(f"the instrument '{self._recipe.name}' plays no MIDI messages")
        event = decode_message(message, seconds)
        if event is None:
            raise InputError("this is no whole MIDI channel message")
        with self._setting:
            self._latest.take(event)
        self._pass_on_midi()
        if plays_notes:
            self._sensor.press(event)

    def forget(self) -> None:
        """What was pressed ahead of time."""
        self._sensor.forget()

    def pull(self, frames: int) -> FloatArray:
        """The next sound."""
        return self._clock.pull(frames)

    def close(self) -> None:
        """End the model's thread, then the parts."""
        self._clock.close()

    def _pass_on_midi(self) -> None:
        """Where wheels, knobs and keys stand, as far as anything is moved by them."""
        moving = self._sources_in_use()
        with self._setting:
            values = {n: v for n, v in self._latest.values.items() if n in moving}
        if values:
            self._knobs.move(0.0, **values)
            self._knobs.set_present(True)

    def _sources_in_use(self) -> set[str]:
        lines, motion = self._chain.mapping.lines, self._chain.motion
        return {name for line in lines.values() for name in line.source} | motion.sources

    def _move(self, moves: Mapping[str, Movement], bpm: float) -> None:
        self._chain.motion = self._motion(moves, bpm)

    def _control(self, name: str) -> ControlRange:
        control = self._ranges.get(name) or self._sources.get(name)
        if control is None:
            raise UnknownNameError("control", name, self._ranges)
        return control

    def _mapping(self, lines: Mapping[str, MapEntry | None]) -> ControlMapping:
        joined, sources = joined_lines(self._own, lines), list(self._sources.values())
        return ControlMapping(joined, sources, self._chain.listened, self._own_chain.absent)

    def _motion(self, moves: Mapping[str, Movement], bpm: float) -> Motion:
        sources = list(self._sources.values())
        return Motion(moves, sources, self._chain.listened, bpm, follow=self.follows)

    def _check_choice(self, choice: str, value: str) -> None:
        choices = self._chain.navigator.choices
        if choice not in choices:
            raise UnknownNameError("choice", choice, choices)
        if value not in choices[choice] and choice not in self._chain.navigator.free_choices:
            raise UnknownNameError(choice, value, choices[choice])

    def _asks_model(self, names: set[str]) -> bool:
        """Whether the place moves with any of these; notes ask the model when they begin."""
        navigator = self._chain.navigator
        if navigator.plays_notes:
            return False
        lines, moves = self._chain.mapping.lines, self._chain.motion.moves
        moved = names | {target for target, line in lines.items() if names & {*line.source}}
        moved |= {name for name, one in moves.items() if names & sources_of_moves([one])}
        return bool(moved & {control.name for control in navigator.listens})


def for_page(recipe: Recipe) -> Recipe:
    """The recipe as a page plays it: its one chain, sensed and moved by the page alone."""
    chain = page_chain(recipe).model_copy(update={"map": None, "move": {}})
    return recipe.model_copy(update={"sense": [PartChoice(part="sliders")] * 3, "chain": [chain]})
