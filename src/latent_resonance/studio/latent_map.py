"""The latent space in two dimensions: principal components of a bundle's named places."""

import numpy as np
from pydantic import Field

from latent_resonance.contracts.bundle import Bundle
from latent_resonance.contracts.errors import InputError
from latent_resonance.navigate.keys.instruments import Instruments
from latent_resonance.studio.patch import Place
from latent_resonance.studio.schema import Schema


class MapPoint(Schema):
    """A named place on the map."""

    name: str
    x: float
    y: float


class LatentMap(Schema):
    """A point (x, y) of the map is the place ``middle + x * axes[0] + y * axes[1]``."""

    points: list[MapPoint]
    middle: list[float]
    axes: list[list[float]] = Field(description="two, [latent_size] each; -1..1 holds all points")
    share: float = Field(description="of the places' variance that the two axes show, 0..1")


def draw_map(bundle: Bundle) -> LatentMap:
    """The map; raises InputError where there are too few places to span a plane."""
    names = sorted(bundle.space.offered)
    if len(names) < 3:
        raise InputError(f"'{bundle.name}' has {len(names)} named places; a map needs 3")
    places = np.array([bundle.space.place(name) for name in names], np.float64)
    middle = places.mean(axis=0)
    _, sizes, axes = np.linalg.svd(places - middle, full_matrices=False)
    along = (places - middle) @ axes[:2].T
    reach = np.abs(along).max(axis=0)
    reach[reach == 0] = 1.0
    # An axis has no sign of its own: the first place away from the middle lies to the right.
    signs = np.sign(along[np.abs(along).argmax(axis=0), [0, 1]])
    signs[signs == 0] = 1.0
    scaled = along / reach * signs
    spread = float((sizes**2).sum())
    return LatentMap(
        points=[
            MapPoint(name=name, x=round(float(x), 4), y=round(float(y), 4))
            for name, (x, y) in zip(names, scaled, strict=True)
        ],
        middle=_plain(middle),
        axes=[_plain(axes[k] * reach[k] * signs[k]) for k in (0, 1)],
        share=round(float((sizes[:2] ** 2).sum()) / spread, 4) if spread else 1.0,
    )


def random_place(bundle: Bundle, seed: int) -> Place:
    """A place near the middle; one of notes has shares of its families."""
    space = bundle.space
    w = space.random(seed)
    return Place(w=_plain(Instruments(space).at(w).w if space.plays_notes else w))


def _plain(numbers: np.ndarray) -> list[float]:
    return [round(float(number), 6) for number in numbers]
