"""An instrument without a model, for tests, benchmarks and work on the page."""

from collections.abc import Mapping

import numpy as np

from latent_resonance.contracts.errors import InputError, UnknownNameError
from latent_resonance.contracts.values import ControlRange, FloatArray
from latent_resonance.engine.meters import Meters
from latent_resonance.engine.recipe import MapEntry, PartChoice
from latent_resonance.studio.cards import ControlCard, InstrumentCard, InstrumentDetails
from latent_resonance.studio.patch import Patch, Place
from latent_resonance.studio.wire import SAMPLE_RATE

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

    def open(self, patch: Patch, engine: PartChoice | None, threads: int) -> "SilentPlayer":
        """Refuses a bundle, as an instrument does whose bundle is broken."""
        if patch.bundle is not None:
            raise InputError(f"the silent instrument plays no bundle, '{patch.bundle}' neither")
        player = SilentPlayer()
        player.set_controls(patch.controls, None)
        return player


class SilentPlayer:
    """Gives the control ``level`` as its samples."""

    sample_rate = SAMPLE_RATE
    channels = 1
    latency_seconds = 0.0
    buffered_samples = 0

    def __init__(self) -> None:
        self.meters = Meters()
        self.rest = {control.name: control.rest for control in _CONTROLS}
        self._values = dict(self.rest)

    def set_controls(self, values: Mapping[str, float], present: bool | None) -> bool:
        """No model has to be asked."""
        for name in values:
            if name not in self._values:
                raise UnknownNameError("control", name, self._values)
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

    def go_to(self, place: Place | None) -> bool:
        """There is only one place."""
        return False

    def choose(self, choice: str, value: str) -> bool:
        """There is nothing to choose."""
        raise UnknownNameError("choice", choice, [])

    def midi(self, message: bytes) -> None:
        """None is played."""
        raise InputError("the instrument 'silent' plays no MIDI messages")

    def pull(self, frames: int) -> FloatArray:
        """The level."""
        if self._values["breakage"] > 0:
            raise RuntimeError("it was asked to break")
        return np.full((frames, 1), self._values["level"], np.float32)

    def close(self) -> None:
        """Nothing is held."""
