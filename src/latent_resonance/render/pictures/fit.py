"""Pictures of another size: scaled with Lanczos, cut at two sides where the shape differs."""

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from latent_resonance.contracts.errors import AssemblyError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.values import ByteArray, Frame, Spec, Spectrogram

_MOST_PIXELS = 8192


class SizeOptions(BaseModel):
    """The size of what is given."""

    model_config = ConfigDict(extra="forbid")

    width: int = Field(
        0, ge=0, le=_MOST_PIXELS, description="in pixels; 0: the model's, or as the height asks"
    )
    height: int = Field(
        0, ge=0, le=_MOST_PIXELS, description="in pixels; 0: the model's, or as the width asks"
    )


def agree_on_size(
    spec: Spec, options: SizeOptions, frame_rate: float, name: str
) -> tuple[PictureFormat, PictureFormat]:
    """What the model makes, and what the renderer ``name`` gives.

    Raises:
        AssemblyError: the model makes no pictures.
    """
    made = spec.format
    if not isinstance(made, PictureFormat):
        raise AssemblyError(f"{name} needs a model that makes pictures")
    width, height = options.width, options.height
    if not width and not height:
        width, height = made.width, made.height
    width = width or max(1, round(height * made.width / made.height))
    height = height or max(1, round(width * made.height / made.width))
    return made, PictureFormat(width, height, frame_rate)


def fit(made: Spectrogram | Frame, agreed: PictureFormat, wanted: PictureFormat) -> ByteArray:
    """The middle of a model's picture as large as wanted, uint8 ``[height, width, 3]``, read-only.

    Raises:
        AssemblyError: it is no picture of the agreed size.
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
        box = centred_box(agreed, wanted.width / scale, wanted.height / scale)
        image = Image.fromarray(pixels)
        pixels = np.asarray(image.resize(size, Image.Resampling.LANCZOS, box))
    pixels = pixels.view()
    pixels.flags.writeable = False
    return pixels


def centred_box(
    size: PictureFormat, width: float, height: float
) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the middle of a picture, inside of it."""
    left, top = max(0.0, (size.width - width) / 2), max(0.0, (size.height - height) / 2)
    return left, top, min(size.width - left, left + width), min(size.height - top, top + height)
