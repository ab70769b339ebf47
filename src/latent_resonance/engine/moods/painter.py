"""Draws many places of an image bundle, small where it can be drawn at any size."""

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.closing import Closing
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import Model
from latent_resonance.contracts.registry import find_part
from latent_resonance.contracts.values import ByteArray, FloatArray, Frame, Latent, Spec


class Painter(Closing):
    """A bundle's pictures; closing it lets go of its network.

    Args:
        bundle: of pictures.
        side: pixels of the shorter side, exactly where it can be drawn at any size, else at least.
        threads: for the model.

    Raises:
        InputError: it makes no pictures.
        ResonanceError: its network cannot be used.
    """

    def __init__(self, bundle: Bundle, side: int, threads: int = 1) -> None:
        layout = bundle.format
        if not isinstance(layout, PictureFormat):
            raise InputError(f"the bundle '{bundle.name}' makes sound: moods are of pictures")
        if bundle.any_size:
            scale = side / min(layout.height, layout.width)
            layout = PictureFormat(
                width=round(layout.width * scale), height=round(layout.height * scale)
            )
        self.layout = layout
        # Of smaller ones each pixel is repeated: judges need so many.
        self._repeats = max(1, -(-side // min(layout.height, layout.width)))
        self._model: Model = find_part("models", "openvino").make({}, bundle)
        self._model.prepare(Spec(format=layout, threads=threads))

    def close(self) -> None:
        """Let go of the network."""
        self._model.close()

    def draw(self, places: FloatArray) -> ByteArray:
        """Pictures uint8 ``[n, height, width, 3]`` of places ``[n, latent]``."""
        made = np.zeros((len(places), self.layout.height, self.layout.width, 3), np.uint8)
        for index, w in enumerate(places):
            frame = self._model.generate(Latent(np.asarray(w, np.float32)))
            if isinstance(frame, Frame):
                made[index] = frame.pixels
        return made.repeat(self._repeats, axis=1).repeat(self._repeats, axis=2)
