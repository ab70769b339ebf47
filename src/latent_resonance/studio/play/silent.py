"""An instrument without a model, for tests, benchmarks and work on the page."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from latent_resonance.contracts.errors import InputError, UnknownNameError
from latent_resonance.contracts.values import ControlRange, FloatArray
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.motion import Motion, MotionState
from latent_resonance.engine.movement import Movement
from latent_resonance.engine.recipe import MapEntry, PartChoice
from latent_resonance.studio.cards import ControlCard, InstrumentCard, InstrumentDetails
from latent_resonance.studio.page_senses import PerformingSense
from latent_resonance.studio.patch import Patch, Place
from latent_resonance.studio.play.drawn import Drawn
from latent_resonance.studio.play.sound_in import SoundIn
from latent_resonance.studio.wire import SAMPLE_RATE, DrawnLayout

_CONTROLS = (
    ControlRange("level", -1, 1, 0, "", "of every sample"),
    ControlRange("breakage", 0, 1, 0, "", "above 0 every pull fails"),
)


class SilentInstrument:
    """Opens at once."""

    name = "silent"

    def card(self) -> InstrumentCard:
        """For the list, if somebody puts it there."""
        return InstrumentCard(
            name=self.name,
            page="chain",
            title="Silent",
            description="All samples are the same.",
            bundle="",
            available=True,
            missing="",
            pictures=False,
            own=False,
        )

    def details(self, bundle: str | None) -> InstrumentDetails:
        """The same with any bundle."""
        return InstrumentDetails(
            **dict(self.card()),
            controls=[ControlCard.of(control, "sensed") for control in _CONTROLS],
            choices={},
            places=[],
            popular=[],
            latent_size=0,
            midi=False,
            bundles=[],
            map={},
            senses={},
        )

    def complete(self, patch: Patch) -> Patch:
        """It has no movement of its own."""
        return patch

    def open(
        self, patch: Patch, engine: PartChoice | None, threads: int, as_frames: bool = False
    ) -> "SilentPlayer":
        """Refuses a bundle, as an instrument does whose bundle is broken."""
        if patch.bundle is not None:
            raise InputError(f"the silent instrument plays no bundle, '{patch.bundle}' neither")
        player = SilentPlayer()
        player.set_controls(patch.controls, None)
        player.set_moves(patch.moves)
        player.set_tempo(patch.tempo)
        return player


class SilentPlayer:
    """Gives the control ``level`` as its samples."""

    sample_rate = SAMPLE_RATE
    channels = 1
    latency_seconds = 0.0
    buffered_samples = 0
    follows = False
    sound_in: SoundIn | None = None
    drawn: Drawn | None = None
    drawn_layout: DrawnLayout | None = None

    def __init__(self) -> None:
        self.meters = Meters()
        self.rest = {control.name: control.rest for control in _CONTROLS}
        self._values = dict(self.rest)
        self._motion, self._state, self._frames = Motion({}), MotionState(), 0

    @property
    def beat(self) -> float:
        """By what was pulled."""
        return self._state.beat

    @property
    def moved(self) -> Mapping[str, float]:
        """At the last pull."""
        return {n: v for n, v in self._state.values.items() if n in self._motion.moves}

    def check(self, patch: Patch) -> None:
        """What the setters would refuse is refused."""
        self._check_controls(patch.controls)
        self.set_map(patch.map)
        Motion(patch.moves, (), _CONTROLS, patch.tempo)
        for choice, value in patch.choices.items():
            self.choose(choice, value)

    def _check_controls(self, names: Iterable[str]) -> None:
        for name in names:
            if name not in self._values:
                raise UnknownNameError("control", name, self._values)

    def set_controls(
        self,
        values: Mapping[str, float],
        present: bool | None,
        sense: PerformingSense = "face",
    ) -> bool:
        """No model has to be asked."""
        self._check_controls(values)
        self._values.update(values)
        return False

    def release(self, names: tuple[str, ...]) -> bool:
        """Back to rest."""
        self._values.update({name: self.rest[name] for name in names if name in self.rest})
        return False

    def set_map(self, lines: Mapping[str, MapEntry | None]) -> bool:
        """Nothing moves it but hands."""
        for name in lines:
            raise UnknownNameError("listened control", name, [])
        return False

    def set_moves(self, moves: Mapping[str, Movement]) -> bool:
        """Once a pull."""
        self._motion = Motion(moves, (), _CONTROLS, self._motion.bpm)
        return False

    def set_tempo(self, bpm: float, beat: float | None = None) -> None:
        """The beat is by what was pulled."""
        self._motion = Motion(self._motion.moves, (), _CONTROLS, bpm)
        if beat is not None:
            self._state = replace(self._state, beat=beat)

    def go_to(self, place: Place | None) -> bool:
        """There is only one place."""
        return False

    def choose(self, choice: str, value: str) -> bool:
        """There is nothing to choose."""
        raise UnknownNameError("choice", choice, [])

    def midi(self, message: bytes, seconds: float = 0.0) -> None:
        """None is played."""
        raise InputError("the instrument 'silent' plays no MIDI messages")

    def forget(self) -> None:
        """None is kept."""

    def follow_beat(self, follow: bool) -> None:
        """It hears none."""

    def limit_flashes(self, on: bool) -> None:
        """It makes no pictures."""

    def pull(self, frames: int) -> FloatArray:
        """The level."""
        if self._values["breakage"] > 0:
            raise RuntimeError("it was asked to break")
        seconds, dt = self._frames / SAMPLE_RATE, frames / SAMPLE_RATE
        state = self._motion.step(self._state, {}, seconds, dt)
        moved = self._motion.moved(state, self._values, self._values)
        self._state = replace(state, values=moved)
        self._frames += frames
        return np.full((frames, 1), moved.get("level", self._values["level"]), np.float32)

    def close(self) -> None:
        """Nothing is held."""
