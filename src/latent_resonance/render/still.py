"""One picture of a place: for models that take seconds, and for pictures on paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import Want, Windows
from latent_resonance.contracts.values import (
    ByteArray,
    ControlRange,
    Frame,
    Latent,
    Spec,
    Spectrogram,
)
from latent_resonance.render.pictures.fit import SizeOptions, agree_on_size, fit
from latent_resonance.render.pictures.look import CONTROLS, apply_look


class Options(SizeOptions):
    """Its size."""


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """Attributes:
    shown: the newest picture; black before the first.
    place: whose picture it is.
    waits: the request that is not made yet. There is one at a time, however slow the model.
    index: of the next step.
    """

    shown: ByteArray
    place: bytes | None = None
    waits: Want | None = None
    index: int = 0


class Part:
    """Renderer: the picture of the place; while it is being made, the one before."""

    accepts = (PictureFormat,)
    controls: Sequence[ControlRange] = CONTROLS
    latency_seconds = 0.0
    refresh_seconds = 0.0
    lead_in_samples = 0
    tail_seconds = 0.0

    def __init__(self, options: Options) -> None:
        self.options = options
        self._made = self.gives = PictureFormat()

    def prepare(self, spec: Spec) -> None:
        """Agree on the size; raises AssemblyError where the model makes no pictures."""
        self._made, self.gives = agree_on_size(spec, self.options, 0.0, "still")

    def reset(self) -> None: ...

    def close(self) -> None: ...

    def start(self) -> _State:
        """Black."""
        return _State(np.zeros((self.gives.height, self.gives.width, 3), np.uint8))

    def ready(self, made: Spectrogram | Frame, want: Want) -> ByteArray:
        """The picture in the size that is given, uint8 ``[height, width, 3]``.

        Raises:
            AssemblyError: it is no picture of the agreed size.
        """
        return fit(made, self._made, self.gives)

    def render(
        self, state: _State, latent: Latent, windows: Windows
    ) -> tuple[Frame, Sequence[Want], _State]:
        """The newest picture that is there, black before the first. Pure."""
        here = latent.w.tobytes()
        shown, place = state.shown, state.place
        waits = state.waits or (None if here == place else Want(latent.w, key=here))
        if waits is not None and (made := windows.get(waits)) is not None:
            shown, place, waits = made, waits.w.tobytes(), None
        frame = Frame(apply_look(shown, latent.play), float(state.index))
        wants = () if waits is None else (waits,)
        return frame, wants, _State(shown, place, waits, state.index + 1)

    def sounding(self, state: _State) -> int:
        """A picture does not ring out."""
        return 0

    def report(self, state: _State) -> Mapping[str, Any]:
        """Whether there is a picture yet."""
        return {"pictured": state.place is not None}
