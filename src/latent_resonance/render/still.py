"""One picture of a place: for models that take seconds, and for pictures on paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from latent_resonance.contracts.parts import Want, Windows
from latent_resonance.contracts.values import (
    ByteArray,
    Frame,
    Latent,
    Spec,
)
from latent_resonance.render.pictures.fit import PictureRenderer, SizeOptions
from latent_resonance.render.pictures.look import apply_look


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


class Part(PictureRenderer):
    """Renderer: the picture of the place; while it is being made, the one before."""

    def __init__(self, options: Options) -> None:
        self.options = options

    def prepare(self, spec: Spec) -> None:
        self.agree_on_size("still", spec, self.options, 0.0)

    def start(self) -> _State:
        return _State(np.zeros((self.gives.height, self.gives.width, 3), np.uint8))

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

    def report(self, state: _State) -> Mapping[str, Any]:
        return {"pictured": state.place is not None}
