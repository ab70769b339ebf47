"""What the playing socket asks of an opened instrument."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.values import FloatArray
from latent_resonance.engine.meters import Meters
from latent_resonance.studio.instruments.card import InstrumentCard, InstrumentDetails
from latent_resonance.studio.patch import Patch, Place


@dataclass(slots=True)
class Playing:
    """The model's side of the meters; the socket adds what pulling takes."""

    meters: Meters = field(default_factory=Meters)
    latest_generation_seconds: float = 0.0


class Player(Protocol):
    """An opened instrument. ``pull`` is called on one thread at a time, the rest on any.

    A setter gives whether the model has to make something for it first.
    """

    @property
    def sample_rate(self) -> int:
        """Of what ``pull`` gives, in Hz."""
        ...

    @property
    def channels(self) -> int:
        """1 or 2."""
        ...

    @property
    def latency_seconds(self) -> float:
        """From a control to the middle of its effect in pulled sound."""
        ...

    @property
    def buffered_samples(self) -> int:
        """Rendered already, and given by the next pulls."""
        ...

    @property
    def rest(self) -> Mapping[str, float]:
        """All controls and the value that each has when nobody set it."""
        ...

    @property
    def playing(self) -> Playing:
        """Meters."""
        ...

    def set_controls(self, values: Mapping[str, float], present: bool | None) -> bool:
        """Controls from now on; raises UnknownNameError for one that it has not."""
        ...

    def go_to(self, place: Place | None) -> bool:
        """A place of the latent space, or back to the controls; raises InputError."""
        ...

    def choose(self, choice: str, value: str) -> bool:
        """One of the choices; raises UnknownNameError."""
        ...

    def midi(self, message: bytes) -> None:
        """A channel message; raises InputError where none is played."""
        ...

    def pull(self, frames: int) -> FloatArray:
        """The next ``frames`` of sound, float32 ``[frames, channels]``."""
        ...

    def close(self) -> None:
        """Let go of the model; safe to call twice."""
        ...


class Instrument(Protocol):
    """Opens players; one file each."""

    name: str

    def card(self) -> InstrumentCard:
        """For the list; opens nothing."""
        ...

    def details(self, bundle: str | None) -> InstrumentDetails:
        """With a bundle of that name, or its own; raises UnknownNameError or BundleError."""
        ...

    def open(self, patch: Patch, engine: str, device: str, threads: int) -> Player:
        """Load the model and set all of the patch; takes a second or two."""
        ...


def no_midi(name: str) -> InputError:
    """For instruments that play none."""
    return InputError(f"the instrument '{name}' plays no MIDI messages")
