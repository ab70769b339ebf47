"""Pictures of another size: scaled with Lanczos, cut at two sides where the shape differs."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from pydantic import Field

from latent_resonance.contracts.errors import AssemblyError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.parts import PartOptions, Renderer, Want
from latent_resonance.contracts.values import ByteArray, ControlRange, Frame, Spec, Spectrogram
from latent_resonance.render.pictures.look import CONTROLS, centred_box

_MOST_PIXELS = 8192


class SizeOptions(PartOptions):
    """The size of what is given."""

    instead_of: ClassVar = {"size": ("width", "height"), "width": ("size",), "height": ("size",)}

    size: int = Field(
        0,
        ge=0,
        le=_MOST_PIXELS,
        description="of the shorter side, in pixels; in place of both; videos have even sides",
    )
    width: int = Field(
        0, ge=0, le=_MOST_PIXELS, description="in pixels; 0: the model's, or as the height asks"
    )
    height: int = Field(
        0, ge=0, le=_MOST_PIXELS, description="in pixels; 0: the model's, or as the width asks"
    )


class PictureRenderer(Renderer):
    """What renderers of pictures share: the size, and the colours that a performer can change."""

    accepts = (PictureFormat,)
    controls: Sequence[ControlRange] = CONTROLS
    gives = PictureFormat()
    _made = PictureFormat()

    def agree_on_size(self, name: str, spec: Spec, options: SizeOptions, rate: float) -> None:
        """Set ``gives``; raises AssemblyError where the model makes no pictures."""
        made = spec.format
        if not isinstance(made, PictureFormat):
            raise AssemblyError(f"{name} needs a model that makes pictures")
        width, height = options.width, options.height
        if options.size and (width or height):
            raise AssemblyError(f"{name}: give size, or width and height")
        if not width and not height:
            scale = options.size / min(made.width, made.height) if options.size else 1
            width, height = max(1, round(made.width * scale)), max(1, round(made.height * scale))
        width = width or max(1, round(height * made.width / made.height))
        height = height or max(1, round(width * made.height / made.width))
        self._made, self.gives = made, PictureFormat(width, height, rate)

    def ready(self, made: Spectrogram | Frame, want: Want) -> ByteArray:
        """The picture in the size that is given, uint8 ``[height, width, 3]``.

        Raises:
            AssemblyError: it is not a picture of the agreed size.
        """
        return fit(made, self._made, self.gives)


def fit(made: Spectrogram | Frame, agreed: PictureFormat, wanted: PictureFormat) -> ByteArray:
    """The middle of a model's picture as large as wanted, uint8 ``[height, width, 3]``, read-only.

    Raises:
        AssemblyError: it is not a picture of the agreed size.
    """
    shape = (agreed.height, agreed.width, 3)
    if not isinstance(made, Frame) or made.pixels.shape != shape:
        raise AssemblyError(
            f"the model made something else than a picture of {agreed.width}x{agreed.height}"
        )
    pixels = np.asarray(made.pixels, np.uint8)
    size = (wanted.width, wanted.height)
    if size != (agreed.width, agreed.height):
        from PIL import Image

        scale = max(wanted.width / agreed.width, wanted.height / agreed.height)
        whole = (agreed.width, agreed.height)
        box = centred_box(whole, wanted.width / scale, wanted.height / scale)
        image = Image.fromarray(pixels)
        pixels = np.asarray(image.resize(size, Image.Resampling.LANCZOS, box))
    pixels = pixels.view()
    pixels.flags.writeable = False
    return pixels
