"""Pictures with a fourth byte a pixel, as graphics cards and NDI take them."""

from itertools import cycle

import numpy as np

from latent_resonance.contracts.errors import AssemblyError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.values import ByteArray, Frame


class PicturesWithAlpha:
    """Opaque RGBA pictures, in buffers that are used in turn.

    Args:
        name: of the stage, for messages.
        agreed: size of the pictures.
        buffers: how many pictures keep as they are while more come.
    """

    def __init__(self, name: str, agreed: PictureFormat, buffers: int = 1) -> None:
        self._name, self._agreed = name, agreed
        self._shape = agreed.height, agreed.width, 3
        made = [np.full((*self._shape[:2], 4), 255, np.uint8) for _ in range(buffers)]
        self._buffers = cycle(made)

    def of(self, frame: Frame) -> ByteArray:
        """The frame as uint8 ``[height, width, 4]``; raises AssemblyError for another size."""
        check_size(self._name, frame, self._agreed)
        buffer = next(self._buffers)
        buffer[..., :3] = frame.pixels
        return buffer


def check_size(name: str, frame: Frame, agreed: PictureFormat) -> None:
    """Refuse a picture of another size than was agreed on; raises AssemblyError."""
    height, width = frame.pixels.shape[:2]
    if (width, height) != (agreed.width, agreed.height):
        raise AssemblyError(
            f"{name}: a picture of {width}x{height} where {agreed.width}x{agreed.height} was agreed"
        )
