"""What named places of a model of pictures look like, as one picture of many tiles."""

import io
from collections.abc import Iterable

import numpy as np

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.contracts.formats import PictureFormat
from latent_resonance.contracts.values import ByteArray, FloatArray
from latent_resonance.engine.exploration.explorer import Explorer
from latent_resonance.engine.recipe import PartChoice

WIDTH, HEIGHT = 160, 100
"""Pixels of one tile."""

_QUALITY = 85
_VERSION = 1


def made_of(bundle: Bundle) -> str:
    """What a bundle's tiles depend on."""
    return f"places {_VERSION} {bundle.facts.get('seal')} {' '.join(bundle.space.shown)}"


def draw_places(bundle: Bundle, engine: PartChoice | None = None) -> bytes:
    """A JPEG of 160 x 100 tiles, one below the other, in the order of the bundle's shown places.

    Raises:
        InputError: it makes no pictures.
        ResonanceError: no engine plays it.
    """
    if not isinstance(bundle.format, PictureFormat):
        raise InputError(f"'{bundle.name}' makes no pictures")
    with Explorer(bundle, engine, threads=1) as explorer:
        return join_tiles(
            draw_place(explorer, bundle.space.place(name)) for name in bundle.space.shown
        )


def draw_place(explorer: Explorer, w: FloatArray) -> ByteArray:
    """The middle of a place's picture as a tile, uint8 ``[100, 160, 3]``."""
    from PIL import Image, ImageOps

    image = Image.fromarray(explorer.picture(w).pixels)
    return np.asarray(ImageOps.fit(image, (WIDTH, HEIGHT), Image.Resampling.LANCZOS))


def join_tiles(tiles: Iterable[ByteArray]) -> bytes:
    """Tiles one below the other as a JPEG; a black line where there are none."""
    from PIL import Image

    pixels = np.concatenate([np.zeros((0, WIDTH, 3), np.uint8), *tiles])
    if not len(pixels):
        pixels = np.zeros((1, WIDTH, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()
