"""The five roles of a performance: sense -> navigate -> model -> render -> stage.

Each part lives in a file of its own in the room of its role and exposes two names:
``Options`` (a pydantic model; flags, sliders and docs derive from it) and ``Part``, whose
constructor takes an ``Options`` and touches nothing. Heavy libraries load in ``prepare``.

A ``Part`` may derive from its role: what it then leaves out is as the role has it here.
"""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

from pydantic import BaseModel, ConfigDict

from latent_resonance.contracts.formats import PictureFormat, SoundFormat, SpectrogramFormat
from latent_resonance.contracts.mapping import ControlMap
from latent_resonance.contracts.values import (
    AudioBlock,
    ControlRange,
    Controls,
    FloatArray,
    Frame,
    Latent,
    Spec,
    Spectrogram,
)


class PartOptions(BaseModel):
    """Options of a part: unknown names, infinity and NaN are refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    instead_of: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Options that one takes the place of: chosen beside a recipe, it drops these of the recipe."""

    def on_another_model(self, places: Collection[str]) -> Self:
        """As they are for another model than the one they were written for.

        Args:
            places: that the other model has, by name; where it lacks one that is named here, its
                own take their place.
        """
        return self


class Part(Protocol):
    """What all parts share."""

    @property
    def latency_seconds(self) -> float:
        """Delay that this part adds between what it gets and what it gives."""
        return 0.0

    def prepare(self, spec: Spec) -> None:
        """Load what is needed; may be slow. Raises a ResonanceError that says what is wrong."""
        return

    def reset(self) -> None:
        """Forget the performance, keep what was loaded."""
        return

    def close(self) -> None:
        """Release everything; safe to call twice, and before ``prepare``."""
        return


@runtime_checkable
class Sensor(Part, Protocol):
    """Turns a performer's signal into controls."""

    reads: tuple[str, ...] = ()
    """Extensions of the files that its option ``source`` takes, the best known first.

    Lower case, with the dot, ``""`` for a folder. Known of the class, as ``plays_notes`` is.
    """

    @property
    def controls(self) -> Sequence[ControlRange]:
        """The controls that ``read`` gives, known after ``prepare``."""
        ...

    @property
    def quick(self) -> bool:
        """Whether ``read`` takes microseconds: it is then called in every step of the sound.

        Any other sensor (a camera) is read on a thread of its own in a live performance.
        """
        ...

    @property
    def gives_events(self) -> bool:
        """Whether its reads can carry note events, known after ``prepare``."""
        return False

    @property
    def duration_seconds(self) -> float | None:
        """Length of a recorded input; None for a live one. Known after ``prepare``."""
        return None

    @property
    def trouble(self) -> str:
        """What is wrong with its source now, in a line; else "".

        ``the MIDI input X is gone`` is followed by ``the MIDI input X is back``.
        """
        return ""

    def read(self, now_seconds: float, step_seconds: float = 0.0) -> Controls:
        """The values in force at ``now_seconds``, which never goes back; waits for none.

        A source that goes away counts as nobody within 0.5 s, and its controls lead to rest.

        Events are those before ``now_seconds + step_seconds`` that no read has given yet. A bad
        frame gives the last good controls; it does not raise.
        """
        ...

    def statistics(self) -> Mapping[str, Any]:
        """Counts of the performance so far, for reports: plain numbers and names."""
        return {}


@runtime_checkable
class NamingSensor(Protocol):
    """A sensor that gives controls of the player's own names, where it knows them."""

    def naming(self, name: str) -> str:
        """What makes a name known to it, for a message that nobody senses it; "" for nothing."""
        ...


@runtime_checkable
class SoundSource(Protocol):
    """A sensor whose input has sound, which can pass through to the stages."""

    @property
    def sound_channels(self) -> int:
        """Channels of the sound, known after ``prepare``."""
        ...

    def read_sound(self, start_seconds: float, samples: int, sample_rate: int) -> FloatArray:
        """The input's own sound, as float32 ``[samples, sound_channels]``.

        ``start_seconds``, on the performance's clock, never goes back until ``reset``, and
        ``sample_rate`` stays as it was first. Beyond the end of the input there are zeros.
        """
        ...


@runtime_checkable
class Navigator(Part, Protocol):
    """Turns controls into a place in the latent space: state in, state out."""

    @property
    def listens(self) -> Sequence[ControlRange]:
        """The controls that move it, known after ``prepare``; it ignores all others."""
        ...

    @property
    def choices(self) -> Mapping[str, Sequence[str]]:
        """Name of a choice to the words that can be chosen; empty where there is none."""
        return {}

    free_choices: tuple[str, ...] = ()
    """Choices that take any text: the words of ``choices`` are then only some that suit."""

    plays_notes: bool = False
    """Whether it follows note events."""

    paints_recordings: bool = False
    """Whether a whole recording of a voice has one place, which a still shows."""

    follows: tuple[str, ...] = ()
    """Names of the vectors that it follows where a sensor gives them; see ``Controls``."""

    def suggest(self, sensed: Sequence[ControlRange]) -> ControlMap:
        """A sensible map from what is sensed to what it listens to, for recipes without one."""
        ...

    def start(self) -> Any:
        """The state before the first step."""
        ...

    def step(self, state: Any, controls: Controls, dt_seconds: float) -> tuple[Latent, Any]:
        """Move for ``dt_seconds`` under ``controls``. Pure: the state given is not changed."""
        ...

    def report(self, state: Any) -> Mapping[str, Any]:
        """Counts of the performance so far, for reports: plain numbers and names."""
        return {}


@runtime_checkable
class Model(Part, Protocol):
    """Makes a spectrogram or a picture of a place."""

    @property
    def gives(self) -> SpectrogramFormat | PictureFormat:
        """The layout of what ``generate`` makes."""
        ...

    def generate(self, latent: Latent) -> Spectrogram | Frame:
        """The model's output at ``latent.w``. Deterministic."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Want:
    """A request to the model.

    Attributes:
        w: the place, float32 ``[latent_size]``.
        key: what the result is kept under. None asks for the performer's place of this moment:
            a newer request takes the place of one that was not begun.
        ahead: not needed yet; made when nothing else is wanted.
        about: what ``Renderer.ready`` needs to know of it.
        of_kit: whether the place is one of the chain's kit of drums.
    """

    w: FloatArray
    key: Hashable | None = None
    ahead: bool = False
    about: Any = None
    of_kit: bool = False


class Windows(Protocol):
    """What the model has made so far, as a renderer sees it in one step."""

    def latest(self) -> Any | None:
        """What became of the last served request without a key; None before the first."""
        ...

    def get(self, want: Want) -> Any | None:
        """What was made for this key; None while it is not there."""
        ...

    def nearest(self, distance: Callable[[Any], float]) -> tuple[Any, Any] | None:
        """The key that is nearest by ``distance`` and what is kept under it.

        None where the distance of every key is infinite.
        """
        ...


@runtime_checkable
class Renderer(Part, Protocol):
    """Turns what the model makes into sound or frames, one step at a time."""

    @property
    def accepts(self) -> tuple[type, ...]:
        """Formats of a model's output that it takes: SpectrogramFormat, PictureFormat."""
        ...

    @property
    def gives(self) -> SoundFormat | PictureFormat:
        """What one ``render`` gives, known after ``prepare``."""
        ...

    @property
    def controls(self) -> Sequence[ControlRange]:
        """The names that it understands in ``Latent.play``."""
        ...

    @property
    def refresh_seconds(self) -> float:
        """Shortest time between two requests without a key that it has use for."""
        return 0.0

    @property
    def lead_in_samples(self) -> int:
        """Samples before the first that anything can change; a file leaves them out."""
        return 0

    @property
    def tail_seconds(self) -> float:
        """How long its effects go on after the last note."""
        return 0.0

    def start(self) -> Any:
        """The state before the first step."""
        ...

    def ready(self, made: Spectrogram | Frame, want: Want) -> Any:
        """What is kept of the model's output; called where the model runs, not in the step."""
        ...

    def render(
        self, state: Any, latent: Latent, windows: Windows
    ) -> tuple[AudioBlock | Frame, Sequence[Want], Any]:
        """One step: what is given, what the model is asked for, and the next state.

        The state that was given is used up: a renderer may go on with its arrays.
        """
        ...

    def sounding(self, state: Any) -> int:
        """Notes that still sound: a file rings out until there are none."""
        return 0

    def report(self, state: Any) -> Mapping[str, Any]:
        """Counts of the performance so far, for reports: plain numbers and names."""
        return {}


class Stage(Part, Protocol):
    """Takes what was rendered to people, devices or files."""

    @property
    def accepts(self) -> tuple[type, ...]:
        """What it takes: SoundFormat (``play``), PictureFormat (``show``), Controls (``send``)."""
        ...

    def abort(self) -> None:
        """The performance failed: release everything, leave no half-made result behind."""
        self.close()


@runtime_checkable
class TroubledStage(Protocol):
    """A stage whose device may fail while it plays."""

    @property
    def trouble(self) -> str:
        """What is wrong with it now, such as ``the sound card is gone``; else "". As a sensor's."""
        ...


@runtime_checkable
class KeepingStage(Protocol):
    """A stage that makes something which stays of a performance that failed, or of a full disk."""

    def keep(self) -> None:
        """Played to people, it or the disk failed: what there is of the file is made whole.

        ``abort`` or ``close`` follows. Raises OutputError where nothing of it can be kept.
        """
        ...


@runtime_checkable
class ReportingStage(Protocol):
    """A stage that has something to say of a live performance."""

    def report(self) -> Mapping[str, Any]:
        """Plain numbers by name; ``warning`` is a line for people. Empty when all went well."""
        ...


@runtime_checkable
class SoundStage(Stage, Protocol):
    """A stage that takes sound, block by block."""

    def play(self, block: AudioBlock) -> None:
        """Take one block; a stage with a clock of its own may wait here, no other does."""
        ...


@runtime_checkable
class PullingStage(SoundStage, Protocol):
    """A stage with a clock of its own, such as a sound card: it asks when it needs sound."""

    def open(self, pull: Callable[[FloatArray], int]) -> None:
        """Start asking.

        Args:
            pull: fills ``[frames, channels]`` float32 in place without waiting and gives the
                number of frames that it had; called on a thread of the stage's.
        """
        ...


@runtime_checkable
class PictureStage(Stage, Protocol):
    """A stage for pictures."""

    def show(self, frame: Frame) -> None:
        """Take one picture; it belongs to the sound at ``frame.time_seconds``."""
        ...


@runtime_checkable
class ControlStage(Stage, Protocol):
    """A stage for controls, which leave for other programs."""

    def send(self, controls: Controls) -> None:
        """Take what is sensed now."""
        ...
