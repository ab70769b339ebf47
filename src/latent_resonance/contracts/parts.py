"""The five roles of an instrument: sense -> navigate -> model -> render -> stage.

Each part lives in a file of its own in the room of its role and exposes two names:
``Options`` (a pydantic model; flags, sliders and docs derive from it) and ``Part``, whose
constructor takes an ``Options`` and touches nothing. Heavy libraries load in ``prepare``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

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


class Part(Protocol):
    """What all parts share."""

    @property
    def latency_seconds(self) -> float:
        """Delay that this part adds between what it gets and what it gives."""
        ...

    def prepare(self, spec: Spec) -> None:
        """Load what is needed; may be slow. Raises a ResonanceError that says what is wrong."""
        ...

    def reset(self) -> None:
        """Forget the performance, keep what was loaded."""
        ...

    def close(self) -> None:
        """Let go of everything; safe to call twice, and before ``prepare``."""
        ...


@runtime_checkable
class Sensor(Part, Protocol):
    """Turns a performer's signal into controls."""

    @property
    def controls(self) -> Sequence[ControlRange]:
        """The controls that ``read`` gives."""
        ...

    @property
    def duration_seconds(self) -> float | None:
        """Length of a recorded input; None for a live one. Known after ``prepare``."""
        ...

    def read(self, now_seconds: float) -> Controls:
        """The latest controls at ``now_seconds``, which never goes back; waits for none.

        A bad frame gives the last good controls; it does not raise.
        """
        ...

    def statistics(self) -> Mapping[str, Any]:
        """Counts of the performance so far, for reports: plain numbers and names."""
        ...


@runtime_checkable
class Navigator(Part, Protocol):
    """Turns controls into a place in the latent space: state in, state out."""

    @property
    def listens(self) -> Sequence[ControlRange]:
        """The sensed controls that move it, known after ``prepare``; it ignores all others."""
        ...

    @property
    def play_controls(self) -> Sequence[ControlRange]:
        """The renderer controls that it sets in ``Latent.play``."""
        ...

    def start(self) -> Any:
        """The state before the first step."""
        ...

    def step(self, state: Any, controls: Controls, dt_seconds: float) -> tuple[Latent, Any]:
        """Move for ``dt_seconds`` under ``controls``. Pure: the state given is not changed."""
        ...


@runtime_checkable
class Model(Part, Protocol):
    """Makes a spectrogram or a picture of a place."""

    @property
    def latent_size(self) -> int:
        """Length of ``Latent.w``."""
        ...

    @property
    def landmarks(self) -> Mapping[str, Any]:
        """Named places: name to float32 ``[latent_size]``; ``w_avg`` among them."""
        ...

    def generate(self, latent: Latent) -> Spectrogram | Frame:
        """The model's output at ``latent.w``. Deterministic."""
        ...


@runtime_checkable
class Renderer(Part, Protocol):
    """Turns the model's output into sound or frames, one step at a time: state in, state out."""

    @property
    def controls(self) -> Sequence[ControlRange]:
        """The names that it understands in ``Latent.play``."""
        ...

    @property
    def step_samples(self) -> int:
        """Samples that one ``render`` gives."""
        ...

    def start(self) -> Any:
        """The state before the first step."""
        ...

    def render(
        self, state: Any, window: Spectrogram | None, play: Mapping[str, float]
    ) -> tuple[AudioBlock, Any]:
        """One step. ``window`` is new model output, or None when there is none. Pure."""
        ...


@runtime_checkable
class Stage(Part, Protocol):
    """Takes what was rendered to people, devices or files."""

    def play(self, block: AudioBlock) -> None:
        """Take one block; a stage with a clock of its own may wait here, no other does."""
        ...

    def abort(self) -> None:
        """The performance failed: let go, and leave no half-made result behind."""
        ...


@runtime_checkable
class PullingStage(Stage, Protocol):
    """A stage with a clock of its own, such as a sound card: it asks when it needs sound."""

    def open(self, pull: Callable[[FloatArray], int]) -> None:
        """Start asking.

        Args:
            pull: fills ``[frames, channels]`` float32 in place without waiting and gives the
                number of frames that it had; called on a thread of the stage's.
        """
        ...
