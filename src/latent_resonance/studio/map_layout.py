"""Lays named places out on a plane: like sounds near each other, groups together, no overlap."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT = 1040.0, 455.0
"""The plane in pixels, as a page of 1440 pixels shows it."""

TILE = (66.0, 60.0)
"""A thumbnail with its name, width and height in pixels."""

HEADING = (112.0, 18.0)
"""A group's heading, width and height in pixels."""

Points = npt.NDArray[np.float64]

_GAP = 6.0
_MARGIN = 10.0
_SMALLER = 0.95
_TURNS = 400
# More could not be kept apart: they share the plane as one does.
_MOST_BLOCKS = 20
_SHAPES = (1.5, 1.0, 2.5, 0.7)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things lie, in pixels of the plane.

    Attributes:
        tiles: middles of the places, ``[n, 2]``.
        headings: group to the left edge and the middle of its heading's height.
        scale: of the tiles and headings; below 1 where there are too many for the plane.
    """

    tiles: Points
    headings: dict[str, tuple[float, float]]
    scale: float


def lay_out(places: npt.NDArray[np.floating], groups: Sequence[str]) -> Layout:
    """Places ``[n, size]`` with a group each, by their principal components. Deterministic."""
    flat = _flattened(np.asarray(places, np.float64))
    names = list(dict.fromkeys(groups))
    members = [np.flatnonzero(np.array(groups) == name) for name in names]
    if len(names) > _MOST_BLOCKS:
        members = [np.arange(len(groups))]
    middles = _ranks(np.array([flat[own].mean(axis=0) for own in members]))
    found, sizes, scale = _blocks(middles * (WIDTH, HEIGHT), [len(own) for own in members])
    tiles = np.zeros((len(groups), 2))
    for own, middle, size in zip(members, found, sizes, strict=True):
        tiles[own] = _filled(flat[own], middle, size, scale)
    return Layout(tiles, headings_over(tiles, groups, scale), scale)


def as_given(middles: Points, groups: Sequence[str]) -> Layout:
    """Places where somebody put them, in pixels ``[n, 2]``; where two overlap both give way."""
    tiles = _apart(middles, np.tile(TILE, (len(middles), 1)))
    tiles = middles if tiles is None else tiles
    return Layout(tiles, headings_over(tiles, groups), 1.0)


def headings_over(
    tiles: Points, groups: Sequence[str], scale: float = 1.0
) -> dict[str, tuple[float, float]]:
    """A heading above a tile of its group: the first from the top that covers nothing."""
    found: dict[str, tuple[float, float]] = {}
    width, height = HEADING[0] * scale, HEADING[1] * scale
    for name in dict.fromkeys(groups):
        own = tiles[[group == name for group in groups]]
        own = own[np.lexsort((own[:, 0], own[:, 1]))]
        spots = [(x - TILE[0] * scale / 2, y - (TILE[1] * scale + height) / 2) for x, y in own]
        taken = [(x + width / 2, y) for x, y in found.values()]
        free = (
            spot
            for spot in spots
            if spot[1] >= height / 2
            and not _covers((spot[0] + width / 2, spot[1]), tiles, (width, height), scale)
            and all(
                abs(spot[0] + width / 2 - x) >= width or abs(spot[1] - y) >= height
                for x, y in taken
            )
        )
        found[name] = next(free, spots[0])
    return found


def _covers(
    middle: tuple[float, float], tiles: Points, size: tuple[float, float], scale: float
) -> bool:
    apart = np.abs(tiles - middle)
    reach = (np.array(size) + np.array(TILE) * scale) / 2 - 1e-6
    return bool((apart < reach).all(axis=1).any())


def _flattened(places: Points) -> Points:
    """The two widest principal components, ``[n, 2]``."""
    centred = places - places.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    along = centred @ axes[:2].T
    along = np.pad(along, ((0, 0), (0, 2 - along.shape[1])))
    # An axis has no sign of its own: the place that is furthest out lies right and low.
    signs = np.sign(along[np.abs(along).argmax(axis=0), [0, 1]])
    return np.asarray(along * np.where(signs == 0, 1, signs))


def _ranks(points: Points) -> Points:
    """Evenly spread along each axis, 0..1: a plane is filled whatever the distances."""
    order = np.argsort(np.argsort(points, axis=0, kind="stable"), axis=0, kind="stable")
    return np.asarray((order + 0.5) / len(points))


def _blocks(middles: Points, counts: Sequence[int]) -> tuple[Points, Points, float]:
    """Middles and sizes of the groups' blocks, ``[groups, 2]`` each, as large as they fit."""
    if len(counts) == 1:
        return np.array([[WIDTH / 2, HEIGHT / 2]]), _whole_plane(), _scale_alone(counts[0])
    scale = 1.0
    while True:
        for shape in _SHAPES:
            sizes = np.array([_block(count, scale, shape) for count in counts])
            found = _apart(middles, sizes)
            if found is not None:
                return found, sizes, scale
        scale *= _SMALLER


def _whole_plane() -> Points:
    return np.array([[WIDTH - 2 * _MARGIN, HEIGHT - 2 * _MARGIN]])


def _scale_alone(count: int) -> float:
    """The largest at which the plane has a cell for each of one group's tiles."""
    scale, (room, *_) = 1.0, _whole_plane()
    while math.prod(_cells(room, scale)) < count:
        scale *= _SMALLER
    return scale


def _cells(room: Points, scale: float) -> tuple[int, int]:
    """How many tiles lie across and down a block."""
    free = room - (0, HEADING[1] * scale)
    across, down = (int(one + 1e-6) for one in free / (np.array(TILE) * scale + _GAP))
    return max(1, across), max(1, down)


def _block(count: int, scale: float, shape: float) -> tuple[float, float]:
    """Width and height that a group's tiles and heading take, ``shape`` times as many across."""
    rows = max(1, round(math.sqrt(count / shape)))
    across = math.ceil(count / rows)
    width, height = (side * scale + _GAP for side in TILE)
    return max(across * width, HEADING[0] * scale), rows * height + HEADING[1] * scale


def _apart(middles: Points, sizes: Points) -> Points | None:
    """Rectangles pushed apart within the plane; None where they do not fit."""
    low = sizes / 2 + _MARGIN
    high = np.array([WIDTH, HEIGHT]) - low
    if (high < low - 1e-6).any():
        return None
    at = np.clip(middles, low, high)
    reach = (sizes[:, None] + sizes[None]) / 2
    for _ in range(_TURNS):
        way = at[:, None] - at[None]
        over = reach - np.abs(way)
        np.einsum("iik->ik", over)[:] = 0
        hit = (over > 1e-3).all(axis=2)
        if not hit.any():
            return np.asarray(at)
        # Along the shorter way out; of two at the same spot the later goes right and down.
        first = np.where(over[..., 0] <= over[..., 1], 0, 1)
        push = np.zeros_like(way)
        side = (
            np.sign(way)
            + (way == 0) * np.sign(np.subtract.outer(*[np.arange(len(at))] * 2))[..., None]
        )
        for axis in (0, 1):
            here = hit & (first == axis)
            push[..., axis] = np.where(here, side[..., axis] * over[..., axis] / 2, 0)
        at = np.clip(at + push.sum(axis=1), low, high)
    return None


def _filled(flat: Points, middle: Points, size: Points, scale: float) -> Points:
    """Tiles in the cells of a block, each as near to where it belongs as the others allow."""
    # Loaded here, for it would be a fifth of the time in which the studio starts.
    from scipy.optimize import linear_sum_assignment

    across, down = _cells(size, scale)
    room = size - (0, HEADING[1] * scale)
    x = (np.arange(across) + 0.5) / across - 0.5
    y = (np.arange(down) + 0.5) / down - 0.5
    cells = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    wanted = _ranks(flat) - 0.5
    cost = (((wanted[:, None] - cells[None]) * room) ** 2).sum(axis=2)
    _, chosen = linear_sum_assignment(cost)
    return np.asarray(middle + (0, HEADING[1] * scale / 2) + cells[chosen] * room)
