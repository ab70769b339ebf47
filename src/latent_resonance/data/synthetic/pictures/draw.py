"""A picture from its attributes."""

from collections.abc import Callable

from latent_resonance.contracts.values import ByteArray
from latent_resonance.data.synthetic.pictures.attributes import PictureAttributes
from latent_resonance.data.synthetic.pictures.families import cut, drawn, fluid
from latent_resonance.data.synthetic.pictures.paint import Forms, paint
from latent_resonance.data.synthetic.pictures.plane import Plane, make_plane

FAMILIES: dict[str, Callable[[Plane], Forms]] = {
    "cells": cut.cells,
    "flow": fluid.flow,
    "gradients": fluid.gradients,
    "lines": drawn.lines,
    "marble": fluid.marble,
    "rings": cut.rings,
    "shards": cut.shards,
    "stars": drawn.stars,
    "waves": fluid.waves,
}


def draw_picture(picture: PictureAttributes, size: int = 128, oversampling: int = 2) -> ByteArray:
    """The picture, uint8 ``[size, size, 3]`` in sRGB; the same attributes, the same picture.

    Args:
        picture: what to draw.
        size: pixels a side, from 8.
        oversampling: pixels a side that are averaged to one.

    Raises:
        ValueError: a size or oversampling out of range.
    """
    if size < 8 or not 1 <= oversampling <= 8:
        raise ValueError("a picture has at least 8 pixels a side, and 1 to 8 drawn for each")
    forms = FAMILIES[picture.family](make_plane(picture, size * oversampling))
    return paint(picture, forms, oversampling)
